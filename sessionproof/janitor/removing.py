"""How things in clusters are removed and faults of clusters are lifted, from any process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sessionproof import errors, targets
from sessionproof.clients.kubernetes.errors import Outage
from sessionproof.clients.kubernetes.kinds import NAMESPACE, ResourceType
from sessionproof.janitor.objects import Objects
from sessionproof.ledger import Entry, Removers, things
from sessionproof.ledger.removal import Wait

OPERATOR_SECONDS = 20.0
"""
How long an object with a finalizer may take once its deletion has begun, before the janitor takes the
finalizer off itself: twice what a session may take, so that no operator that lives is overtaken.
"""

Say = Callable[[str], None]


def removers(*, strip: bool = False, say: Say = lambda _: None) -> Removers:
    """
    Removers for everything that needs a cluster.

    :param strip: take finalizers off objects whose operator does not do it in ``OPERATOR_SECONDS``. For
        the janitor only: in a story an object that does not go is a failure of the product.
    :param say: told when a finalizer is taken off, and by whose absence.
    """
    api = _Api(strip, say)
    return {
        things.OBJECT: api.remove_object,
        things.NAMESPACE: api.remove_namespace,
        things.FAULT + "remove-finalizer": api.remove_finalizer,
        things.FAULT + "withdraw-resource": api.withdraw_resource,
        things.FAULT + "heal-node": heal_node,
        things.FAULT + "start-kubelet": start_kubelet,
    }


class _Api:
    """Keeps one connection per cluster for as long as things are removed from it."""

    def __init__(self, strip: bool, say: Say) -> None:
        self._strip = strip
        self._say = say
        self._objects: dict[str, Objects | Outage | None] = {}

    def remove_object(self, entry: Entry) -> Wait | None:
        place = entry.thing.place
        objects = self._at(place["cluster"])
        kind = objects.kind(place["apiVersion"], place["kind"]) if objects else None
        if objects is None or kind is None:
            return None
        uid = entry.facts.get("uid", "")
        if not objects.delete(kind, place["namespace"], place["name"], uid):
            return None
        return lambda deadline: self._wait(objects, kind, place["namespace"], place["name"], deadline, uid)

    def remove_namespace(self, entry: Entry) -> Wait | None:
        place = entry.thing.place
        objects = self._at(place["cluster"])
        name = place["name"]
        if objects is None or objects.get(NAMESPACE, "", name) is None:
            return None
        held = self._begin_held(objects, name)
        if not held:  # namespaces take five seconds at least: let several go at the same time
            objects.delete(NAMESPACE, "", name)

        def wait(deadline: float) -> None:
            # What an operator must clean up goes while the operator, which may live here too, is still there.
            for kind, item in held:
                self._wait(objects, kind, name, item, deadline)
            if held:
                objects.delete(NAMESPACE, "", name)
            self._wait(objects, NAMESPACE, "", name, deadline)

        return wait

    def remove_finalizer(self, entry: Entry) -> Wait | None:
        place = entry.thing.place
        objects = self._at(place["cluster"])
        kind = objects.kind(place["apiVersion"], place["kind"]) if objects else None
        if objects is not None and kind is not None:
            objects.strip(kind, place["namespace"], place["name"], place["finalizer"])
        return None

    def withdraw_resource(self, entry: Entry) -> Wait | None:
        place = entry.thing.place
        if (objects := self._at(place["cluster"])) is not None:
            objects.withdraw(place["resource"], place["node"])
        return None

    def _begin_held(self, objects: Objects, namespace: str) -> list[tuple[ResourceType, str]]:
        held = []
        for kind in objects.custom_kinds():
            for item in objects.list(kind, namespace) if kind.namespaced else ():
                if item["metadata"].get("finalizers"):
                    objects.delete(kind, namespace, item["metadata"]["name"])
                    held.append((kind, item["metadata"]["name"]))
        return held

    def _wait(
        self, objects: Objects, kind: ResourceType, namespace: str, name: str, deadline: float, uid: str = ""
    ) -> None:
        patience = min(deadline, time.monotonic() + OPERATOR_SECONDS) if self._strip else deadline
        last = objects.wait_gone(kind, namespace, name, patience, uid)
        if last is not None and self._strip and last["metadata"].get("finalizers"):
            held = ", ".join(last["metadata"]["finalizers"])
            self._say(f"{kind.kind} {name}: nobody took off {held} in {OPERATOR_SECONDS:g} s; taking it off")
            objects.strip(kind, namespace, name)
        if last is not None and self._strip:
            last = objects.wait_gone(kind, namespace, name, deadline, uid)
        if last is not None:
            raise errors.Leaked(_why(kind, last))

    def _at(self, address: str) -> Objects | None:
        if address not in self._objects:
            self._objects[address] = _reached(address)
        found = self._objects[address]
        if isinstance(found, Outage):
            raise found
        return found


def _reached(address: str) -> Objects | Outage | None:
    access = targets.access_to(address)
    objects = Objects(access) if access is not None else None
    if objects is not None and not address.startswith(targets.EMBEDDED):
        # One that is far and away is waited for once, and not again for each thing in it.
        try:
            objects.must_answer()
        except Outage as error:
            return error
    return objects


def heal_node(entry: Entry) -> Wait | None:
    """Connect a node that was cut off; a cluster that is down has none."""
    _cluster_call(entry, "heal")
    return None


def start_kubelet(entry: Entry) -> Wait | None:
    """Start a node's kubelet again; a cluster that is down has none."""
    _cluster_call(entry, "start_kubelet")
    return None


def _cluster_call(entry: Entry, method: str) -> None:
    cluster = targets.embedded(entry.thing.place["cluster"].removeprefix("embedded:"))
    if cluster is not None:
        getattr(cluster, method)(entry.thing.place["node"])


def _why(kind: ResourceType, last: dict[str, Any]) -> str:
    meta = last["metadata"]
    if not meta.get("deletionTimestamp"):
        return f"{kind.kind} {meta['name']} is still there and nobody is deleting it"
    said = [c["message"] for c in (last.get("status") or {}).get("conditions") or () if c.get("message")]
    held = ", ".join(meta.get("finalizers") or ()) or "no finalizer"
    return f"still there, being deleted since {meta['deletionTimestamp']}, held by {held}" + (
        f"; {'; '.join(said)}" if kind == NAMESPACE and said else ""
    )
