"""A whole cluster, raised for real: needs root and the built programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sessionproof_cluster
from sessionproof_cluster import Cluster, api, waiting

PATIENCE = 30.0
"""Seconds within which what is looked for must be seen."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A full cluster of three nodes."""
    yield sessionproof_cluster.up("t-suite")
    sessionproof_cluster.down("t-suite")


@pytest.fixture
def client(cluster: Cluster) -> Iterator[api.Api]:
    """An API client of the administrator."""
    made = cluster.api
    yield made
    made.close()


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Looks until what it sees is something, and returns that."""

    def look_until(look: Callable[[], Any]) -> Any:
        found = waiting.Deadline.after(PATIENCE).until(look)
        assert found, f"not seen in {PATIENCE} s"
        return found

    return look_until


@pytest.fixture
def dns_pods(client: api.Api) -> Callable[[], list[Any]]:
    """The pods of the cluster's DNS."""
    listing = "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app=kube-dns"

    def look() -> list[Any]:
        found: list[Any] = client.request("GET", listing)["items"]
        return found

    return look
