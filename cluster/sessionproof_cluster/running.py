"""Running a program of this machine to its end."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from sessionproof_cluster import errors

PATIENCE = 120.0
"""Seconds after which a tool counts as hung."""


def run(*command: str, stdin: str = "", timeout: float = PATIENCE) -> str:
    """
    Run *command* and return what it wrote.

    :raises ToolFailed: it ended with an error, or is still busy after *timeout* seconds.
    :raises MachineUnfit: there is no such program.
    """
    try:
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, timeout=timeout, check=False
        )
    except FileNotFoundError as error:
        raise errors.MachineUnfit(
            f"{command[0]} is not installed; 'sessionproof doctor' says which package has it"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise errors.ToolFailed(command, -1, f"still busy after {timeout:.0f} s") from error
    if done.returncode:
        raise errors.ToolFailed(command, done.returncode, done.stderr or done.stdout)
    return done.stdout


def within(namespace: Sequence[str], *command: str) -> tuple[str, ...]:
    """The command line that runs *command* in the namespaces named by nsenter's options."""
    return ("nsenter", *namespace, "--", *command)
