"""Folders that programs live in: a browser's, which starts processes that no one notes one by one."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sessionproof import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessionproof.ledger.book import Entry

GRACE = 3.0
"""Seconds that the inhabitants get to end by themselves before they are killed."""


def inhabitants(home: Path) -> list[int]:
    """Numbers of the processes whose command line or first environment names the folder; never the asker's."""
    return [pid for pid in _processes() if _names(pid, bytes(home))]


def remove_home(entry: Entry) -> Callable[[float], None] | None:
    """End all that lives in the folder, then remove it with its content."""
    home = Path(entry.thing.place["path"])
    begun = _sent(home, signal.SIGTERM)
    if not begun and not home.exists():
        return None

    def wait(deadline: float) -> None:
        _await_ends(begun, min(deadline, time.monotonic() + GRACE))
        # Those that would not, and what was started in the meantime.
        while stubborn := _sent(home, signal.SIGKILL):
            if not _await_ends(stubborn, max(deadline, time.monotonic() + 1.0)):
                raise errors.Leaked(f"processes of {home} outlived SIGKILL: {inhabitants(home)}")
        if home.exists():
            shutil.rmtree(home)

    return wait


def _processes() -> Iterator[int]:
    own = os.getpid()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != own:
            yield int(entry.name)


def _names(pid: int, home: bytes) -> bool:
    for file in ("cmdline", "environ"):
        with contextlib.suppress(OSError):  # gone meanwhile, or another user's
            if home in Path(f"/proc/{pid}/{file}").read_bytes():
                return True
    return False


def _sent(home: Path, sign: signal.Signals) -> list[int]:
    """Handles of the inhabitants, each told *sign*."""
    handles = []
    for pid in inhabitants(home):
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            if not _names(pid, bytes(home)):  # the number went to another process meanwhile
                os.close(handle)
                continue
            handles.append(handle)
            signal.pidfd_send_signal(handle, sign)
            signal.pidfd_send_signal(handle, signal.SIGCONT)
    return handles


def _await_ends(handles: list[int], deadline: float) -> bool:
    """Whether all ended until the deadline; closes the handles."""
    ended = True
    for handle in handles:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        ended = bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000)) and ended
        os.close(handle)
    return ended
