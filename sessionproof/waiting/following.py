"""Following one reading along the timeline: first what was already seen, then what comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sessionproof.errors import TargetUnavailable
from sessionproof.model.clock import Moment
from sessionproof.timeline import Seen, SourceState, Span, Subject, Timeline
from sessionproof.timeline.entries import note_value
from sessionproof.waiting.readings import Reading

_RESUMED = 1.0
"""Seconds after an outage in which what is seen may have happened during it."""


class Step(NamedTuple):
    """The value of the reading at one observation."""

    value: Any
    at: Moment
    initial: bool
    """Whether it is the value already in force at the cause."""


class Follower:
    """One pass of a reading over the timeline, from the cause to ``end``."""

    def __init__(self, timeline: Timeline, reading: Reading, since: Moment) -> None:
        self.timeline = timeline
        self.reading = reading
        self.since = since
        self.end = since
        """Where to stop; may be moved while stepping."""
        self.seen: list[Seen] = []
        """Distinct successive values so far, the one in force at the cause first."""

    @property
    def value(self) -> Any:
        """The last value."""
        return self.seen[-1].value

    def steps(self, end: Moment) -> Iterator[Step]:
        """
        Every observation from the cause to *end* or the present ``self.end``, waiting for those to come.

        :raises TargetUnavailable: as soon as there is nothing left to read and a source ended for good.
        """
        self.end = end
        state: dict[Subject, Any] = {}
        started = False
        read = 0
        while True:
            for entry in self.timeline.after(read):
                read = entry.seq + 1
                if not self.reading.concerns(entry):
                    continue
                past = entry.at.mono <= self.since.mono
                if not started and not past:
                    started = True
                    yield self._step(self.reading.look(state), self.since, initial=True)
                if entry.at.mono > self.end.mono:
                    return
                value = self.reading.replay(state, entry)
                if started:
                    yield self._step(value, self.since if past else entry.at, initial=False)
            if not started:
                started = True
                yield self._step(self.reading.look(state), self.since, initial=True)
            remaining = self.end.after(self.timeline.now())
            if remaining <= 0 and len(self.timeline) == read:
                return
            self._check_sources()
            self.timeline.wait_beyond(read, remaining)

    def error_bound(self, at: Moment) -> float:
        """Seconds by which what was seen at *at* may have happened earlier, outages and gaps included."""
        bound = max((state.error_bound for state in self._states().values()), default=0.0)
        for span in self.outages():
            if span.begin.mono <= at.mono and (span.end is None or at.after(span.end) <= _RESUMED):
                bound = max(bound, at.after(max(span.begin, self.since)))
        return bound

    def outages(self) -> tuple[Span, ...]:
        """Outages of the reading's sources, and gaps in what they tell of its kind, since the cause."""
        now = self.timeline.now()
        return tuple(
            span
            for span in self.timeline.spans()
            if (span.kind == "outage" or (span.kind == "gap" and span.subject.kind in self.reading.kinds))
            and span.source in self.reading.sources
            and span.overlaps(self.since, now)
        )

    def blind_seconds(self) -> float:
        """Seconds since the cause in which no source could be looked through."""
        now = self.timeline.now()
        away = (span for span in self.outages() if span.kind == "outage")
        return sum((span.end or now).after(max(span.begin, self.since)) for span in away)

    def blind_at_end(self) -> bool:
        """Whether the source is still away, so that the last stretch is unproven."""
        return any(span.kind == "outage" and span.end is None for span in self.outages())

    def _step(self, value: Any, at: Moment, *, initial: bool) -> Step:
        note_value(self.seen, value, at)
        return Step(value, at, initial)

    def _check_sources(self) -> None:
        for source, state in self._states().items():
            for kind in self.reading.kinds & state.refused.keys():
                error = state.refused[kind]
                raise TargetUnavailable(
                    f"{self.reading.name} cannot be seen: {source} was refused for good: {error}"
                ) from error

    def _states(self) -> dict[str, SourceState]:
        known = {source: self.timeline.source_state(source) for source in self.reading.sources}
        return {source: state for source, state in known.items() if state is not None}
