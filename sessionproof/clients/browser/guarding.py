"""
Bounds what the browser's driver waits for without a limit of its own: opening and closing windows.

A browser that does not answer is ended by force; the driver then gives its caller an error instead of nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

PATIENCE = 20.0
"""Seconds that a browser may take to open or close a window; milliseconds on a quiet machine."""

Guard = Callable[[str], AbstractContextManager[None]]
"""Within it the browser has ``PATIENCE`` to do what is named."""

_log = logging.getLogger(__name__)


def guard_of(home: Path) -> Guard:
    """A guard of the browser whose profile is in *home*."""

    @contextlib.contextmanager
    def guard(what: str) -> Iterator[None]:
        def end() -> None:
            _log.warning("%s took the browser more than %g s: it is ended by force", what, PATIENCE)
            _kill(home)

        timer = threading.Timer(PATIENCE, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    return guard


def _kill(home: Path) -> None:
    """End the browser's first process, with which all others end."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or not _is_first(entry, home):
            continue
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(int(entry.name))
            try:
                if _is_first(entry, home):  # and no other process that has got its number meanwhile
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
            finally:
                os.close(handle)


def _is_first(process: Path, home: Path) -> bool:
    try:
        command = (process / "cmdline").read_bytes()
    except OSError:  # gone meanwhile
        return False
    return f"--user-data-dir={home}/".encode() in command and b"--type=" not in command
