"""A cluster in memory, as far as its fitness goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sessionproof.catalogue import ClusterReference, Reference, Target
from sessionproof.clients.kubernetes import Client, Listing, Outage, ResourceType
from sessionproof.targets import reaching

Item = dict[str, Any]


def item(name: str, *, default: str = "", **more: Any) -> Item:
    """An object of *name*; *default* is the group of the annotation that makes it the cluster's default."""
    annotations = {f"{default}/is-default-class": "true"} if default else {}
    return {"metadata": {"name": name, "annotations": annotations}, "spec": {}, **more}


def node(name: str, *images: str, taint: str = "") -> Item:
    """A node that tells of *images*."""
    spec = {"taints": [{"key": "a", "effect": taint}]} if taint else {}
    return {
        "metadata": {"name": name},
        "spec": spec,
        "status": {"images": [{"names": [image]} for image in images]},
    }


@dataclass
class Cluster:
    """What a client finds; well, until a test takes something away."""

    objects: dict[str, list[Item]] = field(
        default_factory=lambda: {
            "IngressClass": [item("nginx", default="ingressclass.kubernetes.io")],
            "StorageClass": [item("standard", default="storageclass.kubernetes.io")],
            "Node": [node("node-1", "sessionproof.local/desk:1")],
            "Ingress": [],
            "Service": [],
        }
    )
    denied: set[tuple[str, str]] = field(default_factory=set)
    """Verb and plural."""
    error: Exception | None = None
    """What asking for the version comes to."""

    access = SimpleNamespace(server="https://api.test")

    def list(self, kind: ResourceType) -> list[Item]:
        return self.objects[kind.kind]

    def listing(self, kind: ResourceType) -> Listing:
        return Listing(self.objects[kind.kind], "1")

    def watch(self, kind: ResourceType, *_: Any, **__: Any) -> Any:
        raise Outage("GET nodes", "no watch in memory")

    def version(self) -> str:
        if self.error:
            raise self.error
        return "v1.34.4"

    def can_i(self, verb: str, kind: ResourceType, *, subresource: str = "") -> bool:
        if kind.plural == "*":
            return not self.denied
        return (verb, f"{kind.plural}/{subresource}" if subresource else kind.plural) not in self.denied

    def close(self) -> None:
        pass

    @property
    def client(self) -> Client:
        """As those who ask know it."""
        return cast(Client, self)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """What every target's kubeconfig leads to."""
    made = Cluster()
    monkeypatch.setattr(reaching, "client_of", lambda _: made)
    return made


Aim = Callable[..., Target]


@pytest.fixture
def aim() -> Aim:
    """Makes a target that is reached by a kubeconfig."""

    def aim(**more: Any) -> Target:
        given = {
            "cluster": ClusterReference(kubeconfig=Reference("file", "kubeconfig")),
            "domain": "vdi.test",
            "ingress_address": "127.0.0.1",
            "media": ("10.1.0.0/16",),
            **more,
        }
        return Target("far", "vdi", **given)

    return aim
