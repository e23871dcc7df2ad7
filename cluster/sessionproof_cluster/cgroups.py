"""Control groups of a cluster, in every hierarchy that the machine has mounted (version 1, 2 or both)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")


def hierarchies() -> list[Path]:
    """Where hierarchies are mounted."""
    found = []
    for line in _MOUNTS.read_text().splitlines():
        fields = line.split()
        if fields[fields.index("-") + 1] in ("cgroup", "cgroup2"):
            found.append(Path(fields[4]))
    return found


def make(paths: Iterable[str]) -> None:
    """Make the control groups *paths* (parents before children) in every hierarchy."""
    paths = list(paths)
    for hierarchy in hierarchies():
        for path in paths:
            group = hierarchy / path
            _delegate(group.parent)
            group.mkdir(exist_ok=True)
            # In version 1 a new cpuset is empty, and nothing can enter it.
            for setting in ("cpuset.cpus", "cpuset.mems"):
                if (group / setting).exists() and not (group / "cgroup.controllers").exists():
                    (group / setting).write_text((group.parent / setting).read_text())


def _delegate(group: Path) -> None:
    """Version 2: let the children of *group* have every controller that it has."""
    available = group / "cgroup.controllers"
    if not available.exists():
        return
    enabled = (group / "cgroup.subtree_control").read_text().split()
    for controller in available.read_text().split():
        if controller not in enabled:
            # Some controllers cannot be handed on (real-time processes in the root): do without them.
            with contextlib.suppress(OSError):
                (group / "cgroup.subtree_control").write_text(f"+{controller}")


def named(prefix: str) -> list[str]:
    """Names of the top-level groups that start with *prefix*, in any hierarchy."""
    return sorted({group.name for hierarchy in hierarchies() for group in hierarchy.glob(f"{prefix}*/")})


def _within(name: str) -> Iterator[Path]:
    for hierarchy in hierarchies():
        top = hierarchy / name
        if top.is_dir():
            # Those below a group before itself. Groups come and go meanwhile: walking passes over what has gone.
            for folder, _, _ in os.walk(top, topdown=False):
                yield Path(folder)


def processes(name: str) -> set[int]:
    """Every process in the group *name* or below it, in any hierarchy."""
    found: set[int] = set()
    for group in _within(name):
        with contextlib.suppress(OSError):
            found.update(map(int, (group / "cgroup.procs").read_text().split()))
    return found


def holding(name: str, part: str) -> list[Path]:
    """Directories of groups below *name* whose own name contains *part*."""
    return [group for group in _within(name) if part in group.name]


def remove(name: str) -> bool:
    """Remove the group *name* with all below it; False while something in it is still dying."""
    for group in _within(name):
        with contextlib.suppress(FileNotFoundError):
            try:
                group.rmdir()
            except OSError:
                return False
    return True
