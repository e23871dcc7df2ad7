"""What a timeline keeps and what it can be asked."""

import json
import threading

import pytest

from sessionproof.model.clock import VirtualClock
from sessionproof.timeline import Change, Subject, Timeline

POD = Subject("Pod", "sp-1", "desktop-7")
SESSION = Subject("VDISession", "sp-1", "desktop-7")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def timeline(clock: VirtualClock) -> Timeline:
    return Timeline(clock)


def phase(body: dict) -> str:
    return body["status"]["phase"]


def test_history_gives_distinct_values_with_their_stretches(timeline, clock):
    """Repeated values are one stretch, a field not there yet and a deleted thing read as absent."""
    for body in ({}, {"status": {"phase": "Pending"}}, {"status": {"phase": "Pending"}, "x": 1}):
        timeline.record("w", SESSION, Change.CHANGED, body)
        clock.advance(1)
    timeline.record("w", SESSION, Change.CHANGED, {"status": {"phase": "Running"}})
    clock.advance(1)
    timeline.record("w", SESSION, Change.GONE, {"status": {"phase": "Running"}})

    seen = timeline.history(SESSION, phase)

    assert [(None, 0, 1), ("Pending", 1, 3), ("Running", 3, 4), (None, 4, None)] == [
        (each.value, each.since.mono, each.until.mono if each.until else None) for each in seen
    ]


def test_latest_skips_marks_and_tells_gone(timeline):
    """A mark about a thing does not hide what the thing is."""
    timeline.record("w", POD, Change.APPEARED, {"a": 1})
    timeline.mark("delete asked", POD)

    assert {"a": 1} == timeline.latest(POD).value

    timeline.record("w", POD, Change.GONE, {"a": 1})

    assert not timeline.latest(POD).present


def test_at_tells_what_was_there_then(timeline, clock):
    """The state at a moment knows nothing of what came after it."""
    timeline.record("w", POD, Change.APPEARED, 1)
    clock.advance(1)
    then = timeline.now()
    clock.advance(1)
    timeline.record("w", POD, Change.GONE, 1)
    timeline.record("w", SESSION, Change.APPEARED, 2)

    assert {POD: 1} == timeline.at(then)
    assert {SESSION: 2} == timeline.at(timeline.now())


def test_order_and_durations_can_be_asked(timeline, clock):
    """First sights compare, and two predicates give a duration."""
    timeline.record("w", SESSION, Change.APPEARED, {"status": {"phase": "Pending"}})
    clock.advance(0.5)
    timeline.record("w", POD, Change.APPEARED, {})
    clock.advance(2)
    timeline.record("w", SESSION, Change.CHANGED, {"status": {"phase": "Running"}})

    assert timeline.first_seen(SESSION) < timeline.first_seen(POD)
    assert 2.5 == timeline.between(SESSION, lambda s: phase(s) == "Pending", lambda s: phase(s) == "Running")
    assert timeline.first_seen(Subject("Pod", "", "other")) is None


def test_fault_is_a_span_that_ends_also_after_an_error(timeline, clock):
    """A fault's bar has an end even if the block raised."""
    with pytest.raises(RuntimeError), timeline.span("node cut off"):
        clock.advance(3)
        raise RuntimeError

    (span,) = timeline.spans("fault")

    assert (0, 3) == (span.begin.mono, span.end.mono)
    assert [Change.MARK, Change.MARK] == [entry.change for entry in timeline.entries()]


def test_records_are_json(timeline):
    """The frozen copy survives JSON, whatever a value is made of."""
    timeline.record("w", POD, Change.APPEARED, {"set": {1}, "object": object, "moment": timeline.now()})
    timeline.gap("w", POD, timeline.now(), "listed anew")

    records = json.loads(json.dumps(timeline.to_records()))

    assert ["appeared", "gap"] == [record["change"] for record in records]
    assert "2023-11-14T22:13:20.000Z" == records[0]["wall"]


def test_appending_from_many_threads_loses_nothing():
    """Places have no holes and each subject keeps its own order."""
    timeline = Timeline()

    def write(name: str) -> None:
        for number in range(500):
            timeline.record("w", Subject("Pod", "", name), Change.CHANGED, number)

    threads = [threading.Thread(target=write, args=(str(each),)) for each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(range(2000)) == [entry.seq for entry in timeline.entries()]
    assert list(range(500)) == [entry.value for entry in timeline.entries(subject=Subject("Pod", "", "2"))]


def test_a_write_wakes_who_waits():
    """A waiter returns by the write, long before its time is up."""
    timeline = Timeline()
    writer = threading.Timer(0.01, timeline.mark, ["now"])
    writer.start()

    woken = timeline.wait_beyond(0, 10.0)
    writer.join()

    assert woken
