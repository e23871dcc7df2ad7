"""A cluster that is up: how to reach it, what it carries, and the faults that can be made in it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from sessionproof_cluster import (
    api,
    cgroups,
    components,
    errors,
    layout,
    loading,
    network,
    processes,
    store,
    waiting,
)
from sessionproof_cluster.layout import CONTROL, Layout
from sessionproof_cluster.places import Place
from sessionproof_cluster.progress import Progress, silent
from sessionproof_cluster.ranges import Ranges

_STATE = "cluster.json"
_STORES = "stores"
"""File with the names of the image stores that were loaded after the start."""
_READY = 60.0
"""Seconds that a restarted part may take to answer again."""


@dataclass(frozen=True)
class Cluster:
    """One cluster on this machine."""

    name: str
    nodes: tuple[str, ...]
    bare: bool
    """Without DNS, storage and ingress."""
    store: str
    """Name of the image store that its nodes mount."""
    second: int
    """Which 10.X.0.0/16 it lives in."""
    complete: bool
    """Whether ``up`` saw it ready once."""

    @property
    def layout(self) -> Layout:
        """Its names and paths."""
        return Layout(self.name)

    @property
    def ranges(self) -> Ranges:
        """Its addresses."""
        return Ranges(self.second)

    @property
    def kubeconfig(self) -> Path:
        """File with the administrator's access (mode 0600)."""
        return self.layout.kubeconfig

    @property
    def ca_certificate(self) -> Path:
        """PEM file of the CA that vouches for the API server and for every host name of the ingress."""
        return self.layout.pki / "ca.crt"

    @property
    def ingress_address(self) -> str:
        """Address that host names of Ingresses are to be resolved to; ports 80 and 443."""
        return self.ranges.ingress

    @property
    def service_cidr(self) -> str:
        """Range of the addresses of Services."""
        return self.ranges.services

    @property
    def pod_cidr(self) -> str:
        """Range of the addresses of pods."""
        return self.ranges.pods

    @property
    def api(self) -> api.Api:
        """A new client of the API server."""
        return api.Api(self.ranges.control, self.layout.pki)

    @property
    def control(self) -> Place:
        """The place of the bridge and the control plane."""
        return Place(self.layout, CONTROL)

    def node(self, name: str) -> Place:
        """
        The place of a node.

        :raises BadName: there is no such node.
        """
        if name not in self.nodes:
            known = ", ".join(self.nodes)
            raise errors.BadName(f"cluster {self.name!r} has no node {name!r}; it has {known}")
        return Place(self.layout, name)

    def save(self) -> None:
        """Write the facts that cannot be seen on the machine."""
        file = self.layout.state / _STATE
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.rename(file)

    def missing(self) -> list[str]:
        """Programs that should run and do not, as ``<place>/<program>``: seen on the machine."""
        wanted = {f"{CONTROL}/{program}" for program in components.CONTROL_PLANE}
        wanted |= set() if self.bare else {f"{CONTROL}/{program}" for program in components.ADDONS}
        wanted |= {f"{node}/{program}" for node in self.nodes for program in components.NODE}
        running = set()
        for pid, mark in processes.marks().items():
            name, _, place = mark.partition("/")
            if name == self.name and (arguments := processes.arguments(pid)):
                running.add(f"{place}/{Path(arguments[0]).name}")
        return sorted(wanted - running)

    def nodes_ready(self) -> dict[str, bool]:
        """
        Whether each node is Ready, as the API server says; all False when it does not answer.

        A node that never registered counts as not ready.
        """
        seen: dict[str, bool] = {}
        client = self.api
        with contextlib.suppress(errors.Refused, OSError):
            seen = client.nodes_ready()
        client.close()
        return {node: seen.get(node, False) for node in self.nodes}

    def healthy(self) -> bool:
        """Whether every program runs, every node is connected and Ready."""
        return self.complete and not self.missing() and all(self.nodes_ready().values())

    def cut(self, node: str) -> None:
        """
        Take a node off the network, as if its cable were pulled; its pods go on running.

        :raises ComponentFailed: the port is not down afterwards.
        """
        self.node(node)
        network.set_port(self.control, node, "down")

    def heal(self, node: str) -> None:
        """Plug a node in again; its routes have stayed."""
        self.node(node)
        network.set_port(self.control, node, "up")

    def connected(self, node: str) -> bool:
        """Whether a node is on the network, by its port."""
        self.node(node)
        return network.port_is_up(self.control, node)

    def kill_kubelet(self, node: str) -> None:
        """Kill a node's kubelet; its pods go on running. Returns when the process is gone."""
        self.node(node).stop("kubelet")

    def start_kubelet(self, node: str) -> None:
        """Start a node's kubelet again; nothing happens if it runs. Does not wait for Ready."""
        place = self.node(node)
        if place.find("kubelet") is None:
            place.start(components.node(self.layout, self.ranges, node, "kubelet"))

    def restart(self, component: str) -> None:
        """
        Kill a program of the control plane and start it again; returns when the API server is ready.

        :param component: one of etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kube-proxy,
            ingress, volumes.
        :raises BadName: there is no such program.
        :raises ComponentFailed: it does not come back.
        """
        known = [*components.CONTROL_PLANE, *(() if self.bare else components.ADDONS)]
        if component not in known:
            raise errors.BadName(f"no program {component!r} in the control plane; it has {', '.join(known)}")
        self.control.stop(component)
        self.start_control(component)
        client = self.api
        ready = waiting.Deadline.after(_READY).until(
            lambda: self.control.find(component) is not None and client.ready()
        )
        client.close()
        if not ready:
            raise errors.ComponentFailed(
                component, f"not ready {_READY:.0f} s after its restart", self.control.log(component)
            )

    def start_control(self, component: str) -> None:
        """Start a program of the control plane."""
        arguments = components.control(self.layout, self.ranges, component)
        self.control.start(arguments)

    def load(self, image_tars: Sequence[Path], progress: Progress = silent) -> None:
        """
        Bring images to every node of the running cluster; those that are there already cost nothing.

        Each image is unpacked once for all nodes.

        :raises MachineUnfit: a tar is no image archive.
        :raises ToolFailed: an import failed.
        """
        wanted = {tar: store.references(tar) for tar in image_tars}
        work = []
        for node in self.nodes:
            listed = self.node(node).run("ctr", "--namespace=k8s.io", "images", "list")
            present = {tuple(line.split()[0:3:2]) for line in listed.splitlines()[1:]}
            work += [(node, tar) for tar, names in wanted.items() if not set(names.items()) <= present]
        if not work:
            return
        stores = {}
        for tar in dict.fromkeys(tar for _, tar in work):
            stores[tar] = store.ensure([tar], stores_in_use(), progress)
            with (self.layout.state / _STORES).open("a") as file:
                file.write(f"{stores[tar].name}\n")
        progress("images", f"{len(stores)} for {len(self.nodes)} nodes", 0, len(work))
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            jobs = {pool.submit(self._import, node, tar, stores[tar]): (node, tar) for node, tar in work}
            for done, job in enumerate(as_completed(jobs), start=1):
                job.result()
                node, tar = jobs[job]
                progress("images", f"{tar.name} is on {node}", done, len(work))

    def _import(self, node: str, tar: Path, images: Path) -> None:
        keeper = self.node(node).keeper()
        loading.load(
            tar, images, self.layout.place(node), [f"--target={keeper}", "--net", "--mount", "--pid"]
        )

    def exec_pid(self, namespace: str, pod: str, container: str) -> int:
        """
        Pid, as the machine counts, of a container's first process.

        :raises Refused: there is no such pod.
        :raises BadName: the pod has no such container.
        :raises ComponentFailed: the container does not run.
        """
        client = self.api
        found = client.request("GET", f"/api/v1/namespaces/{namespace}/pods/{pod}")
        client.close()
        statuses = found["status"].get("containerStatuses", [])
        ids = {one["name"]: one.get("containerID", "").rpartition("/")[2] for one in statuses}
        if container not in ids:
            names = [one["name"] for one in found["spec"]["containers"]]
            if container in names:
                raise errors.ComponentFailed(f"container {container} of {namespace}/{pod}", "has not started")
            raise errors.BadName(f"pod {namespace}/{pod} has no container {container!r}; it has {names}")
        pids: set[int] = set()
        if ids[container]:
            for group in cgroups.holding(self.layout.cgroup, ids[container]):
                with contextlib.suppress(OSError):  # its last process ended just now
                    pids.update(map(int, (group / "cgroup.procs").read_text().split()))
        living = sorted(pids, key=lambda pid: (processes.inner_pid(pid) != 1, processes.started(pid)))
        if not living:
            raise errors.ComponentFailed(f"container {container} of {namespace}/{pod}", "does not run")
        return living[0]

    def memory(self) -> int:
        """PSS of all its processes in bytes, containers included."""
        return processes.proportional_memory(self.name)


def load_state(name: str) -> Cluster | None:
    """What is written about a cluster; None when nothing (readable) is."""
    try:
        stored = json.loads((Layout(name).state / _STATE).read_text())
        return Cluster(**{**stored, "nodes": tuple(stored["nodes"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def named() -> list[str]:
    """Names of all clusters with a state directory, living or dead."""
    if not layout.CLUSTERS.is_dir():
        return []
    return sorted(path.name for path in layout.CLUSTERS.iterdir() if layout.valid(path.name))


def stores_in_use() -> list[str]:
    """Names of the image stores that nodes of any cluster mount."""
    found = []
    for name in named():
        if one := load_state(name):
            found.append(one.store)
        with contextlib.suppress(FileNotFoundError):
            found += (Layout(name).state / _STORES).read_text().split()
    return found


def alive(name: str) -> Cluster | None:
    """
    A cluster that was up once and whose control place still exists; None otherwise.

    It may be ill: an API server that is just being restarted makes no cluster a leftover.
    """
    cluster = load_state(name)
    if cluster is None or not cluster.complete or cluster.control.keeper() is None:
        return None
    return cluster


def clusters() -> list[Cluster]:
    """All clusters that are up, by name."""
    return [cluster for name in named() if (cluster := alive(name))]


def find(name: str = "default") -> Cluster:
    """
    The cluster of this name.

    :raises ClusterNotFound: it is not up.
    """
    cluster = alive(name)
    if cluster is None:
        raise errors.ClusterNotFound(name, [living.name for living in clusters()])
    return cluster
