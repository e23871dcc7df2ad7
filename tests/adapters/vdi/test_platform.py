"""What a platform tells of itself, against an API server that answers as it is told to."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from sessionproof.adapters.vdi import platform
from sessionproof.adapters.vdi.platform import VdiPlatform
from sessionproof.clients.kubernetes import Outage
from sessionproof.errors import TargetUnavailable

EXPOSITION = 'vdi_reconcile_duration_seconds_bucket{le="0.1"} 3'


class Server:
    """Refuses so often, then gives the metrics."""

    def __init__(self, refusals: float) -> None:
        self.refusals = refusals

    def send(self, method: str, path: str) -> str:
        if self.refusals:
            self.refusals -= 1
            raise Outage(f"{method} {path}", "503 ServiceUnavailable: no endpoints available")
        return EXPOSITION


def a_platform(server: Server) -> VdiPlatform:
    return VdiPlatform(
        client=SimpleNamespace(transport=server),
        target=SimpleNamespace(deploy="deploy"),
        catalogue=None,
        ledger=None,
        reference="",
        instance="i",
        root=Path(),
    )


def test_metrics_are_asked_for_until_the_service_knows_the_operator():
    """A Deployment is available a moment before its Service has an endpoint."""
    assert {0.1: 3} == a_platform(Server(refusals=2)).reconciles()


def test_metrics_that_never_come_are_unavailable(monkeypatch):
    """With what was answered instead."""
    monkeypatch.setattr(platform, "_METRICS_SECONDS", 0.2)

    with pytest.raises(TargetUnavailable, match="no endpoints available"):
        a_platform(Server(refusals=float("inf"))).reconciles()
