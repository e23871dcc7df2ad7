"""How a command is added to the command line: a help that teaches by examples, in one form for all."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sessionproof import errors

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Run = Callable[[argparse.Namespace], int]


def add(commands: Commands, name: str, run: Run, what: str, *examples: str) -> argparse.ArgumentParser:
    """Add the command *name*, which does *what* by *run*; *examples* are shown in its help."""
    shown = "\n".join(["examples:", *(f"  {example}" for example in examples)]) if examples else None
    command = commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=shown,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def need_root(command: str) -> None:
    """
    Make sure that we may change namespaces and mounts of this machine, before anything is made.

    :raises SuiteWrong: with what to do.
    """
    if os.geteuid() != 0:
        raise errors.SuiteWrong(
            f"`sessionproof {command}` needs root, because nodes are network namespaces of this machine. "
            f'Nothing was made. Run:\n  sudo -E env PATH="$PATH" sessionproof {command}'
        )


def repository(start: Path | None = None) -> Path:
    """
    The folder that holds ``scenarios.yaml``: the current one or the nearest above it.

    :raises SuiteWrong: if there is none.
    """
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / "scenarios.yaml").is_file():
            return folder
    raise errors.SuiteWrong(f"no scenarios.yaml in {here} or above it: go to the folder of your suite")


def ledgers(folder: Path) -> Path:
    """Where the ledgers of a repository are."""
    return folder / ".sessionproof" / "ledger"


def addresses() -> list[str]:
    """Clusters to look at: the embedded ones that are up, and those of the targets if we stand in a suite."""
    from sessionproof import catalogue, targets

    try:
        suite = catalogue.load(repository() / "scenarios.yaml").targets.values()
    except errors.SuiteWrong:
        return targets.embedded_addresses()
    return targets.known(suite)
