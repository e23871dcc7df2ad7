"""A session as the API server hands it out, and the objects made for it."""

from __future__ import annotations

from typing import Any

import pytest
from vdi_operator import sessions
from vdi_operator.sessions import Launch, Session


@pytest.fixture
def body() -> dict[str, Any]:
    """A VDISession with the schema's defaults applied."""
    return {
        "metadata": {"namespace": "desks", "name": "desk-1", "uid": "uid-1", "resourceVersion": "7"},
        "spec": {"user": "Alice.B@example.com", "template": "plain", "timeout": "8h"},
    }


@pytest.fixture
def session(body: dict[str, Any]) -> Session:
    """The wishes in it."""
    return sessions.session_of(body)


@pytest.fixture
def launch() -> Launch:
    """What a template resolved to."""
    return Launch(image="desktop:1", gpu=2, memory="4Gi", cpu="2", env=(("LANG", "de_DE"),))
