"""Addresses of clusters: short texts that a ledger keeps and from which any process can reach the cluster."""

from __future__ import annotations

from collections.abc import Iterable

import sessionproof_cluster

from sessionproof import errors
from sessionproof.catalogue import ClusterReference, Target
from sessionproof.clients.kubernetes import access
from sessionproof.targets import kind

EMBEDDED = "embedded:"
KIND = "kind:"
KUBECONFIG = "kubeconfig:"


def address_of(cluster: ClusterReference) -> str:
    """
    The address of the cluster that a target names: ``embedded:NAME``, ``kind:NAME`` or
    ``kubeconfig:PATH#CONTEXT``.

    :raises SuiteWrong: if the kubeconfig is in a variable that is not set.
    """
    if cluster.embedded is not None:
        return EMBEDDED + cluster.embedded
    if cluster.kind is not None:
        return KIND + cluster.kind
    assert cluster.kubeconfig is not None, "the catalogue lets no cluster pass that has none of the three"
    context = f"#{cluster.context}" if cluster.context else ""
    return f"{KUBECONFIG}{cluster.kubeconfig.path().absolute()}{context}"


def access_to(address: str) -> access.Access | None:
    """
    The way to the API server at *address*; None for an embedded cluster that is down: all in it is gone.

    :raises SuiteWrong: if the kubeconfig cannot be read.
    :raises TargetUnavailable: if an embedded cluster runs without its API server, or kind knows no such cluster.
    """
    if address.startswith(EMBEDDED):
        cluster = embedded(address.removeprefix(EMBEDDED))
        return access.from_kubeconfig(cluster.kubeconfig) if cluster else None
    if address.startswith(KIND):
        return access.from_kubeconfig(kind.kubeconfig(address.removeprefix(KIND)))
    if not address.startswith(KUBECONFIG):
        raise errors.SuiteWrong(f"{address!r} is no address of a cluster")
    path, _, context = address.removeprefix(KUBECONFIG).partition("#")
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
    return [EMBEDDED + cluster.name for cluster in sessionproof_cluster.clusters()]


def known(targets: Iterable[Target]) -> list[str]:
    """
    Where runs of this user may have left something: the embedded clusters that are up and those of *targets*.

    A target whose variable is not set here has had no run from here.
    """
    found = embedded_addresses()
    for target in targets:
        try:
            found.append(address_of(target.cluster))
        except errors.SuiteWrong:
            continue
    return list(dict.fromkeys(found))
