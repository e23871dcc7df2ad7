"""The programs of a desktop: started one after the other, watched together, ended together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Mapping, Sequence

_log = logging.getLogger(__name__)
_GRACE = 0.2
"""Seconds between asking the programs to end and making them."""
_TOGETHER = 0.1
"""Seconds within which ends are one event: who loses its display ends at once, and may be heard of first."""


class Died(Exception):
    """A program the desktop cannot do without has ended."""

    def __init__(self, name: str, status: int) -> None:
        self.name, self.status = name, status
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        super().__init__(f"{name} {how}; the desktop cannot go on without it")


class Processes:
    """The desktop's programs by name; the container's first process must also bury what they leave behind."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._watches: dict[str, asyncio.Task[int]] = {}
        self._needed: set[asyncio.Task[int]] = set()

    async def start(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        pass_fds: Sequence[int] = (),
        needed: bool = True,
    ) -> None:
        """
        Start *command* as *name* with exactly *env*; it writes to the container's log.

        :param needed: False for what its user may end, as a terminal.
        """
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, env=dict(env), pass_fds=pass_fds
        )
        self._running[name] = process
        self._watches[name] = asyncio.create_task(process.wait(), name=name)
        if needed:
            self._needed.add(self._watches[name])
        _log.info("%s started as process %d", name, process.pid)

    def alive(self, name: str) -> bool:
        """Whether the program runs (stopped by a signal counts as running)."""
        return name in self._running and self._running[name].returncode is None

    async def first_death(self) -> Died:
        """Wait until one of the needed programs ends; of several that end together it is what the others needed."""
        await asyncio.wait(self._needed, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(self._needed, timeout=_TOGETHER)
        first = next(task for task in self._watches.values() if task in self._needed and task.done())
        return Died(first.get_name(), first.result())

    async def end(self) -> None:
        """End them all, the last started first, within a fraction of a second."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for process in reversed(self._running.values()):
                if process.returncode is None:
                    # Not by the process object: it looks whether it ended, and asyncio would miss the status.
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process.pid, sign)
                        # One that was stopped would not hear the first signal.
                        os.kill(process.pid, signal.SIGCONT)
            if self._watches:
                _, left = await asyncio.wait(self._watches.values(), timeout=_GRACE)
                if not left:
                    return

    def bury_strays(self) -> None:
        """Reap ended processes that the system handed to us because their parents had gone."""
        own = {process.pid for process in self._running.values()}
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None or ended.si_pid in own:
                return
            os.waitpid(ended.si_pid, 0)
