"""What a run can make: each thing says all that its remover needs, in plain values that survive the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sessionproof.ledger.owners import Owner

FAULT = "fault."
"""Kinds that begin so are faults: they are lifted before anything else is touched."""
SEAT = "sessionproof.io/seat-"
"""What resources that a run makes nodes offer are called, before the run's own part of the name."""
NAMESPACE = "namespace"
OBJECT = "object"
PROCESS = "process"
PATH = "path"
HOME = "home"


@dataclass(frozen=True)
class Thing:
    """One thing, made or about to be. Two things with the same kind and place are the same thing."""

    kind: str
    """Which remover it needs."""
    name: str
    """What people call it; used in messages only."""
    place: Mapping[str, str] = field(default_factory=dict)
    """What its remover needs to find it again."""

    @property
    def key(self) -> str:
        """Its identity: kind and place."""
        return f"{self.kind} {json.dumps(dict(self.place), sort_keys=True)}"

    @property
    def wave(self) -> str:
        """Things of one wave do not depend on each other and are removed side by side."""
        return f"{self.kind} {self.place.get('kind', '')}".strip()

    @property
    def is_fault(self) -> bool:
        """Whether removing it means lifting a fault."""
        return self.kind.startswith(FAULT)

    def __str__(self) -> str:
        return self.name


def kubernetes(kind: str, api_version: str, name: str, *, namespace: str = "", cluster: str = "") -> Thing:
    """
    An object in a cluster.

    :param cluster: ``embedded:NAME``, ``kubeconfig:PATH`` or ``kubeconfig:PATH#CONTEXT``: enough to reach
        the API server from another process.
    """
    place = {
        "cluster": cluster,
        "apiVersion": api_version,
        "kind": kind,
        "namespace": namespace,
        "name": name,
    }
    shown = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
    return Thing(OBJECT, shown, place)


def namespace(name: str, *, cluster: str = "") -> Thing:
    """A namespace of a cluster with all that is in it."""
    return Thing(NAMESPACE, f"namespace {name}", {"cluster": cluster, "name": name})


def process(owner: Owner, name: str) -> Thing:
    """A process; note it before it matters and as soon as its number is known."""
    place = {"pid": str(owner.pid), "start": str(owner.start), "boot": owner.boot}
    return Thing(PROCESS, f"process {name} ({owner.pid})", place)


def path(place: Path, what: str = "file") -> Thing:
    """A file, or a folder with all that is in it, such as the profile of a browser."""
    return Thing(PATH, f"{what} {place}", {"path": str(place.absolute())})


def home(place: Path, what: str = "home") -> Thing:
    """A folder and all processes that live in it, known by naming it in command line or environment."""
    return Thing(HOME, f"{what} {place}", {"path": str(place.absolute())})


def fault(undo: str, name: str, /, **place: str) -> Thing:
    """
    A fault and how to lift it.

    :param undo: name of the remover that lifts it, such as ``heal-node`` or ``continue-process``.
    :param place: what that remover needs, such as ``cluster`` and ``node``, or ``pid``, ``start``, ``boot``.
    """
    return Thing(FAULT + undo, name, place)


def advertised(resource: str, node: str, *, cluster: str) -> Thing:
    """A resource that a node was made to offer and that must be taken back."""
    return fault(
        "withdraw-resource", f"{resource} of node {node}", cluster=cluster, node=node, resource=resource
    )


def frozen(owner: Owner, name: str) -> Thing:
    """A process that is stopped by a signal and must be continued."""
    return fault(
        "continue-process", f"frozen {name}", pid=str(owner.pid), start=str(owner.start), boot=owner.boot
    )
