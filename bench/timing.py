"""Runs commands and times them; contenders take turns, so that a slow minute of the machine hits all alike."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.figures import NotMeasured

Result = TypeVar("Result")
Say = Callable[[str], None]

CLEAN_SECONDS = 60.0
"""Longest time that an interrupted command has for its clean-up."""


@dataclass(frozen=True)
class Took:
    """What one run of a command took."""

    wall: float
    """Seconds from its start to its end."""
    processor: float
    """Seconds of user and system time, its children included."""


@dataclass(frozen=True)
class Command:
    """A command that is measured."""

    arguments: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str]

    def run(self) -> Took:
        """
        Run it once.

        :raises NotMeasured: if it ends with anything but 0: a failed run says nothing of what a good one takes.
        """
        with tempfile.TemporaryFile() as said:
            began = time.monotonic()
            process = subprocess.Popen(
                [str(each) for each in self.arguments],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                # A Ctrl-C reaches us alone: it is passed on once, because a second one would cut its clean-up short.
                process_group=0,
            )
            try:
                _, status, used = os.wait4(process.pid, 0)
            except BaseException:
                _end(process)
                raise
            wall = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                said.seek(0)
                text = said.read().decode(errors="replace").strip()
                raise NotMeasured(f"{self} ended with {process.returncode}: {text[-2000:]}")
        return Took(wall, used.ru_utime + used.ru_stime)

    def __str__(self) -> str:
        first, *others = self.arguments
        return " ".join([Path(first).name, *map(str, others)])


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(CLEAN_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment(folder: Path) -> dict[str, str]:
    """
    What measured commands find: this environment, with compiled modules kept in *folder*.

    Some machines forbid Python to keep what it compiled; then every start compiles everything, and that is
    what would be measured.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def in_turns(
    contenders: Mapping[str, Callable[[], Result]], rounds: int, say: Say, *, warm: bool = True
) -> dict[str, list[Result]]:
    """
    Run every contender once in each round, in reverse order every other round.

    :param warm: run each once before, which is not counted.
    :returns: what each came to, the rounds in order, so that those of one round can be compared.
    """
    for name, run in contenders.items() if warm else ():
        say(f"warming up: {name}")
        run()
    taken: dict[str, list[Result]] = {name: [] for name in contenders}
    for number in range(rounds):
        order = list(contenders.items())
        for name, run in reversed(order) if number % 2 else order:
            say(f"round {number + 1}/{rounds}: {name}")
            taken[name].append(run())
    return taken
