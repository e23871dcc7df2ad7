"""
What can go wrong with an embedded cluster.

::

    ClusterError
    ├── BadName            no cluster can have this name
    ├── ClusterNotFound    no cluster of this name is up
    ├── ClusterBusy        somebody else is raising or removing it just now
    ├── ClusterDiffers     it is up, but not as asked for
    ├── MachineUnfit       this machine lacks something; says what to do
    ├── ToolFailed         a program of this machine ended with an error
    ├── ComponentFailed    a part of the cluster did not start, or died; its log is named
    └── Refused            the API server answered with an error
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class ClusterError(Exception):
    """The root of all errors of this package."""


class BadName(ClusterError):
    """A cluster or node name that cannot be used."""


class ClusterNotFound(ClusterError):
    """No cluster of this name is up."""

    def __init__(self, name: str, living: Sequence[str]) -> None:
        self.name = name
        others = f"; there are: {', '.join(living)}" if living else ""
        flag = "" if name == "default" else f" --name {name}"
        super().__init__(f"no cluster {name!r} is up{others}. Raise it with: sessionproof up{flag}")


class ClusterBusy(ClusterError):
    """Another process has been raising or removing this cluster for longer than one may wait."""


class ClusterDiffers(ClusterError):
    """A healthy cluster of this name exists with other settings than those asked for."""


class MachineUnfit(ClusterError):
    """This machine cannot carry a cluster; the message says why and what to do."""


class ToolFailed(ClusterError):
    """A program of this machine ended with an error."""

    def __init__(self, command: Sequence[str], status: int, output: str) -> None:
        self.command, self.status, self.output = tuple(command), status, output
        last = "\n".join(f"  {line}" for line in output.strip().splitlines()[-12:])
        super().__init__(f"{' '.join(command)}: ended with status {status}\n{last}")


class ComponentFailed(ClusterError):
    """A part of the cluster did not become ready in time, or died."""

    def __init__(self, what: str, why: str, log: Path | None = None) -> None:
        self.what, self.log = what, log
        tail = ""
        if log is not None and log.exists():
            lines = log.read_text(errors="replace").splitlines()[-8:]
            tail = f"\nlast lines of {log}:\n" + "\n".join(f"  {line[:300]}" for line in lines)
        super().__init__(f"{what}: {why}{tail}")


class Refused(ClusterError):
    """The API server answered a request with an error."""

    def __init__(self, method: str, path: str, status: int, message: str) -> None:
        self.method, self.path, self.status, self.message = method, path, status, message
        super().__init__(f"{method} {path}: {status} {message}")
