"""What can be read of a session, on objects as the API server gives them."""

from __future__ import annotations

from typing import Any

import pytest

from sessionproof import waiting
from sessionproof.adapters.vdi import readings
from sessionproof.adapters.vdi.objects import SESSION_LABEL, STRANGER_LABEL
from sessionproof.ports.sessions import Person, Request, Session
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting import ABSENT, KUBERNETES_WATCH, Reading

SESSION = Session(Subject("VDISession", "ns", "desk"), Person("alice", "a@example.test"), Request("desktop"))
LABELS = {SESSION_LABEL: "desk"}


def seen(kind: str, name: str, body: dict[str, Any], timeline: Timeline | None = None) -> Timeline:
    """A timeline with the object, or one more of it."""
    timeline = timeline or Timeline()
    timeline.record(KUBERNETES_WATCH, Subject(kind, "ns", name), Change.APPEARED, body)
    return timeline


def last(timeline: Timeline, reading: Reading) -> Any:
    """The value in force."""
    return waiting.replayed(timeline, reading)[-1].value


def test_a_strangers_thing_is_no_part_whatever_its_labels() -> None:
    """Nor is it one of the session's own by identity."""
    stranger = {"metadata": {"uid": "u1", "labels": LABELS | {STRANGER_LABEL: "yes"}}}
    timeline = seen("Service", "stranger-desk", stranger)

    assert last(timeline, readings.parts(SESSION)) == ()
    assert last(timeline, readings.identities(SESSION, "Service")) == ()

    seen("Service", "desk", {"metadata": {"uid": "u2", "labels": LABELS}}, timeline)

    assert last(timeline, readings.parts(SESSION)) == ("Service desk",)
    assert last(timeline, readings.identities(SESSION, "Service")) == ("desk (u2)",)


def test_what_is_going_is_nobodys_identity() -> None:
    """A part whose deletion has begun does not stand for another one."""
    going = {"metadata": {"uid": "u1", "labels": LABELS, "deletionTimestamp": "2026-01-01T00:00:00Z"}}

    assert last(seen("Pod", "desk", going), readings.identities(SESSION, "Pod")) == ()


def test_a_pod_that_began_anew_or_is_told_to_end_is_another_incarnation() -> None:
    """Its identity alone would not tell."""
    pod: dict[str, Any] = {"metadata": {"uid": "u1", "labels": LABELS}, "status": {}}
    timeline, reading = seen("Pod", "desk", pod), readings.incarnation(SESSION)
    first = last(timeline, reading)
    seen("Pod", "desk", pod | {"status": {"containerStatuses": [{"restartCount": 1}]}}, timeline)
    second = last(timeline, reading)
    going = {"metadata": pod["metadata"] | {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {}}
    seen("Pod", "desk", going, timeline)

    assert [("u1, 0 restarts",), ("u1, 1 restarts",), ("u1, 0 restarts, going",)] == [
        first,
        second,
        last(timeline, reading),
    ]


@pytest.mark.parametrize(
    ("spec", "conditions", "placement"),
    [
        ({}, [], None),
        ({}, [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}], "Unschedulable"),
        ({"nodeName": "n1"}, [{"type": "PodScheduled", "status": "True"}], "scheduled"),
    ],
    ids=["not looked at", "no node", "a node"],
)
def test_placement_is_what_the_scheduler_says(
    spec: dict[str, Any], conditions: list[Any], placement: str | None
) -> None:
    """Until it says something there is nothing to tell."""
    pod = {"metadata": {}, "spec": spec, "status": {"conditions": conditions}}

    assert placement == last(seen("Pod", "desk", pod), readings.placement(SESSION))


def test_stamps_are_seconds_since_the_epoch() -> None:
    """The start by the status, the end by the API server; None before, absent once it is gone."""
    subject = SESSION.subject
    timeline = seen(subject.kind, subject.name, {"metadata": {}, "status": {}})

    assert last(timeline, readings.started(SESSION)) is None
    assert last(timeline, readings.ending(SESSION)) is None

    stamped = {
        "metadata": {"deletionTimestamp": "2026-01-01T00:00:12Z"},
        "status": {"startTime": "2026-01-01T00:00:00Z"},
    }
    seen(subject.kind, subject.name, stamped, timeline)
    start, end = (last(timeline, read(SESSION)) for read in (readings.started, readings.ending))

    assert 12.0 == end - start

    timeline.record(KUBERNETES_WATCH, subject, Change.GONE, stamped)

    assert last(timeline, readings.ending(SESSION)) is ABSENT


def test_events_are_told_apart_by_their_type() -> None:
    """And by whom they are about."""
    about = {"kind": "VDISession", "name": "desk"}
    timeline = seen("Event", "e1", {"type": "Warning", "reason": "Bad", "involvedObject": about})
    seen("Event", "e2", {"type": "Normal", "reason": "Good", "involvedObject": about}, timeline)
    other = {"type": "Normal", "reason": "Other", "involvedObject": about | {"name": "other"}}
    seen("Event", "e3", other, timeline)

    assert last(timeline, readings.events(SESSION, "Warning")) == ("Bad",)
    assert last(timeline, readings.events(SESSION, "Normal")) == ("Good",)
