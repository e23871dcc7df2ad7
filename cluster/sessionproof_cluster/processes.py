"""
Finding and ending processes, by looking at the machine.

A cluster's processes are those that carry its mark in their environment or live in its control groups;
both outlast whoever started them.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

from sessionproof_cluster import cgroups, errors, layout, waiting

_PROC = Path("/proc")
_DYING = 10.0
"""Seconds that killed processes may take to be gone."""


def all_pids() -> Iterator[int]:
    """Every process of the machine."""
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            yield int(entry.name)


def marks() -> dict[int, str]:
    """``<cluster>/<place>`` by pid, of every process that carries the mark."""
    found = {}
    wanted = f"{layout.MARK}=".encode()
    for pid in all_pids():
        with contextlib.suppress(OSError):
            for variable in (_PROC / str(pid) / "environ").read_bytes().split(b"\0"):
                if variable.startswith(wanted):
                    found[pid] = variable[len(wanted) :].decode()
    return found


def of_cluster(cluster: str) -> set[int]:
    """Every process of a cluster, containers included."""
    marked = {pid for pid, mark in marks().items() if mark.partition("/")[0] == cluster}
    return {pid for pid in marked | cgroups.processes(f"sp-{cluster}") if _lives(pid)}


def arguments(pid: int) -> list[str]:
    """Command line of a process; empty when it is gone or a zombie."""
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def namespace(pid: int, kind: str) -> str:
    """Identity of a namespace (``pid``, ``mnt``, ``net``) of a process; empty when it is gone."""
    try:
        return str((_PROC / str(pid) / "ns" / kind).readlink())
    except OSError:
        return ""


def inner_pid(pid: int) -> int:
    """The pid in the innermost namespace; 0 when the process is gone."""
    with contextlib.suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("NSpid:"):
                return int(line.split()[-1])
    return 0


def started(pid: int) -> int:
    """When a process started, in ticks since boot: with the pid it names a process for good."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[19])


def _lives(pid: int) -> bool:
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def end(pids: Iterable[int], how: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to processes that may be gone already."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


def end_cluster(cluster: str) -> None:
    """
    Kill every process of a cluster and wait until all are gone.

    :raises ComponentFailed: some outlive SIGKILL (they hang in the kernel).
    """

    def gone() -> bool:
        living = of_cluster(cluster)
        end(living)
        return not living

    if not waiting.Deadline.after(_DYING).until(gone):
        pids = sorted(of_cluster(cluster))
        what = f"processes {pids} of cluster {cluster}"
        raise errors.ComponentFailed(what, f"outlive SIGKILL by {_DYING} s")


def inotify_instances() -> int:
    """Inotify instances that root's processes hold; the kernel limits them per user."""
    count = 0
    for pid in all_pids():
        with contextlib.suppress(OSError):
            if (_PROC / str(pid)).stat().st_uid == 0:
                for file in (_PROC / str(pid) / "fd").iterdir():
                    with contextlib.suppress(OSError):
                        count += str(file.readlink()) == "anon_inode:inotify"
    return count


def proportional_memory(cluster: str) -> int:
    """PSS of all processes of a cluster, in bytes: shared pages are counted once."""
    total = 0
    for pid in of_cluster(cluster):
        with contextlib.suppress(OSError):
            for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total
