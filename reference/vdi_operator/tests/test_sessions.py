"""What is asked for and reported is read with the contract's defaults, and written as a patch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from vdi_operator import sessions
from vdi_operator.sessions import Launch, Phase, Session, Status


def test_absent_persistence_means_a_home_of_ten_gibibytes(session: Session) -> None:
    """Nobody loses data by saying nothing."""
    assert (session.persistent, session.size, session.lifetime) == (True, "10Gi", 28800)


def test_absent_resources_take_the_templates_defaults(session: Session) -> None:
    """CPU may be given as a number."""
    defaults = {"defaultGPU": 3, "defaultMemory": "8Gi", "defaultCPU": 4}
    template = {"spec": {"image": "desktop:1", "resources": defaults, "env": [{"name": "A", "value": "b"}]}}

    assert sessions.launch_of(session, template) == Launch("desktop:1", 3, "8Gi", "4", (("A", "b"),))


def test_present_resources_win_over_the_template(session: Session) -> None:
    """The schema has filled in what the user left out."""
    asking = replace(session, resources={"gpu": 1, "memory": "2Gi", "cpu": "500m"})
    template = {"spec": {"image": "desktop:1", "resources": {"defaultMemory": "8Gi"}}}

    assert sessions.launch_of(asking, template) == Launch("desktop:1", 1, "2Gi", "500m")


def test_new_session_has_no_phase(body: dict[str, Any]) -> None:
    """The operator has not written to it yet."""
    assert sessions.status_of(body) == Status()


def test_status_is_read_back_as_written(launch: Launch) -> None:
    """A restarted operator knows what the one before knew."""
    status = Status(
        phase=Phase.RUNNING,
        podName="desk-1",
        url="https://alice.vdi.test",
        startTime=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        launch=launch,
    )

    assert sessions.status_of({"status": status.patch_from(Status())}) == status


def test_unchanged_status_needs_no_patch(launch: Launch) -> None:
    """Nothing is written that is there already."""
    assert Status(launch=launch).patch_from(Status(launch=launch)) == {}


def test_patch_holds_only_what_changed_and_removes_what_went() -> None:
    """None removes a field in a merge patch."""
    old = Status(phase=Phase.CREATING, message="waiting", podName="desk-1")

    assert replace(old, phase=Phase.RUNNING, message=None).patch_from(old) == {
        "phase": "Running",
        "message": None,
    }
