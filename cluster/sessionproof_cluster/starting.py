"""Raising a cluster: everything in parallel that does not wait for something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from sessionproof_cluster import (
    addons,
    binaries,
    cgroups,
    cluster,
    components,
    configuration,
    errors,
    exclusion,
    fitness,
    layout,
    ledger,
    network,
    ranges,
    resolving,
    stopping,
    store,
    system_images,
    waiting,
)
from sessionproof_cluster.api import Api
from sessionproof_cluster.cluster import Cluster
from sessionproof_cluster.layout import CONTROL, Layout
from sessionproof_cluster.ledger import Entry
from sessionproof_cluster.progress import Progress, silent

_API = 60.0
"""Seconds from the start of the API server until it answers."""
_NODES = 90.0
"""Seconds from the start of the kubelets until all nodes are Ready."""
_ADDONS = 90.0
"""Seconds until DNS serves."""
_QUERY = 0.5
"""Seconds for one answer of the DNS; it takes a millisecond."""
_STAGE = "up"


def up(
    name: str = "default",
    nodes: int = 3,
    bare: bool = False,
    progress: Progress = silent,
    images: Sequence[Path] = (),
) -> Cluster:
    """
    Have a healthy cluster of this name.

    One that is there and healthy is returned as it is (with DNS, storage and ingress added if it was bare
    and they are asked for); one that is not healthy (a killed ``up``, a reboot, dead parts) is replaced.

    :param bare: without DNS, storage and ingress.
    :param images: tars of images that every node has from the start: unpacked once for all of them.
    :raises ClusterDiffers: it is healthy and has another number of nodes.
    :raises MachineUnfit: this machine cannot carry it.
    :raises ComponentFailed: a part did not become ready; its log is quoted. What was made is removed.
    """
    names = Layout(name)
    if not 1 <= nodes <= ranges.MOST_NODES:
        raise errors.BadName(f"{nodes} nodes: a cluster has 1 to {ranges.MOST_NODES}")
    fitness.must_be_fit()
    with exclusion.holding(name, progress):
        existing = cluster.load_state(name)
        if existing is not None and existing.healthy():
            return _adapt(existing, nodes, bare, progress, images)
        if names.state.exists():
            progress(_STAGE, "what an earlier cluster left is removed first")
        stopping.remove(names, silent)
        fitness.must_have_room(nodes)
        programs = binaries.build(progress)
        tars = [*system_images.ensure(programs), *images]
        images_store = store.ensure(tars, cluster.stores_in_use(), progress)
        try:
            return _raise(names, nodes, bare, programs, images_store, progress)
        except BaseException:
            kept = _keep_logs(names)
            progress("down", f"it did not come up; logs are kept in {kept}" if kept else "it did not come up")
            stopping.remove(names, silent)
            raise


def _adapt(existing: Cluster, nodes: int, bare: bool, progress: Progress, images: Sequence[Path]) -> Cluster:
    if len(existing.nodes) != nodes:
        raise errors.ClusterDiffers(
            f"cluster {existing.name!r} is up with {len(existing.nodes)} nodes, not {nodes}; "
            f"remove it first with: sessionproof down"
        )
    if images:
        existing.load(images, progress)
    if existing.bare and not bare:
        existing = replace(existing, bare=False)
        client = existing.api
        _apply(client, addons.all_of(existing.ranges))
        for program in components.ADDONS:
            existing.start_control(program)
        _await_addons(existing, client)
        client.close()
        existing.save()
    return existing


def _raise(
    names: Layout, count: int, bare: bool, programs: Path, images: Path, progress: Progress
) -> Cluster:
    progress(_STAGE, "network and keys")
    one = _claim(names, count, bare, images.name)
    from sessionproof_cluster import pki  # brings a library for certificates, which nothing else needs

    pki.lay_out(names.pki, one.ranges, one.nodes)
    places = [one.control, *(one.node(node) for node in one.nodes)]
    for place in places:
        place.directory.mkdir()
        place.prepare()
    for node in one.nodes:
        store.place(images, names.place(node))
    configuration.write(names, one.ranges, one.nodes)
    cgroups.make(
        [names.cgroup]
        + [f"{names.cgroup}/{place.name}" for place in places]
        + [place.group for place in places]
    )
    for place in places:
        place.open(programs)
    keepers = {place.name: place.opened() for place in places}
    network.lay(names, one.ranges, one.control, keepers)

    progress(_STAGE, "control plane")
    with ThreadPoolExecutor(max(len(places), 4)) as pool:
        at_once = ("etcd", "kube-apiserver")
        jobs = [pool.submit(one.start_control, program) for program in at_once]
        jobs += [pool.submit(_start, one, node, "containerd") for node in one.nodes]
        for job in jobs:
            job.result()
        client = one.api
        _await_api(one, client)
        _register(client, one)
        progress(_STAGE, "nodes")
        later = ("kube-controller-manager", "kube-scheduler", "kube-proxy")
        jobs = [pool.submit(one.start_control, program) for program in later]
        jobs += [pool.submit(_start, one, node, "kubelet") for node in one.nodes]
        jobs += [pool.submit(_start, one, node, "kube-proxy") for node in one.nodes]
        _apply(client, addons.rights(kubelet_client="sessionproof:kubelet-client"))
        if not bare:
            _apply(client, addons.all_of(one.ranges))
            jobs += [pool.submit(one.start_control, program) for program in components.ADDONS]
        for job in jobs:
            job.result()
    _await_nodes(one, client, progress)
    if not bare:
        progress(_STAGE, "DNS")
        _await_addons(one, client)
    client.close()
    one = replace(one, complete=True)
    one.save()
    progress(_STAGE, f"cluster {names.cluster}: {count} nodes ready", count, count)
    return one


def _claim(names: Layout, count: int, bare: bool, images: str) -> Cluster:
    """Take a range that is free, everything written down before it is made."""
    names.state.mkdir(parents=True)
    names.state.chmod(0o755)
    node_names = layout.nodes(count)
    ledger.write(
        names.state,
        [
            Entry("cgroup", names.cgroup),
            Entry("interface", names.interface),
            *(Entry("namespace", names.namespace(place).name) for place in (CONTROL, *node_names)),
            *(Entry("process", f"{names.cluster}/{place}") for place in (CONTROL, *node_names)),
        ],
    )
    taken = [route["dst"] for route in network.routes()]
    for candidate in ranges.free(taken):
        wanted = [f"unreachable {candidate.everything}", *network.machine_routes(candidate)]
        ledger.write(names.state, [Entry("route", route) for route in wanted])
        if network.claim(candidate):
            one = Cluster(names.cluster, node_names, bare, images, candidate.second, complete=False)
            one.save()
            return one
    raise errors.MachineUnfit("all of 10.64.0.0/10 meets routes of this machine: no range is free")


def _start(one: Cluster, node: str, program: str) -> None:
    one.node(node).start(components.node(one.layout, one.ranges, node, program))


def _register(client: Api, one: Cluster) -> None:
    """Announce the nodes before their kubelets do: kube-proxies look for their addresses at once."""
    for node in one.nodes:
        pods = one.ranges.node_pods(node)
        manifest = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": node, "labels": {"kubernetes.io/hostname": node}},
            "spec": {"podCIDR": pods, "podCIDRs": [pods]},
        }
        created = client.request("POST", "/api/v1/nodes", manifest)
        created["status"]["addresses"] = [
            {"type": "InternalIP", "address": one.ranges.node(node)},
            {"type": "Hostname", "address": node},
        ]
        client.request("PUT", f"/api/v1/nodes/{node}/status", created)


def _apply(client: Api, objects: Iterable[tuple[str, addons.Manifest]]) -> None:
    for path, manifest in objects:
        client.apply(path, manifest)


def _await_api(one: Cluster, client: Api) -> None:
    if not waiting.Deadline.after(_API).until(lambda: _alive(one) and client.ready()):
        raise errors.ComponentFailed(
            "API server", f"not ready after {_API:.0f} s", one.control.log("kube-apiserver")
        )


def _alive(one: Cluster) -> bool:
    for program in ("etcd", "kube-apiserver"):
        if one.control.find(program) is None:
            raise errors.ComponentFailed(program, "ended by itself", one.control.log(program))
    return True


def _await_nodes(one: Cluster, client: Api, progress: Progress) -> None:
    told = 0

    def all_ready() -> bool:
        nonlocal told
        count = sum(client.nodes_ready().values())
        if count > told:
            told = count
            progress(_STAGE, "nodes ready", count, len(one.nodes))
        return count == len(one.nodes)

    if waiting.Deadline.after(_NODES).until(all_ready):
        return
    ready = client.nodes_ready()
    late = [node for node in one.nodes if not ready.get(node)]
    raise errors.ComponentFailed(
        f"{', '.join(late)}", f"not Ready after {_NODES:.0f} s", one.node(late[0]).log("kubelet")
    )


def _await_addons(one: Cluster, client: Api) -> None:
    def served() -> bool:
        status = client.request("GET", addons.dns_path())["status"]
        return status.get("readyReplicas", 0) >= 1 and not one.missing() and _names_resolve(one)

    if not waiting.Deadline.after(_ADDONS).until(served):
        raise errors.ComponentFailed(
            "DNS or ingress", f"not ready after {_ADDONS:.0f} s", one.control.log("ingress")
        )


def _names_resolve(one: Cluster) -> bool:
    """Ready pods are not enough: kube-proxy has to have heard of them, and a query sent before is lost."""
    try:
        return bool(resolving.addresses(one.ranges.dns, "kubernetes.default.svc.cluster.local", _QUERY))
    except OSError:
        return False


def _keep_logs(names: Layout) -> Path | None:
    """Copy the logs of what did not come up to the cache, where the next failure replaces them."""
    logs = list(names.state.glob("*/*.log"))
    if not logs:
        return None
    target = binaries.cache.root() / "failed-up" / names.cluster
    target.mkdir(parents=True, exist_ok=True)
    for log in logs:
        (target / f"{log.parent.name}-{log.name}").write_bytes(log.read_bytes())
    return target
