"""
Time as the suite knows it: a monotonic reading for durations, a wall reading for people.

Everything that waits takes a ``Clock``, so that unit tests run on ``VirtualClock`` and never sleep.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, Protocol


class Moment(NamedTuple):
    """One instant on both clocks; moments compare by the monotonic one, within one process only."""

    mono: float
    """Seconds on the monotonic clock: the only one durations are taken from."""
    wall: float
    """Seconds since the epoch: for people and for joining with other machines' records."""

    def after(self, earlier: Moment) -> float:
        """Seconds from *earlier* to this moment; negative when this one came first."""
        return self.mono - earlier.mono

    def later(self, seconds: float) -> Moment:
        """The moment *seconds* from this one."""
        return Moment(self.mono + seconds, self.wall + seconds)

    def iso(self) -> str:
        """The wall time as RFC 3339 in UTC, to the millisecond."""
        return (
            datetime.fromtimestamp(self.wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )


class Clock(Protocol):
    """What tells the time and lets a thread wait for a condition."""

    def now(self) -> Moment: ...

    def wait(self, condition: threading.Condition, done: Callable[[], bool], seconds: float) -> bool:
        """
        Give up this thread until *done* or *seconds* have passed, and tell which.

        :param condition: not held by the caller; notified whenever *done* may have come true.
        """
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> Moment:
        return Moment(time.monotonic(), time.time())

    def wait(self, condition: threading.Condition, done: Callable[[], bool], seconds: float) -> bool:
        with condition:
            return condition.wait_for(done, max(0.0, seconds))


class VirtualClock:
    """
    A clock for unit tests that moves only when somebody waits on it.

    Waiting runs what was planned (``at``) in its order until the awaited comes true, and otherwise jumps to
    the end of the wait. A test is therefore deterministic and takes no time. For one thread only.
    """

    def __init__(self, wall: float = 1_700_000_000.0) -> None:
        self._mono = 0.0
        self._epoch = wall
        self._order = itertools.count()
        self._planned: list[tuple[float, int, Callable[[], object]]] = []

    def now(self) -> Moment:
        return Moment(self._mono, self._epoch + self._mono)

    def at(self, seconds: float, action: Callable[[], object]) -> None:
        """Plan *action* for *seconds* after the clock's start."""
        heapq.heappush(self._planned, (seconds, next(self._order), action))

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass, running what was planned for them."""
        end = self._mono + seconds
        while self._planned and self._planned[0][0] <= end:
            self._run_next()
        self._mono = end

    def wait(self, condition: threading.Condition, done: Callable[[], bool], seconds: float) -> bool:  # noqa: ARG002
        end = self._mono + max(0.0, seconds)
        while not done():
            if not self._planned or self._planned[0][0] > end:
                self._mono = end
                return done()
            self._run_next()
        return True

    def _run_next(self) -> None:
        planned, _, action = heapq.heappop(self._planned)
        self._mono = max(self._mono, planned)
        action()
