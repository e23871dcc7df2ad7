"""Addresses of clusters: short texts that a ledger keeps and from which any process can reach the cluster."""

from __future__ import annotations

import os
from pathlib import Path

import sessionproof_cluster

from sessionproof import errors
from sessionproof.catalogue import ClusterReference
from sessionproof.clients.kubernetes import access

_EMBEDDED = "embedded:"
_KUBECONFIG = "kubeconfig:"


def address_of(cluster: ClusterReference) -> str:
    """
    The address of the cluster that a target names: ``embedded:NAME`` or ``kubeconfig:PATH#CONTEXT``.

    A kind cluster is reached by the context that kind wrote into the user's kubeconfig.
    """
    if cluster.embedded is not None:
        return _EMBEDDED + cluster.embedded
    if cluster.kind is not None:
        path = Path(os.environ.get("KUBECONFIG") or "~/.kube/config").expanduser()
        return f"{_KUBECONFIG}{path.absolute()}#kind-{cluster.kind}"
    assert cluster.kubeconfig is not None, "the catalogue lets no cluster pass that has none of the three"
    context = f"#{cluster.context}" if cluster.context else ""
    return f"{_KUBECONFIG}{cluster.kubeconfig.path().absolute()}{context}"


def access_to(address: str) -> access.Access | None:
    """
    The way to the API server at *address*; None for an embedded cluster that is down: all in it is gone.

    :raises SuiteWrong: if the kubeconfig cannot be read.
    :raises TargetUnavailable: if an embedded cluster runs without its API server.
    """
    if address.startswith(_EMBEDDED):
        cluster = embedded(address.removeprefix(_EMBEDDED))
        return access.from_kubeconfig(cluster.kubeconfig) if cluster else None
    if not address.startswith(_KUBECONFIG):
        raise errors.SuiteWrong(f"{address!r} is no address of a cluster")
    path, _, context = address.removeprefix(_KUBECONFIG).partition("#")
    return access.from_kubeconfig(path, context or None)


def embedded(name: str) -> sessionproof_cluster.Cluster | None:
    """
    The embedded cluster *name*; None if nothing of it runs, so that all that was in it is gone.

    :raises TargetUnavailable: if parts of it run and its API server does not: what is in it is not known.
    """
    for cluster in sessionproof_cluster.clusters():
        if cluster.name == name:
            return cluster
    if any(left.kind == "process" and left.cluster == name for left in sessionproof_cluster.leftovers()):
        raise errors.TargetUnavailable(
            f"embedded cluster {name!r} runs without its API server; `sessionproof up` or `down` mends that"
        )
    return None


def embedded_addresses() -> list[str]:
    """The addresses of all embedded clusters that are up."""
    return [_EMBEDDED + cluster.name for cluster in sessionproof_cluster.clusters()]
