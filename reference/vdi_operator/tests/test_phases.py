"""The phase follows from what is observed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from vdi_operator import objects, phases
from vdi_operator.objects import Kind
from vdi_operator.phases import Observed
from vdi_operator.sessions import Launch, Phase, Session, Status
from vdi_operator.settings import Settings

SETTINGS = Settings(domain="vdi.test", start_deadline=60)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUNNING = Status(phase=Phase.RUNNING, podName="desk-1", url="https://alice.vdi.test", startTime=NOW)


def _time(ago: float) -> str:
    return (NOW - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    """The objects of a session, in the state a test wants them."""

    def __init__(self, session: Session, launch: Launch) -> None:
        self.session = session
        self.pod = objects.pod(session, launch, SETTINGS)
        self.pod["metadata"]["creationTimestamp"] = _time(100)
        self.objects: dict[Kind, dict[str, Any]] = {
            Kind.POD: self.pod,
            Kind.SERVICE: objects.service(session),
            Kind.INGRESS: objects.route(session, "alice.vdi.test", SETTINGS),
        }

    def scheduled(self, *, ready: bool = False, since: float = 100) -> Desk:
        self.pod["spec"]["nodeName"] = "node-1"
        conditions = [
            {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": _time(since)}
        ]
        self.pod["status"] = {"conditions": conditions, "podIP": "10.0.0.1"}
        return self

    def unscheduled(self, message: str) -> Desk:
        conditions = [{"type": "PodScheduled", "status": "False", "message": message}]
        self.pod["status"] = {"conditions": conditions}
        return self

    def container(self, restarts: int = 0, **state: Any) -> Desk:
        container = {"image": "desktop:1", "restartCount": restarts, "state": state}
        self.pod["status"]["containerStatuses"] = [container]
        return self

    def judged(self, status: Status) -> Status:
        return phases.judge(self.session, status, Observed(self.objects), SETTINGS, NOW)


@pytest.fixture
def desk(session: Session, launch: Launch) -> Desk:
    """Everything made, nothing scheduled."""
    return Desk(session, launch)


def test_unscheduled_pod_is_pending_with_the_schedulers_words(desk: Desk) -> None:
    """Unschedulable is not a failure, however long it lasts."""
    judged = desk.unscheduled("0/3 nodes are available").judged(Status(phase=Phase.PENDING))

    assert (judged.phase, judged.message) == (Phase.PENDING, "Waiting for a node: 0/3 nodes are available")


def test_scheduled_pod_is_creating(desk: Desk) -> None:
    """Before it is Ready."""
    assert desk.scheduled().judged(Status(phase=Phase.PENDING)).phase is Phase.CREATING


def test_ready_pod_with_service_and_route_is_running(desk: Desk) -> None:
    """Name, URL and start time are set with it."""
    assert desk.scheduled(ready=True).judged(Status(phase=Phase.CREATING)) == RUNNING


@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.INGRESS])
def test_ready_pod_is_not_running_while_nobody_can_reach_it(desk: Desk, kind: Kind) -> None:
    """Running is a promise that the URL answers."""
    del desk.scheduled(ready=True).objects[kind]

    assert desk.judged(Status(phase=Phase.CREATING)).phase is Phase.CREATING


def test_pod_that_the_service_does_not_select_is_no_endpoint(desk: Desk) -> None:
    """Somebody took its label off."""
    del desk.scheduled(ready=True).pod["metadata"]["labels"]["vdi.kasm.io/session"]

    assert desk.judged(Status(phase=Phase.CREATING)).phase is Phase.CREATING


def test_start_time_is_set_once(desk: Desk) -> None:
    """A replaced Pod does not restart the clock."""
    before = replace(RUNNING, phase=Phase.CREATING, startTime=NOW - timedelta(hours=1))

    assert desk.scheduled(ready=True).judged(before).startTime == NOW - timedelta(hours=1)


def test_pod_not_ready_for_a_moment_stays_running(desk: Desk) -> None:
    """Only a lost Pod goes back to Creating."""
    assert desk.scheduled(ready=False).judged(RUNNING) == RUNNING


@pytest.mark.parametrize(
    "loss",
    [
        lambda desk: desk.objects.pop(Kind.POD),
        lambda desk: desk.pod["metadata"].update(deletionTimestamp=_time(1)),
        lambda desk: desk.pod["status"].update(phase="Failed"),
    ],
    ids=["gone", "being deleted", "evicted"],
)
def test_lost_pod_goes_back_to_creating(desk: Desk, loss: Any) -> None:
    """The address is kept: it will answer again."""
    loss(desk.scheduled(ready=True))

    assert desk.judged(RUNNING) == replace(RUNNING, phase=Phase.CREATING)


def test_replacement_waiting_for_a_node_is_still_creating(desk: Desk) -> None:
    """There is no way back to Pending."""
    judged = desk.unscheduled("no room").judged(replace(RUNNING, phase=Phase.CREATING))

    assert (judged.phase, judged.message) == (Phase.CREATING, "Waiting for a node: no room")


@pytest.mark.parametrize(("since", "phase"), [(59, Phase.CREATING), (60, Phase.FAILED)])
def test_image_that_cannot_be_pulled_fails_at_the_deadline(desk: Desk, since: int, phase: Phase) -> None:
    """Not before: a registry may be slow."""
    desk.scheduled(since=since).container(waiting={"reason": "ImagePullBackOff", "message": "no such image"})

    assert desk.judged(Status(phase=Phase.CREATING)).phase is phase


def test_failure_names_image_and_reason(desk: Desk) -> None:
    """In words that a user can pass on."""
    desk.scheduled().container(waiting={"reason": "ErrImagePull", "message": "no such image"})

    assert desk.judged(Status(phase=Phase.CREATING)).message == (
        "Image 'desktop:1' cannot be pulled: ErrImagePull: no such image"
    )


def test_crashing_container_fails_with_its_exit_code(desk: Desk) -> None:
    """Also between two crashes, when it happens to wait."""
    desk.scheduled().container(4, waiting={"reason": "CrashLoopBackOff"})
    desk.pod["status"]["containerStatuses"][0]["lastState"] = {
        "terminated": {"exitCode": 127, "reason": "Error"}
    }

    assert desk.judged(Status(phase=Phase.CREATING)).message == (
        "The desktop keeps crashing: exit code 127 (Error), 4 restarts"
    )


def test_a_secret_that_a_busy_node_does_not_know_yet_is_no_failure(desk: Desk) -> None:
    """The operator keeps the Secret itself, so waiting for it ends by itself, however late."""
    waiting = {"reason": "CreateContainerConfigError", "message": "failed to sync secret cache: timed out"}
    desk.scheduled(since=300).container(waiting=waiting)

    assert Phase.CREATING is desk.judged(Status()).phase


def test_slow_but_sound_start_is_no_failure(desk: Desk) -> None:
    """Only trouble counts against the deadline, not time."""
    desk.scheduled(since=600).container(running={"startedAt": _time(600)})

    assert desk.judged(Status(phase=Phase.CREATING)).phase is Phase.CREATING


def test_failed_session_has_no_address() -> None:
    """What no longer answers is not offered."""
    failed = phases.failed(RUNNING, "broken")

    assert (failed.phase, failed.message, failed.url, failed.podName) == (Phase.FAILED, "broken", None, None)


def test_lifetime_counts_from_the_first_running(session: Session) -> None:
    """A session that never ran does not expire."""
    assert (
        phases.expires_at(session, RUNNING),
        phases.expires_at(session, Status()),
    ) == (NOW.timestamp() + 28800, None)
