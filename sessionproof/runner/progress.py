"""What a person sees while scenarios run: what runs now, how many are done of how many, and how long it may take."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable
from typing import Protocol, TextIO

from sessionproof.reporting.verdicts import Verdict
from sessionproof.runner.schedule import Queue, Unit, seconds_left

_SIGN = {Verdict.PASSED: "✔", Verdict.FAILED: "✘", Verdict.NOT_RUN: "!", Verdict.SKIPPED: "–"}


class Busy(Protocol):
    """A worker, as far as it is shown."""

    @property
    def lane(self) -> int: ...
    @property
    def unit(self) -> Unit | None: ...
    @property
    def since(self) -> float: ...
    @property
    def dismissed(self) -> bool: ...


class Progress:
    """
    Shows a run on *stream*.

    On a terminal the running scenarios are a block at the bottom that is drawn again and again, and what is
    done stands above it. Elsewhere there is one line when a scenario begins and one when it is over.
    """

    EVERY = 0.5
    """Seconds between two drawings of the block, and between two estimates."""

    def __init__(self, units: Iterable[Unit], jobs: int, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._live = self._stream.isatty()
        self._jobs = jobs
        self._expected = {unit.number: unit.seconds for unit in units}
        self._took: list[float] = []
        self._counts = dict.fromkeys(Verdict, 0)
        self._running: dict[int, float] = {}
        self._drawn = 0
        self._next = 0.0
        self._left = ""
        self._reckoned = 0.0

    def begins(self, worker: Busy, unit: Unit) -> None:
        """*worker* begins *unit*."""
        self._running[unit.number] = time.monotonic()
        if not self._live:
            self._stream.write(f"worker {worker.lane}: {unit} ...\n")
            self._stream.flush()

    def ends(self, unit: Unit, verdict: Verdict, why: str, queue: Queue) -> None:
        """*unit* came to *verdict*, because of *why*."""
        seconds = time.monotonic() - self._running.pop(unit.number)
        self._took.append(seconds)
        self._counts[verdict] += 1
        left = "" if self._live else f" ({self._so_far(queue)})"
        because = f": {why.strip().splitlines()[0]}" if why.strip() and verdict is not Verdict.PASSED else ""
        self.say(f"{_SIGN[verdict]} {unit}  {seconds:.1f} s  {verdict.words}{because}{left}")

    def say(self, text: str) -> None:
        """A line that stays."""
        self._erase()
        self._stream.write(text + "\n")
        self._stream.flush()
        self._next = 0.0

    def draw(self, workers: Iterable[Busy], queue: Queue) -> None:
        """What runs now, if that is shown and due."""
        now = time.monotonic()
        if not self._live or now < self._next:
            return
        self._next = now + self.EVERY
        self._erase()
        width = shutil.get_terminal_size().columns - 1
        busy = sorted(workers, key=lambda worker: worker.lane)
        lines = [self._so_far(queue), *(_doing(worker, now) for worker in busy)]
        self._stream.write("".join(line[:width] + "\n" for line in lines))
        self._stream.flush()
        self._drawn = len(lines)

    def finish(self) -> None:
        """Nothing runs any more."""
        self._erase()
        self._stream.flush()

    def _so_far(self, queue: Queue) -> str:
        done = len(self._took)
        bad = [f"{self._counts[v]} {v.words}" for v in (Verdict.FAILED, Verdict.NOT_RUN) if self._counts[v]]
        said = ", ".join([f"{done} of {len(self._expected)} done", *bad])
        now = time.monotonic()
        if now - self._reckoned >= self.EVERY:
            self._reckoned, self._left = now, self._estimate(queue, now)
        return said if done == len(self._expected) else said + self._left

    def _estimate(self, queue: Queue, now: float) -> str:
        known = [seconds for seconds in self._expected.values() if seconds is not None] or self._took
        if not known:
            return ""
        mean = sum(known) / len(known)
        running = {
            number: max(0.0, (self._expected[number] or mean) - (now - since))
            for number, since in self._running.items()
        }
        return f", about {_span(seconds_left(queue, running, self._jobs, mean))} left"

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write(f"\x1b[{self._drawn}A\x1b[J")
            self._drawn = 0


def _doing(worker: Busy, now: float) -> str:
    idle = "closes what it opened" if worker.dismissed else "waits"
    what = str(worker.unit) if worker.unit is not None else idle
    return f"  {worker.lane}  {now - worker.since:5.0f} s  {what}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
