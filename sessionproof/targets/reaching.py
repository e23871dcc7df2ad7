"""A target's cluster as the suite uses it: its API server, its command line, its way in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sessionproof_cluster
from sessionproof_cluster import binaries

from sessionproof.catalogue import Target
from sessionproof.clients.kubectl import Kubectl
from sessionproof.clients.kubernetes import Client
from sessionproof.targets import addresses, kind
from sessionproof.targets.errors import Lacking
from sessionproof.targets.ingress import Ingress

ProcessOf = Callable[[str, str, str], int]
"""Pid, as this machine counts, of the first process of a container: namespace, pod, container."""


@dataclass(frozen=True)
class Place:
    """A cluster that was found fit."""

    address: str
    """As the ledger names it."""
    client: Client
    """Whoever the kubeconfig says."""
    kubectl: Kubectl
    """The command line that people use there."""
    ingress: Ingress
    """Where the platform's host names lead."""
    process_of: ProcessOf | None = None
    """Reaches its processes; None where only its API can be reached."""


def client_of(target: Target) -> Client:
    """
    Whoever the target's kubeconfig says; asks the API server nothing yet.

    :raises SuiteWrong: if the kubeconfig or its context is missing or cannot be understood.
    :raises TargetUnavailable: if an embedded or kind cluster is not up.
    """
    access = addresses.access_to(addresses.address_of(target.cluster))
    if access is None:
        name = target.cluster.embedded
        named = "" if name == "default" else f" --name {name}"
        raise Lacking(f"{target.cluster} is not up", f"run `sessionproof up{named}` first")
    return Client(access)


def kubectl_of(target: Target) -> Kubectl:
    """
    The command line on the target's cluster.

    :raises Lacking: if the machine has none.
    """
    reference = target.cluster
    if reference.embedded is not None:
        cluster = sessionproof_cluster.find(reference.embedded)
        return Kubectl(binaries.build() / "kubectl", cluster.kubeconfig)
    program = shutil.which("kubectl")
    if program is None:
        raise Lacking("none on PATH", "install it")
    if reference.kind is not None:
        return Kubectl(Path(program), kind.kubeconfig(reference.kind))
    assert reference.kubeconfig is not None
    return Kubectl(Path(program), reference.kubeconfig.path().absolute(), reference.context)


def process_of(target: Target) -> ProcessOf | None:
    """How the target's processes are reached: those of an embedded cluster run on this machine."""
    name = target.cluster.embedded
    return None if name is None else sessionproof_cluster.find(name).exec_pid
