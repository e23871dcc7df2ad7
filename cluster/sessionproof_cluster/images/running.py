"""Running the programs an image is built with: found or explained, heard, never left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from sessionproof_cluster.images.errors import ToolFailed, ToolMissing


def require_root() -> None:
    """:raises ToolMissing: unless run by root, who alone may own what is in a root file system."""
    if os.geteuid() != 0:
        raise ToolMissing("building an image needs root (the files in it belong to root); run it with sudo")


def find(name: str, remedy: str) -> Path:
    """
    The program *name*, on PATH or beside this Python.

    :raises ToolMissing: saying *remedy*.
    """
    beside = Path(sys.executable).parent / name
    found = shutil.which(name) or (str(beside) if os.access(beside, os.X_OK) else None)
    if found is None:
        raise ToolMissing(f"{name} is neither on PATH nor beside {sys.executable}; {remedy}")
    return Path(found)


CONTAINED = [
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
]
"""Put before a command that mounts and starts others: what it mounts and starts vanishes with it."""


def run(
    what: str,
    command: list[str],
    *,
    said: Callable[[str], None] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """
    Run *command* to its end and return what it wrote; each line is given to *said* as it comes.

    An interruption kills the program; what it wrote is the caller's to throw away.

    :param what: the step, in words, for the error message.
    :param env: added to this process's environment.
    :raises ToolFailed: if it ends with another status than 0.
    """
    lines: list[str] = []
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **(env or {})},
        cwd=cwd,
    )
    try:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                lines.append(line)
                if said is not None:
                    said(line.rstrip())
        status = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    text = "".join(lines)
    if status != 0:
        raise ToolFailed(what, command, status, text)
    return text
