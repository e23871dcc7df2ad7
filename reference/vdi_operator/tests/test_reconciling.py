"""What one look makes: a step at a time, nothing twice, and again when it is gone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from vdi_operator import api, reconciling, settings
from vdi_operator.events import Events
from vdi_operator.hosts import Hosts
from vdi_operator.phases import Observed
from vdi_operator.statuses import Statuses

BODY = {
    "metadata": {"name": "s", "namespace": "n", "uid": "u", "resourceVersion": "1"},
    "spec": {"user": "a@b.cd", "template": "t"},
}
FIRST = ["ingresses", "persistentvolumeclaims", "secrets", "services"]


class Server:
    """An API server that tells what it was asked to make; *taken*: everything is there already, and ours."""

    def __init__(self, taken: bool = False) -> None:
        self.made: list[str] = []
        self.taken = taken
        self.version = 1

    async def get(self, path: str, **_: str) -> dict[str, Any]:
        if "/vditemplates/" in path:
            return {"spec": {"image": "i"}}
        owner = {"apiVersion": "vdi.kasm.io/v1alpha1", "kind": "VDISession", "uid": "u", "controller": True}
        return {"items": [], "metadata": {"uid": "x", "ownerReferences": [owner]}}

    async def create(self, collection: str, manifest: dict[str, Any]) -> dict[str, Any]:
        self.made.append(collection.rpartition("/")[2])
        if self.taken:
            raise api.Conflict("taken")
        return manifest

    async def merge(self, path: str, patch: dict[str, Any]) -> dict[str, Any]:
        self.version += 1
        return BODY | {
            "metadata": BODY["metadata"] | {"resourceVersion": str(self.version)},
            "status": patch["status"],
        }


class Looking:
    """A session looked at again and again, of which the watch tells nothing."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        client = cast(api.Api, server)
        effective = settings.from_environment({})
        hosts = Hosts(client, effective, dict)
        self.reconciler = reconciling.Reconciler(
            client, effective, Statuses(client), hosts, Events(client), lambda: self.time
        )

    def look(self) -> tuple[list[str], float]:
        """What this look made, and the seconds until the next."""
        before = len(self.server.made)
        pause = asyncio.run(self.reconciler.reconcile(BODY, Observed({})))
        return sorted(self.server.made[before:]), pause


@pytest.fixture
def looking() -> Looking:
    """A session whose template is resolved."""
    begun = Looking(Server())
    begun.look()
    return begun


def test_each_look_takes_one_step(looking: Looking) -> None:
    """What a pod needs is made in one look, at once followed by the one that makes the pod."""
    assert (FIRST, 0.0) == looking.look()
    assert ["pods"] == looking.look()[0]


def test_what_is_on_its_way_through_the_watch_is_not_made_twice(looking: Looking) -> None:
    """A look that comes before the watch has told makes nothing, and another follows soon."""
    looking.look()
    looking.look()

    assert ([], reconciling.RETRY) == looking.look()


def test_what_the_watch_never_tells_of_is_made_again(looking: Looking) -> None:
    """An object that went before it was seen is missed after a moment."""
    looking.look()
    looking.look()
    looking.time += timedelta(seconds=reconciling.RETRY)

    assert FIRST == looking.look()[0]


def test_what_was_there_already_is_asked_for_once() -> None:
    """After a restart the watch may lag behind: a look that finds its own objects does not turn in a circle."""
    looking = Looking(Server(taken=True))
    looking.look()

    assert [FIRST, ["pods"], []] == [looking.look()[0] for _ in range(3)]
