"""The timeline's picture says what the timeline says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from sessionproof.model.clock import VirtualClock
from sessionproof.reporting import picture
from sessionproof.reporting.picture import Bar, Fault, Lane, Mark, drawing, nice_step, svg
from sessionproof.timeline import Change, Subject, Timeline

POD = Subject("Pod", "sp-1", "desktop-0")


def record(at: float, kind: str, change: str, value: Any = None, note: str = "") -> dict[str, Any]:
    return {
        "seq": 0,
        "seconds": at,
        "wall": "",
        "source": "watch",
        "kind": kind,
        "namespace": "sp-1",
        "name": "desktop-0",
        "change": change,
        "value": value,
        "note": note,
    }


def phase(name: str) -> dict[str, Any]:
    return {"status": {"phase": name}}


def test_each_phase_is_a_bar_of_its_thing() -> None:
    """The same phase seen twice is one bar; what is gone ends."""
    shown = drawing(
        [
            record(1, "Pod", "appeared", phase("Pending")),
            record(2, "Pod", "changed", phase("Pending")),
            record(3, "Pod", "changed", phase("Running")),
            record(5, "Pod", "gone"),
        ]
    )

    (lane,) = shown.lanes
    assert "pod desktop-0" == lane.name
    assert [(1, 3, "Pending"), (3, 5, "Running")] == [(bar.begin, bar.end, bar.words) for bar in lane.bars]


def test_marks_and_faults_are_told_apart() -> None:
    """A span is a fault with its end; a mark is an instant; events draw nothing."""
    clock = VirtualClock()
    timeline = Timeline(clock)
    timeline.mark("alice asks")
    clock.advance(1)
    with timeline.span("node cut off", POD):
        clock.advance(2)
    timeline.record("watch", Subject("Event", "", "e"), Change.APPEARED, {})

    shown = drawing(timeline.to_records())

    assert [Mark(0.0, "alice asks")] == shown.marks
    assert [Fault(1.0, 3.0, "node cut off", "fault")] == shown.faults
    assert [] == shown.lanes


def test_the_failing_instant_is_marked_and_the_picture_is_well_formed() -> None:
    """Names with markup in them break nothing."""
    text = svg([record(1, "Pod", "appeared", phase("<Pending & co>"), "n")], failed_at=4.0)

    assert "failed here, at 4.0 s" in text
    assert "svg" in ET.fromstring(text).tag
    assert "<script" not in text


def test_nothing_seen_is_no_picture() -> None:
    """An empty picture would look like a finding."""
    assert "" == svg([])


def test_a_thousand_things_stay_a_small_picture() -> None:
    """What is left out is counted."""
    records = [dict(record(n, "Pod", "appeared", phase("Running")), name=f"p{n}") for n in range(1000)]

    text = svg(records)

    assert f"and {1000 - picture.MOST_LANES} more things" in text
    assert len(text) < 20_000


@pytest.mark.parametrize(("seconds", "step"), [(0.1, 0.02), (8, 1), (14, 2), (30, 5), (600, 100)])
def test_the_axis_has_round_numbers(seconds: float, step: float) -> None:
    """1, 2 or 5 times a power of ten."""
    assert step == pytest.approx(nice_step(seconds))


def test_lanes_of_what_a_person_knows_come_first() -> None:
    """The session stands above the secret."""
    lanes: list[Lane] = drawing(
        [record(0, "Secret", "appeared", {}), record(1, "VDISession", "appeared", phase("Pending"))]
    ).lanes

    assert ["session desktop-0", "password desktop-0"] == [lane.name for lane in lanes]
    assert Bar(0, None, "", picture._THERE) == lanes[1].bars[0]
