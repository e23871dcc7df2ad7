"""Choosing addresses that meet nothing the machine uses."""

from __future__ import annotations

import ipaddress

from sessionproof_cluster import ranges


def test_the_first_free_range_is_chosen() -> None:
    """A default route is in nobody's way."""
    assert next(ranges.free(["default", "192.0.2.0/24"])).everything == "10.64.0.0/16"


def test_ranges_that_meet_a_route_are_passed_over() -> None:
    """A single address inside is enough, and so is a wider range around."""
    assert next(ranges.free(["10.64.7.1", "10.64.0.0/15"])).second == 66


def test_nothing_is_free_when_a_private_network_covers_all() -> None:
    """Then the machine is unfit, and no guess is made."""
    assert list(ranges.free(["10.0.0.0/8"])) == []


def test_no_two_ranges_of_a_cluster_meet_and_all_lie_in_one() -> None:
    """One fallback route covers everything."""
    own = ranges.Ranges(64)
    parts = [own.pods, own.services, own.hosts, f"{own.gateway}/30"]
    networks = [ipaddress.ip_network(part, strict=False) for part in parts]

    assert not any(one.overlaps(other) for one in networks for other in networks if one is not other)
    assert all(ipaddress.ip_network(own.everything).supernet_of(one) for one in networks)  # type: ignore[arg-type]


def test_the_last_node_has_its_pods_and_address_inside() -> None:
    """As many nodes as are allowed fit."""
    own, last = ranges.Ranges(64), f"node-{ranges.MOST_NODES}"

    assert ipaddress.ip_network(own.node_pods(last)).subnet_of(ipaddress.ip_network(own.pods))  # type: ignore[arg-type]
    assert ipaddress.ip_address(own.node(last)) in ipaddress.ip_network(own.hosts)
