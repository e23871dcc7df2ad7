"""``janitor``: finish what dead runs left behind."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from sessionproof import errors
from sessionproof.cli import commands
from sessionproof.cli.console import Console

if TYPE_CHECKING:
    from sessionproof.cli.commands import Commands


def add_to(those: Commands) -> None:
    """Add the command of this module."""
    commands.add(
        those,
        "janitor",
        _janitor,
        "lift the faults and remove the things of runs that died; every run does it first",
        "sessionproof janitor",
    )


def _janitor(_options: argparse.Namespace) -> int:
    from sessionproof import janitor

    console = Console()
    finished = janitor.finish_dead_runs(
        commands.ledgers(commands.repository()), addresses=commands.addresses(), say=console.say
    )
    for one in finished.left:
        sys.stderr.write(f"left: {one}\n")
    for unlooked in finished.unlooked:
        sys.stderr.write(f"{unlooked.where} could not be looked at: {unlooked.why}\n")
    runs, gone = len(finished.runs), len(finished.removed)
    sys.stdout.write(f"{runs} dead runs finished, {gone} things removed, {len(finished.left)} left\n")
    if finished.left:
        return errors.ExitCode.FAILED
    return errors.ExitCode.NOT_RUN if finished.unlooked else errors.ExitCode.PASSED
