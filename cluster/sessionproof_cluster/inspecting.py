"""What on this machine belongs to no living cluster, found by looking at the machine alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sessionproof_cluster import cgroups, cluster, exclusion, layout, ledger, network, processes, stopping
from sessionproof_cluster.cluster import Cluster
from sessionproof_cluster.layout import Layout
from sessionproof_cluster.progress import silent


@dataclass(frozen=True)
class Leftover:
    """One thing that should not be there."""

    kind: str
    """process, namespace, interface, route, mount, cgroup or directory."""
    name: str
    cluster: str | None
    """Cluster it belonged to, as far as its name tells."""


def leftovers() -> list[Leftover]:
    """
    Everything with the marks of a cluster that belongs to none that is up.

    What a living process is just raising or removing is nobody's leftover.
    """
    busy = exclusion.held()
    living = {one.name: one for one in cluster.clusters()}
    found = _processes(living) + _namespaces(living)
    interfaces = [name for name in network.interfaces() if name.startswith("sp-")]
    for kind, names in (("interface", interfaces), ("cgroup", cgroups.named("sp-"))):
        found += [Leftover(kind, name, name[3:]) for name in names if name[3:] not in living]
    for name in cluster.named():
        if name not in living:
            found.append(Leftover("directory", str(layout.CLUSTERS / name), name))
            found += [Leftover("mount", point, name) for point in stopping.mounts(Layout(name))]
    found += _routes(living)
    # Held before or after the look: one that was begun or ended meanwhile was seen in the middle.
    busy |= exclusion.held()
    return [left for left in found if left.cluster not in busy]


def _processes(living: Collection[str]) -> list[Leftover]:
    return [
        Leftover("process", f"{pid} {' '.join(processes.arguments(pid))[:80]}", owner)
        for pid, mark in sorted(processes.marks().items())
        if (owner := mark.partition("/")[0]) not in living
    ]


def _namespaces(living: Mapping[str, Cluster]) -> list[Leftover]:
    expected = {
        one.layout.namespace(place) for one in living.values() for place in (layout.CONTROL, *one.nodes)
    }
    found = []
    for path in network.namespaces():
        if path not in expected:
            owner = layout.cluster_of_namespace(path.name)
            found.append(Leftover("namespace", path.name, None if owner in living else owner))
    return found


def _routes(living: Collection[str]) -> list[Leftover]:
    owners = {
        entry.name.split()[-1]: name
        for name in cluster.named()
        for entry in ledger.read(Layout(name).state)
        if entry.kind == "route"
    }
    return [
        Leftover("route", f"{route.get('type', '')} {route['dst']}".strip(), owners.get(route["dst"]))
        for route in network.routes("proto", str(network.PROTOCOL))
        if owners.get(route["dst"], "") not in living
    ]


def remove_leftovers() -> list[Leftover]:
    """
    Remove everything that `leftovers` finds, and return what is still there.

    A cluster that somebody is just raising or removing is left to them.

    :raises ClusterBusy: somebody has begun to raise one of them meanwhile, and takes too long.
    """
    for name in sorted({left.cluster for left in leftovers() if left.cluster and layout.valid(left.cluster)}):
        with exclusion.holding(name, silent):
            if cluster.alive(name) is None:
                stopping.remove(Layout(name), silent)
    for left in leftovers():
        if left.cluster is not None and layout.valid(left.cluster):
            continue
        if left.kind == "namespace":
            network.remove_namespace(layout.NETNS / left.name)
        elif left.kind == "route":
            network.remove_route(left.name.split()[-1])
        elif left.kind == "interface":
            network.remove_interface(left.name)
        elif left.kind == "cgroup":
            cgroups.remove(left.name)
    return leftovers()
