"""
Addresses of a cluster: one /16 of 10.0.0.0/8, chosen so that it meets no route of the machine.

::

    10.X.N.0/24      pods of node N (all pods: 10.X.0.0/17)
    10.X.128.0/18    services; .1 the API server, .10 DNS
    10.X.192.0/24    nodes; .1 the control plane, .2 the ingress, .10+N node N
    10.X.193.0/30    the link to the machine; .1 the control plane, .2 the machine

Nothing here touches the machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sessionproof_cluster import layout

MOST_NODES = 100
_CANDIDATES = range(64, 128)


@dataclass(frozen=True)
class Ranges:
    """The addresses of one cluster."""

    second: int
    """The X of 10.X.0.0/16."""

    @property
    def everything(self) -> str:
        """The range that holds all others: falls back to *unreachable*."""
        return f"10.{self.second}.0.0/16"

    @property
    def pods(self) -> str:
        """All pods."""
        return f"10.{self.second}.0.0/17"

    @property
    def services(self) -> str:
        """All services."""
        return f"10.{self.second}.128.0/18"

    @property
    def hosts(self) -> str:
        """The nodes and the control plane."""
        return f"10.{self.second}.192.0/24"

    @property
    def control(self) -> str:
        """The API server, as nodes and pods and the machine reach it."""
        return f"10.{self.second}.192.1"

    @property
    def ingress(self) -> str:
        """The ingress: ports 80 and 443."""
        return f"10.{self.second}.192.2"

    @property
    def kubernetes(self) -> str:
        """The service ``kubernetes``."""
        return f"10.{self.second}.128.1"

    @property
    def dns(self) -> str:
        """The service ``kube-dns``."""
        return f"10.{self.second}.128.10"

    @property
    def gateway(self) -> str:
        """The control plane's end of the link to the machine."""
        return f"10.{self.second}.193.1"

    @property
    def machine(self) -> str:
        """The machine's end of the link."""
        return f"10.{self.second}.193.2"

    def node(self, node: str) -> str:
        """Address of a node."""
        return f"10.{self.second}.192.{10 + layout.number(node)}"

    def node_pods(self, node: str) -> str:
        """The pods of a node."""
        return f"10.{self.second}.{layout.number(node)}.0/24"


def free(routes: Iterable[str]) -> Iterator[Ranges]:
    """
    Ranges that meet none of the machine's routes, best first.

    :param routes: destinations as ``ip route`` shows them; ``default`` is in nobody's way.
    """
    taken = [
        ipaddress.ip_network(route, strict=False) for route in routes if route not in ("default", "0.0.0.0/0")
    ]
    for second in _CANDIDATES:
        ranges = Ranges(second)
        whole = ipaddress.ip_network(ranges.everything)
        if not any(network.version == 4 and network.overlaps(whole) for network in taken):
            yield ranges
