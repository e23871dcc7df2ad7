"""
Names and paths: what everything that belongs to a cluster is called, and where it lies.

Nothing here touches the machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sessionproof_cluster import errors

CLUSTERS = Path("/var/lib/sessionproof/clusters")
NETNS = Path("/run/netns")
CONTROL = "control"
"""Name of the place that holds the bridge and the control plane."""

MARK = "SESSIONPROOF_CLUSTER"
"""Environment variable ``<cluster>/<place>`` that every process started outside a container carries."""

_NAME = re.compile(r"[a-z]([-a-z0-9]{0,10}[a-z0-9])?")
_NAMESPACE = re.compile(rf"sp-(?P<cluster>[a-z][-a-z0-9]*?)-(?P<place>{CONTROL}|node-[0-9]+)")


@dataclass(frozen=True)
class Layout:
    """Every name and path of one cluster."""

    cluster: str

    def __post_init__(self) -> None:
        if not valid(self.cluster):
            raise errors.BadName(
                f"cluster name {self.cluster!r}: use 1 to 12 of a-z, 0-9 and -, starting with a letter, "
                "not ending with -, and not like the name of a node"
            )

    @property
    def state(self) -> Path:
        """Directory of everything the cluster writes."""
        return CLUSTERS / self.cluster

    @property
    def kubeconfig(self) -> Path:
        """The administrator's way in; mode 0600."""
        return self.state / "admin.kubeconfig"

    @property
    def pki(self) -> Path:
        """Directory of keys and certificates; mode 0700."""
        return self.state / "pki"

    @property
    def volumes(self) -> Path:
        """Directory of the volumes that claims get."""
        return self.state / "volumes"

    @property
    def programs(self) -> Path:
        """Where the cluster's programs are seen by its own processes."""
        return self.state / "bin"

    @property
    def interface(self) -> str:
        """The one interface that the machine gets."""
        return f"sp-{self.cluster}"

    @property
    def cgroup(self) -> str:
        """Name of the control group below the root of each hierarchy."""
        return f"sp-{self.cluster}"

    def place(self, place: str) -> Path:
        """Directory of a node or of the control plane."""
        return self.state / place

    def namespace(self, place: str) -> Path:
        """Where a place's network namespace is bound, so that ``ip netns`` knows it."""
        return NETNS / f"sp-{self.cluster}-{place}"


def valid(name: str) -> bool:
    """Whether a cluster may have this name."""
    return _NAME.fullmatch(name) is not None and cluster_of_namespace(f"sp-{name}") is None


def nodes(count: int) -> tuple[str, ...]:
    """The names of *count* nodes."""
    return tuple(f"node-{number}" for number in range(1, count + 1))


def number(node: str) -> int:
    """The number of a node, counted from 1."""
    return int(node.removeprefix("node-"))


def cluster_of_namespace(name: str) -> str | None:
    """The cluster that a network namespace belongs to by its name; None if it is not named like one."""
    found = _NAMESPACE.fullmatch(name)
    return found["cluster"] if found else None
