"""What runs have left behind, as the machine and the API servers show it; no ledger is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sessionproof_cluster

from sessionproof import errors, targets
from sessionproof.clients.kubernetes.kinds import NAMESPACE, NODE
from sessionproof.janitor import browsers
from sessionproof.janitor.objects import NAMESPACE_PREFIX, OWNER_ANNOTATION, RUN_LABEL, Objects
from sessionproof.ledger import life_of, living_runs, things
from sessionproof.ledger.things import Thing

FOREIGN_HOURS = 24.0
"""How long the things of a run that cannot be judged from here are left alone."""

_NOT_OURS = frozenset({"Event", "Node", "APIService"})
"""Kinds that a run never makes."""


@dataclass(frozen=True)
class Found:
    """Something that is there though nothing that lives wants it."""

    where: str
    """``this machine``, or the address of a cluster."""
    what: str
    """What it is, in words."""
    run: str = ""
    """The run that made it, as its label says; empty if nothing says so."""
    thing: Thing | None = None
    """How to remove it; None for parts of an embedded cluster, which ``sessionproof down`` removes."""

    def __str__(self) -> str:
        return f"{self.what} ({self.where}{', run ' + self.run if self.run else ''})"


@dataclass(frozen=True)
class Unlooked:
    """A cluster that exists but could not be asked: what is in it is not known."""

    where: str
    why: str


def look(
    addresses: Iterable[str] | None = None, living: Collection[str] | None = None
) -> tuple[list[Found], list[Unlooked]]:
    """
    Look at the machine and at every cluster.

    :param addresses: of clusters; the embedded ones that are up if None.
    :param living: runs whose things are no leftovers; those of this user that live if None.
    """
    alive = living_runs() if living is None else living
    found = [Found("this machine", f"{item.kind} {item.name}") for item in sessionproof_cluster.leftovers()]
    found += [
        Found("this machine", f"browser in {home}", run, things.home(home, "browser in"))
        for home, run in browsers.homes_of_the_dead(alive)
    ]
    unlooked: list[Unlooked] = []
    for address in dict.fromkeys(addresses if addresses is not None else targets.embedded_addresses()):
        try:
            access = targets.access_to(address)
            if access is not None:
                found += look_at(Objects(access), address, alive)
        except errors.SessionproofError as error:
            unlooked.append(Unlooked(address, str(error)))
    return found, unlooked


def look_at(objects: Objects, address: str, living: Collection[str]) -> list[Found]:
    """What dead runs left in one cluster: namespaces, labelled objects outside of these, resources of nodes."""
    found: list[Found] = []
    gone_with: set[str] = set()
    namespaces = objects.list(NAMESPACE)
    living = {*living, *_living_elsewhere(namespaces)}
    for item in namespaces:
        name = item["metadata"]["name"]
        run = (item["metadata"].get("labels") or {}).get(RUN_LABEL, "")
        # In a cluster that is not ours alone a name proves nothing: only the label does.
        ours = run or (address.startswith(targets.EMBEDDED) and name.startswith(NAMESPACE_PREFIX))
        if not ours or _lives(run, name, living):
            continue
        gone_with.add(name)
        found.append(Found(address, f"namespace {name}", run, things.namespace(name, cluster=address)))
    for kind in objects.kinds():
        if kind.kind in _NOT_OURS or kind == NAMESPACE:
            continue
        for item in objects.list(kind, labelSelector=RUN_LABEL):
            meta = item["metadata"]
            run, space = meta["labels"][RUN_LABEL], meta.get("namespace", "")
            owned = any(owner.get("controller") for owner in meta.get("ownerReferences") or ())
            if run in living or space in gone_with or owned:
                continue  # what has a controller is made again, or goes, with that
            thing = things.kubernetes(
                kind.kind, kind.api_version, meta["name"], namespace=space, cluster=address
            )
            found.append(Found(address, str(thing), run, thing))
    for node in objects.list(NODE):
        for resource in node["status"].get("capacity") or ():
            if resource.startswith(things.SEAT) and not _lives("", resource, living):
                thing = things.advertised(resource, node["metadata"]["name"], cluster=address)
                found.append(Found(address, str(thing), thing=thing))
    return found


def _living_elsewhere(namespaces: Iterable[dict[str, Any]]) -> Iterable[str]:
    """
    Runs that signed a namespace and live, or may live where it cannot be seen.

    Another machine's run is left alone for ``FOREIGN_HOURS``: taking its things away would be worse than
    leaving them for a day.
    """
    for item in namespaces:
        meta = item["metadata"]
        run = (meta.get("labels") or {}).get(RUN_LABEL)
        signed = (meta.get("annotations") or {}).get(OWNER_ANNOTATION)
        if not run or not signed:
            continue
        life = life_of(signed)
        if life == "lives" or (life == "unknown" and _hours_since(meta["creationTimestamp"]) < FOREIGN_HOURS):
            yield run


def _hours_since(stamp: str) -> float:
    made = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    return (datetime.now(UTC) - made).total_seconds() / 3600


def _lives(run: str, name: str, living: Collection[str]) -> bool:
    has: Callable[[str], bool] = (lambda one: one == run) if run else (lambda one: one in name)
    return any(has(one) for one in living)
