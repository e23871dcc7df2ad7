"""The workers of a run, as their parent sees them: forked, handed work, heard, missed when they die."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any

from sessionproof.runner.accounts import Account, Crash, Farewell
from sessionproof.runner.schedule import Unit
from sessionproof.runner.worker import become
from sessionproof.signals import ENDING, interruption


@dataclass(eq=False)
class Worker:
    """One forked process."""

    lane: int
    """Its row in the report's picture of the run; a worker that replaces a dead one has the same."""
    pid: int
    line: Connection
    handle: int
    """Readable when the process has ended."""
    unit: Unit | None = None
    """What it runs now; None while it waits or closes."""
    since: float = field(default_factory=time.monotonic)
    dismissed: bool = False
    """Whether it was told that there is no more to do."""
    farewell: Farewell | None = None
    crash: str = ""

    def __str__(self) -> str:
        return f"worker {self.lane} (process {self.pid})"

    def hand(self, unit: Unit) -> None:
        """Let it run *unit*."""
        self.unit, self.since = unit, time.monotonic()
        self._send(unit.number)

    def dismiss(self) -> None:
        """Let it close what it opened, and end."""
        self.dismissed, self.since = True, time.monotonic()
        self._send(None)

    def end(self, sign: signal.Signals) -> None:
        """Tell it to break off, clean up and end."""
        self.dismissed = True
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, sign)

    def _send(self, what: int | None) -> None:
        # One that has just died is noticed by its handle.
        with contextlib.suppress(OSError):
            self.line.send(what)


@dataclass(frozen=True)
class Ended:
    """A worker's process is over."""

    how: str
    """In words: ``was killed by SIGKILL``."""


class Crew:
    """Forks workers and hears them; all are its children and have ended when :meth:`reap` has told so."""

    def __init__(self, runner: Any, units: Mapping[int, Unit]) -> None:
        self._runner = runner
        self._units = units
        self.workers: list[Worker] = []

    def hire(self) -> Worker:
        """
        Fork a worker.

        :raises OSError: if the machine has no room for one.
        """
        lane = next(n for n in range(1, len(self.workers) + 2) if n not in {w.lane for w in self.workers})
        sys.stdout.flush()
        sys.stderr.flush()
        ours, theirs = Pipe()
        parent = os.getpid()
        # A signal in between would be the parent's in one process and nobody's in the other.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            pid = os.fork()
            if pid == 0:
                ours.close()
                for other in self.workers:
                    other.line.close()
                    os.close(other.handle)
                become(self._runner, lane, parent, theirs, self._units)
            theirs.close()
            hired = Worker(lane, pid, ours, os.pidfd_open(pid))
            self.workers.append(hired)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return hired

    def hear(self, seconds: float) -> Iterator[tuple[Worker, Account | Ended]]:
        """What workers tell within *seconds*, or as soon as one tells anything."""
        waited: dict[Any, Worker] = {worker.handle: worker for worker in self.workers}
        waited |= {worker.line: worker for worker in self.workers if not worker.line.closed}
        ready = wait(list(waited), seconds)
        for worker in dict.fromkeys(waited[each] for each in ready):
            for told in self._read(worker):
                yield worker, told
            if worker.handle in ready:
                yield worker, self._reap(worker)

    def _read(self, worker: Worker) -> Iterator[Account]:
        while not worker.line.closed and worker.line.poll():
            try:
                told = worker.line.recv()
            except (EOFError, OSError):  # it hung up, perhaps in the middle of a word
                worker.line.close()
                return
            if isinstance(told, Farewell):
                worker.farewell = told
            elif isinstance(told, Crash):
                worker.crash = told.text
            else:
                yield told

    def _reap(self, worker: Worker) -> Ended:
        _, status = os.waitpid(worker.pid, 0)
        os.close(worker.handle)
        worker.line.close()
        self.workers.remove(worker)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            return Ended(f"was killed by {signal.Signals(-code).name}")
        return Ended(f"ended by itself with {code}" + (f": {worker.crash}" if worker.crash else ""))

    def end_all(self) -> None:
        """Tell every worker to break off, for the signal that the run got."""
        for worker in self.workers:
            worker.end(interruption.asked or signal.SIGTERM)
