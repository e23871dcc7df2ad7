"""Names of clusters and of what belongs to them."""

from __future__ import annotations

import pytest
from sessionproof_cluster import errors, layout

UNFIT = ["", "Default", "-a", "a-", "9a", "a" * 13, "x-control", "x-node-1", "a/b", "a\n"]


@pytest.mark.parametrize("name", UNFIT)
def test_a_name_that_would_not_fit_the_machine_is_refused(name: str) -> None:
    """Interface names are short, and a node's namespace must tell its cluster."""
    with pytest.raises(errors.BadName, match="cluster name"):
        layout.Layout(name)


def test_the_longest_name_still_fits_an_interface() -> None:
    """Linux allows 15 characters."""
    assert len(layout.Layout("abcdefghijkl").interface) == 15


@pytest.mark.parametrize(
    ("namespace", "cluster"),
    [
        ("sp-default-node-1", "default"),
        ("sp-default-control", "default"),
        ("sp-my-own-node-12", "my-own"),
        ("sp-ghost", None),
        ("other-default-node-1", None),
    ],
)
def test_a_namespace_tells_its_cluster(namespace: str, cluster: str | None) -> None:
    """What a killed process left can be assigned by its name alone."""
    assert layout.cluster_of_namespace(namespace) == cluster
