"""
The cluster's network: a bridge in the control place, a port for each node, one link to the machine.

Of the machine it changes one interface and four routes, all marked with an own protocol number. The route
that says *unreachable* for the whole range is laid first and taken away last: whatever is not there (yet,
or any more) is refused at once instead of leaving by the default route.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sessionproof_cluster import errors, layout, running
from sessionproof_cluster.layout import CONTROL, Layout
from sessionproof_cluster.places import Place
from sessionproof_cluster.ranges import Ranges

PROTOCOL = 83
"""Marks the routes of clusters (see ``ip route show proto 83``)."""
_LAST_RESORT = 4294967295
_BIND = 4096
_DETACH = 2


def routes(*selector: str) -> list[dict[str, Any]]:
    """Routes of the machine, of all tables, as ``ip -json route`` gives them."""
    text = running.run("ip", "-json", "-4", "route", "show", "table", "all", *selector)
    found: list[dict[str, Any]] = json.loads(text or "[]")
    return found


def interfaces() -> list[str]:
    """Names of the machine's interfaces."""
    return [link["ifname"] for link in json.loads(running.run("ip", "-json", "link"))]


def claim(ranges: Ranges) -> bool:
    """Lay the route of last resort; False if somebody else has just taken this range."""
    try:
        running.run("ip", "route", "add", *_fallback(ranges))
    except errors.ToolFailed as error:
        if "File exists" in error.output:
            return False
        raise
    return True


def _fallback(ranges: Ranges) -> list[str]:
    return ["unreachable", ranges.everything, "proto", str(PROTOCOL), "metric", str(_LAST_RESORT)]


def machine_routes(ranges: Ranges) -> list[str]:
    """What the machine sends over its link."""
    return [ranges.pods, ranges.services, ranges.hosts]


def lay(layout_: Layout, ranges: Ranges, control: Place, keepers: Mapping[str, int]) -> None:
    """
    Connect all places.

    :param keepers: pid by place name, the control place included.
    """
    for place, pid in keepers.items():
        _publish(layout_.namespace(place), pid)
    nodes = [place for place in keepers if place != CONTROL]
    link = f"link add {layout_.interface} type veth peer machine netns {keepers[CONTROL]}"
    running.run("ip", *link.split())
    lines = [
        "link add br0 type bridge",
        f"addr add {ranges.control}/24 dev br0",
        f"addr add {ranges.ingress}/24 dev br0",
        "link set br0 up",
        f"addr add {ranges.gateway}/30 dev machine",
        "link set machine up",
        # Any device will do: kube-proxy rewrites the address, but only after a route was found.
        f"route add {ranges.services} dev br0",
    ]
    for node in nodes:
        lines += [
            f"link add {node} type veth peer name eth0 netns {keepers[node]}",
            f"link set {node} master br0 up",
            f"route add {ranges.node_pods(node)} via {ranges.node(node)}",
        ]
    control.network("ip", "-batch", "-", stdin="\n".join(lines))
    for node in nodes:
        others = [other for other in nodes if other != node]
        Place(layout_, node).network("ip", "-batch", "-", stdin="\n".join(_node(ranges, node, others)))
    machine = [f"addr add {ranges.machine}/30 dev {layout_.interface}", f"link set {layout_.interface} up"]
    machine += [
        f"route add {route} via {ranges.gateway} dev {layout_.interface} proto {PROTOCOL}"
        for route in machine_routes(ranges)
    ]
    running.run("ip", "-batch", "-", stdin="\n".join(machine))


def _node(ranges: Ranges, node: str, others: Sequence[str]) -> list[str]:
    return [
        f"addr add {ranges.node(node)}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {ranges.control}",
        *(f"route add {ranges.node_pods(other)} via {ranges.node(other)}" for other in others),
    ]


def set_port(control: Place, node: str, state: str) -> None:
    """
    Put a node's port of the bridge ``up`` or ``down``, and look whether it is.

    :raises ComponentFailed: it is not.
    """
    control.network("ip", "link", "set", node, state)
    if port_is_up(control, node) != (state == "up"):
        raise errors.ComponentFailed(f"port of {node}", f"was set {state} and is not")


def port_is_up(control: Place, node: str) -> bool:
    """Whether a node is connected, by the flags of its port."""
    [link] = json.loads(control.network("ip", "-json", "link", "show", "dev", node))
    return "UP" in link["flags"]


def _publish(path: Path, pid: int) -> None:
    """Give a network namespace a name; not by ``ip netns``, which would leave a mount of its directory."""
    path.parent.mkdir(exist_ok=True)
    path.touch()
    libc = ctypes.CDLL(None, use_errno=True)
    source = f"/proc/{pid}/ns/net".encode()
    if libc.mount(source, str(path).encode(), b"none", ctypes.c_ulong(_BIND), None) != 0:
        number = ctypes.get_errno()
        raise errors.ComponentFailed(f"namespace {path.name}", f"no name for it: {os.strerror(number)}")


def unmount(path: Path) -> None:
    """Detach whatever is mounted at *path*, however often."""
    libc = ctypes.CDLL(None, use_errno=True)
    while libc.umount2(str(path).encode(), _DETACH) == 0:
        pass


def namespaces() -> list[Path]:
    """Every named network namespace that a cluster's name is part of."""
    if not layout.NETNS.is_dir():
        return []
    return sorted(path for path in layout.NETNS.iterdir() if path.name.startswith("sp-"))


def remove_namespace(path: Path) -> None:
    """Take a network namespace's name away."""
    unmount(path)
    path.unlink(missing_ok=True)
    # Fails, as it should, if others have names there or it is a mount of its own.
    with contextlib.suppress(OSError):
        path.parent.rmdir()


def remove_interface(name: str) -> None:
    """Remove an interface, its routes with it, if it is there."""
    if name in interfaces():
        with contextlib.suppress(errors.ToolFailed):
            running.run("ip", "link", "del", name)


def remove_route(destination: str) -> None:
    """Remove the route of last resort for *destination*, if it is there."""
    with contextlib.suppress(errors.ToolFailed):
        running.run("ip", "route", "del", "unreachable", destination, "proto", str(PROTOCOL))
