"""Looking again and again at a source that has no watch, and recording what changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sessionproof.clients.kubernetes.errors import NotYet
from sessionproof.errors import SuiteWrong, TargetUnavailable
from sessionproof.model.clock import Moment
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting.readings import ABSENT

EVERY = 0.05
HEARTBEAT = 20
"""Looks without a change after which a sign of life is recorded."""


class Sort(Enum):
    """What an error of a look means."""

    NOT_YET = "not yet"
    """The thing is not there: recorded as absent."""
    OUTAGE = "outage"
    """The source is away: keep looking."""
    WRONG = "wrong"
    """It will never work: stop, and end the waits on it."""


def sort_of(error: Exception) -> Sort:
    """The usual sorting: by the suite's own families, broken connections as outage, our own bugs as wrong."""
    if isinstance(error, NotYet):
        return Sort.NOT_YET
    if isinstance(error, SuiteWrong):
        return Sort.WRONG
    return Sort.OUTAGE if isinstance(error, TargetUnavailable | OSError) else Sort.WRONG


@dataclass(frozen=True, slots=True)
class Lag:
    """How well a poller kept its own schedule, so that it is never blamed on the target."""

    looks: int
    skipped: int
    """Looks left out because an earlier one had not come back."""
    worst: float
    """Seconds between the planned and the real begin of the latest look."""
    longest: float
    """Seconds of the slowest look."""


class Poller:
    """
    Calls *ask* every *every* seconds in a thread of its own.

    The schedule is fixed: a slow answer does not move the looks after it, it makes them be skipped and
    counted. A value is recorded when it differs from the last one, and as a sign of life every
    ``HEARTBEAT`` looks. The source's error bound is the interval plus the slowest look so far.

    :param ask: gives the value; ``ABSENT`` if the thing is not there. Must bound its own time.
    :raises ValueError: for an interval above 50 ms, which would miss short phases.
    """

    def __init__(
        self,
        timeline: Timeline,
        source: str,
        subject: Subject,
        ask: Callable[[], Any],
        *,
        every: float = EVERY,
        sort: Callable[[Exception], Sort] = sort_of,
    ) -> None:
        if not 0 < every <= EVERY:
            raise ValueError(f"{source}: polled every {every:g} s, more than the {EVERY:g} s allowed")
        self._timeline = timeline
        self._source = source
        self._subject = subject
        self._ask = ask
        self._every = every
        self._sort = sort
        self._last: Any = ABSENT
        self._unchanged = 0
        self._outage: int | None = None
        self._lag = Lag(0, 0, 0.0, 0.0)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"poll {source}", daemon=True)
        timeline.source(source, every)

    def start(self) -> Poller:
        self._thread.start()
        return self

    def close(self, seconds: float = 1.0) -> bool:
        """Stop looking; tell whether the thread ended in time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def lag(self) -> Lag:
        """How well the schedule was kept so far."""
        return self._lag

    def look(self, planned: Moment) -> bool:
        """One look; tell whether there is any use in another."""
        begin = self._timeline.now()
        useful = True
        try:
            value = self._ask()
        except Exception as error:  # sorted below: every error of a look is told on the timeline
            useful = self._failed(error)
        else:
            self._back()
            self._take(value)
        self._count(planned, begin)
        return useful

    def _run(self) -> None:
        planned = self._timeline.now()
        while not self._stopping.is_set() and self.look(planned):
            planned = planned.later(self._every)
            late = self._timeline.now().after(planned)
            if late > self._every:
                skipped = int(late / self._every)
                planned = planned.later(skipped * self._every)
                lag = self._lag
                self._lag = Lag(lag.looks, lag.skipped + skipped, lag.worst, lag.longest)
            self._stopping.wait(max(0.0, planned.after(self._timeline.now())))

    def _take(self, value: Any) -> None:
        before, self._last = self._last, value
        if value is ABSENT:
            if before is not ABSENT:
                self._record(Change.GONE, before)
        elif before is ABSENT:
            self._record(Change.APPEARED, value)
        elif before != value:
            self._record(Change.CHANGED, value)
        else:
            self._unchanged += 1
            if self._unchanged >= HEARTBEAT:
                self._record(Change.OBSERVED, value, f"unchanged in {self._unchanged} looks")

    def _record(self, change: Change, value: Any, note: str = "") -> None:
        self._unchanged = 0
        self._timeline.record(self._source, self._subject, change, value, note)

    def _failed(self, error: Exception) -> bool:
        sort = self._sort(error)
        if sort is Sort.NOT_YET:
            self._back()
            self._take(ABSENT)
        elif sort is Sort.OUTAGE:
            if self._outage is None:
                text = str(error) or type(error).__name__
                self._outage = self._timeline.open_span(
                    text, self._subject, kind="outage", source=self._source
                )
        else:
            self._back()
            self._timeline.refuse(self._source, self._subject.kind, error)
            return False
        return True

    def _back(self) -> None:
        if self._outage is not None:
            self._timeline.close_span(self._outage, "answers again")
            self._outage = None

    def _count(self, planned: Moment, begin: Moment) -> None:
        lag = self._lag
        took = self._timeline.now().after(begin)
        self._lag = Lag(
            lag.looks + 1, lag.skipped, max(lag.worst, begin.after(planned)), max(lag.longest, took)
        )
        if took > lag.longest:
            self._timeline.source(self._source, self._every + took)
