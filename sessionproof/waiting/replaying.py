"""Looking back: every value that a reading has had, without waiting for another."""

from __future__ import annotations

from typing import Any

from sessionproof.timeline import Seen, Subject, Timeline
from sessionproof.timeline.entries import note_value
from sessionproof.waiting.readings import Reading


def replayed(timeline: Timeline, reading: Reading) -> list[Seen]:
    """The distinct successive values of *reading* so far; empty if it was never seen."""
    state: dict[Subject, Any] = {}
    seen: list[Seen] = []
    for entry in timeline.entries():
        if not reading.concerns(entry):
            continue
        note_value(seen, reading.replay(state, entry), entry.at)
    return seen
