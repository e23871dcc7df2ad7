"""What on this machine belongs to no living cluster, found by looking at the machine alone."""

from __future__ import annotations

from dataclasses import dataclass

from sessionproof_cluster import cgroups, cluster, exclusion, layout, network, processes, stopping
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

    A cluster that is just being raised is not up yet, so its parts are listed too.
    """
    living = {one.name: one for one in cluster.clusters()}
    found: list[Leftover] = []
    for pid, mark in sorted(processes.marks().items()):
        owner = mark.partition("/")[0]
        if owner not in living:
            program = " ".join(processes.arguments(pid))[:80]
            found.append(Leftover("process", f"{pid} {program}", owner))
    expected = {
        one.layout.namespace(place) for one in living.values() for place in (layout.CONTROL, *one.nodes)
    }
    for path in network.namespaces():
        if path not in expected:
            named_owner = layout.cluster_of_namespace(path.name)
            found.append(Leftover("namespace", path.name, None if named_owner in living else named_owner))
    interfaces = [name for name in network.interfaces() if name.startswith("sp-")]
    for kind, names in (("interface", interfaces), ("cgroup", cgroups.named("sp-"))):
        found += [Leftover(kind, name, name[3:]) for name in names if name[3:] not in living]
    for name in cluster.named():
        if name not in living:
            found.append(Leftover("directory", str(layout.CLUSTERS / name), name))
            found += [Leftover("mount", point, name) for point in stopping.mounts(Layout(name))]
    return found + _routes(set(living))


def _routes(living: set[str]) -> list[Leftover]:
    owners: dict[str, str] = {}
    for name in cluster.named():
        if one := cluster.load_state(name):
            owners |= dict.fromkeys((one.ranges.everything, *network.machine_routes(one.ranges)), name)
    return [
        Leftover("route", f"{route.get('type', '')} {route['dst']}".strip(), owners.get(route["dst"]))
        for route in network.routes("proto", str(network.PROTOCOL))
        if owners.get(route["dst"], "") not in living
    ]


def remove_leftovers() -> list[Leftover]:
    """
    Remove everything that `leftovers` finds, and return what is still there.

    A cluster that somebody is just raising is waited for, and stays.

    :raises ClusterBusy: one of them was being raised or removed by somebody for too long.
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
