"""SIGINT and SIGTERM end a run in good order: once, with its clean-up, never in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM)
"""Signals that end a run."""


class Interruption:
    """
    What the process does about signals that end it.

    The first one raises ``KeyboardInterrupt`` in the main thread, which behave turns into an error of the
    running step, and all hooks and clean-ups run. Further ones are ignored. One that comes during a
    clean-up is kept in ``asked`` and raised when the clean-up is over, so that it cannot lose the rest.
    """

    def __init__(self) -> None:
        self.asked: signal.Signals | None = None
        """The first signal that came; None if none did."""
        self._cleaning = 0
        self._raised = False

    def begin_anew(self) -> None:
        """In a forked worker: forget what the parent was told and was doing, and let signals come again."""
        self.asked, self._cleaning, self._raised = None, 0, False
        self.install()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def install(self) -> None:
        """Take over SIGINT and SIGTERM; in the main thread only."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("signals can be taken over in the main thread only")
        for number in ENDING:
            signal.signal(number, self._handle)

    @contextmanager
    def cleaning(self) -> Iterator[None]:
        """Signals that come inside are raised at the end of the outermost such block."""
        self._cleaning += 1
        try:
            yield
        finally:
            self._cleaning -= 1
            self._raise_if_due()

    @property
    def exit_status(self) -> int:
        """What shells expect of a process that ended for the signal: 128 + its number; 130 if none came."""
        return 128 + (self.asked or signal.SIGINT)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self.asked is None:
            self.asked = signal.Signals(number)
        self._raise_if_due()

    def _raise_if_due(self) -> None:
        if self.asked is not None and not self._cleaning and not self._raised:
            self._raised = True
            raise KeyboardInterrupt(f"ended by {self.asked.name}")


interruption = Interruption()
"""The one of this process: hooks install it in ``before_all`` and clean up inside ``cleaning()``."""
