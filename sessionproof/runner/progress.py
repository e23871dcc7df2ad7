"""What a person sees while scenarios run: what runs now, how many are done of how many, and how long it may take."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable, Mapping
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
    """Seconds between two drawings of the block."""

    def __init__(self, units: Iterable[Unit], jobs: int, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._live = self._stream.isatty()
        self._jobs = jobs
        self._expected = {unit.number: unit.seconds for unit in units}
        self._took: list[float] = []
        self._counts = dict.fromkeys(Verdict, 0)
        self._drawn = 0
        self._next = 0.0

    def begins(self, worker: Busy, unit: Unit) -> None:
        """*worker* begins *unit*."""
        if not self._live:
            self._stream.write(f"worker {worker.lane}: {_name(unit)} ...\n")
            self._stream.flush()

    def ends(self, worker: Busy, unit: Unit, verdict: Verdict, why: str, queue: Queue) -> None:
        """*unit* came to *verdict*, because of *why*."""
        seconds = time.monotonic() - worker.since
        self._took.append(seconds)
        self._counts[verdict] += 1
        left = "" if self._live else f" ({self._so_far(queue, {})})"
        because = f": {why.strip().splitlines()[0]}" if why.strip() and verdict is not Verdict.PASSED else ""
        self.say(f"{_SIGN[verdict]} {_name(unit)}  {seconds:.1f} s  {verdict.words}{because}{left}")

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
        running = {w.unit.number: self._still(w.unit, now - w.since) for w in busy if w.unit is not None}
        lines = [self._so_far(queue, running), *(_doing(worker, now) for worker in busy)]
        self._stream.write("".join(line[:width] + "\n" for line in lines))
        self._stream.flush()
        self._drawn = len(lines)

    def finish(self) -> None:
        """Nothing runs any more."""
        self._erase()
        self._stream.flush()

    def _so_far(self, queue: Queue, running: Mapping[int, float]) -> str:
        done = len(self._took)
        bad = [f"{self._counts[v]} {v.words}" for v in (Verdict.FAILED, Verdict.NOT_RUN) if self._counts[v]]
        said = ", ".join([f"{done} of {len(self._expected)} done", *bad])
        if done == len(self._expected):
            return said
        known = [seconds for seconds in self._expected.values() if seconds is not None]
        if not known and not self._took:
            return said
        mean = sum(known or self._took) / len(known or self._took)
        return f"{said}, about {_span(seconds_left(queue, running, self._jobs, mean))} left"

    def _still(self, unit: Unit, ran: float) -> float:
        return max(0.0, (unit.seconds or 0.0) - ran)

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write(f"\x1b[{self._drawn}A\x1b[J")
            self._drawn = 0


def _name(unit: Unit) -> str:
    return f"{unit.feature.name}: {unit.scenario.name}"


def _doing(worker: Busy, now: float) -> str:
    idle = "closes what it opened" if worker.dismissed else "waits"
    what = _name(worker.unit) if worker.unit is not None else idle
    return f"  {worker.lane}  {now - worker.since:5.0f} s  {what}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
