"""
Removing a cluster: everything that is found on the machine under its name, whatever its records say.

Works the same on a healthy cluster, on one whose ``up`` was killed at any moment, and after a reboot.
"""

from __future__ import annotations

import re
from pathlib import Path

from sessionproof_cluster import (
    cgroups,
    errors,
    exclusion,
    layout,
    ledger,
    network,
    processes,
    running,
    waiting,
)
from sessionproof_cluster.layout import Layout
from sessionproof_cluster.progress import Progress, silent

_DYING = 10.0
"""Seconds that control groups may take to be empty once their processes are killed."""
_MOUNTS = Path("/proc/self/mountinfo")


def down(name: str = "default", progress: Progress = silent) -> None:
    """
    Remove a cluster and all it put on this machine; the cache stays. Nothing happens if there is none.

    :raises ClusterBusy: another process is raising or removing it.
    :raises ComponentFailed: something cannot be removed; says what.
    """
    names = Layout(name)
    with exclusion.holding(name, progress):
        remove(names, progress)


def remove(names: Layout, progress: Progress) -> None:
    """Remove all there is of a cluster; its name must be held."""
    progress("down", "processes")
    processes.end_cluster(names.cluster)
    progress("down", "network")
    network.remove_interface(names.interface)
    for path in network.namespaces():
        if layout.cluster_of_namespace(path.name) == names.cluster:
            network.remove_namespace(path)
    progress("down", "files")
    if not waiting.Deadline.after(_DYING).until(lambda: cgroups.remove(names.cgroup)):
        raise errors.ComponentFailed(
            f"control group {names.cgroup}", f"still holds {sorted(cgroups.processes(names.cgroup))}"
        )
    for mount in mounts(names):
        network.unmount(Path(mount))
    fallbacks = [
        entry.name.split()[1]
        for entry in ledger.read(names.state)
        if entry.kind == "route" and entry.name.startswith("unreachable ")
    ]
    for destination in fallbacks:
        network.remove_route(destination)
    if names.state.exists():
        running.run("rm", "-rf", "--one-file-system", str(names.state))
    for parent in (layout.CLUSTERS, layout.CLUSTERS.parent):
        try:
            parent.rmdir()
        except OSError:
            break


def mounts(names: Layout) -> list[str]:
    """What is mounted below a cluster's directory, innermost first; a cluster mounts nothing there itself."""
    prefix = f"{names.state}/"
    points = [_unescaped(line.split()[4]) for line in _MOUNTS.read_text().splitlines()]
    return sorted((point for point in points if point.startswith(prefix)), reverse=True)


def _unescaped(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)
