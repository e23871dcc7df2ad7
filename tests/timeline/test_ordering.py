"""Who was first is blamed on nobody whose watch was only late."""

from __future__ import annotations

import pytest

from sessionproof.model.clock import VirtualClock
from sessionproof.timeline import Change, Entry, Subject, Timeline
from sessionproof.timeline.ordering import lateness

SLACK = 0.1


def seen(first: str | None, then: str | None, late: float) -> tuple[Entry, Entry]:
    """Two things with these versions, the *first* seen so many seconds after the other."""
    clock = VirtualClock()
    timeline = Timeline(clock)

    def record(name: str, version: str | None) -> None:
        about = {} if version is None else {"resourceVersion": version}
        timeline.record("a watch", Subject("Thing", "", name), Change.CHANGED, {"metadata": about})

    record("then", then)
    clock.advance(late)
    record("first", first)
    second_seen, first_seen = timeline.entries()
    return first_seen, second_seen


@pytest.mark.parametrize(
    ("first", "then", "late", "blamed"),
    [
        pytest.param(None, None, 0.05, None, id="within what two watches may disagree on"),
        pytest.param(None, None, 0.5, 0.5, id="late, and nothing else is known"),
        pytest.param("9", "10", 0.5, None, id="seen late, written before"),
        pytest.param("10", "9", 0.5, 0.5, id="written after"),
        pytest.param("10", "9", 0.05, None, id="versions are not asked where the times blame nobody"),
        pytest.param("abc", "10", 0.5, 0.5, id="a version that is no number says nothing"),
        pytest.param("9", None, 0.5, 0.5, id="one version alone says nothing"),
    ],
)
def test_lateness_is_by_time_unless_the_store_knows_better(first, then, late, blamed):
    """Times within the slack blame nobody; beyond it the versions of the writes decide, if both have one."""
    assert lateness(*seen(first, then, late), SLACK) == (None if blamed is None else pytest.approx(blamed))
