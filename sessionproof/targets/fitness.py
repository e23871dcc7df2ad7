"""Whether a target has what the stories need, looked at before anything is made in it; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sessionproof_cluster import Check, ClusterError

from sessionproof.catalogue import Target
from sessionproof.clients.kubernetes import ApiError, Client, ResourceType
from sessionproof.errors import SessionproofError, TargetUnavailable
from sessionproof.targets import addresses, images, ingress, reaching, rights
from sessionproof.targets.errors import Lacking
from sessionproof.targets.reaching import Place
from sessionproof.targets.rights import Right

_STORAGE = ResourceType("storage.k8s.io/v1", "StorageClass", "storageclasses", namespaced=False)
_DEFAULT_STORAGE = "storageclass.kubernetes.io/is-default-class"
_ON_MACHINE = ("node-faults", "freeze")
"""Capabilities that reach under the API server, into the nodes: only an embedded cluster lets us."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Needs:
    """What a product's stories need of a cluster, besides what all need."""

    rights: Collection[Right] = ()
    """In every namespace: the suite works in such as it makes."""
    images: Collection[str] = field(default=())
    """References as the nodes are told them."""


class Unfit(TargetUnavailable):
    """The target lacks something; the message names all of it and what to do."""


def found_fit(target: Target, needs: Needs) -> Place:
    """
    The target's cluster, after everything was looked at.

    :raises Unfit: with all that is missing.
    """
    checks, place = examine(target, needs)
    failed = [check for check in checks if not check.ok]
    if failed or place is None:
        lines = [f"  {check.name}: {check.found}. {check.advice}".rstrip(". ") for check in failed]
        raise Unfit(
            f"target '{target.name}' ({target.cluster}) cannot carry the stories, and nothing was made there:\n"
            + "\n".join(lines)
        )
    return place


def examine(target: Target, needs: Needs) -> tuple[list[Check], Place | None]:
    """
    Look at everything; what needs an API server is looked at only where one answers.

    :returns: the findings in the order in which they are to be mended, and the place if all are well.
    """
    looking = _Looking()
    with ExitStack() as closing:
        looking.at("capabilities", lambda: _capabilities(target), str)
        client = looking.at("kubeconfig", lambda: reaching.client_of(target), lambda it: it.access.server)
        if client is None:
            return looking.checks, None
        closing.callback(client.close)
        if looking.at("API server", lambda: _version(client), str) is None:
            return looking.checks, None
        looking.at("rights", lambda: rights.must_be_had(client, needs.rights), str)
        name = looking.at("ingress class", lambda: ingress.class_of(target, client), str)
        way = None
        if name is not None:
            way = looking.at(
                "ingress",
                lambda: ingress.of(target, client, name),
                lambda it: f"{it.address}, CA {it.ca or 'public'}",
            )
        if way is not None:
            looking.at("way in", lambda: ingress.must_answer(way, _domain(target)), str)
            looking.at("media", lambda: _media(target, way), str)
        looking.at("storage class", lambda: _storage(target, client), str)
        looking.at("images", lambda: _images(target, client, needs), str)
        kubectl = looking.at("kubectl", lambda: reaching.kubectl_of(target), lambda it: str(it.program))
        if way is None or kubectl is None or not all(check.ok for check in looking.checks):
            return looking.checks, None
        closing.pop_all()
        reach = reaching.process_of(target)
        return looking.checks, Place(addresses.address_of(target.cluster), client, kubectl, way, reach)


class _Looking:
    """Looks at one thing after the other, and goes on after what is missing."""

    def __init__(self) -> None:
        self.checks: list[Check] = []

    def at(self, name: str, look: Callable[[], _T], shown: Callable[[_T], str]) -> _T | None:
        """What *look* found; None after noting what it said is missing."""
        try:
            found = look()
        except (SessionproofError, ClusterError) as error:
            said = (error.found, error.advice) if isinstance(error, Lacking) else (str(error),)
            self.checks.append(Check(name, False, *said))
            return None
        self.checks.append(Check(name, True, shown(found)))
        return found


def _capabilities(target: Target) -> str:
    if target.cluster.embedded is None and (reaching_under := [c for c in _ON_MACHINE if target.can(c)]):
        raise Lacking(
            f"only an embedded cluster has {' and '.join(reaching_under)}",
            "take them out of the target's `capabilities`",
        )
    return ", ".join(target.capabilities)


def _version(client: Client) -> str:
    server = client.access.server
    try:
        return client.version()
    except ApiError as error:
        if error.status == 0:
            raise Lacking(
                f"{server} does not answer: {error.message}",
                "is the cluster up, and its kubeconfig's address reachable from here?",
            ) from error
        raise Lacking(
            f"{server} does not accept the kubeconfig's credentials: {error.status} {error.message}",
            "renew them",
        ) from error


def _domain(target: Target) -> str:
    if not target.domain:
        raise Lacking(
            "the target has no `domain`", "give the one under which the ingress serves its sessions"
        )
    return target.domain


def _media(target: Target, way: ingress.Ingress) -> str:
    if target.can("webrtc") and not way.direct:
        raise Lacking(
            "WebRTC's media do not go through the ingress, and nothing says where they go",
            "give the target `media`: the range of the pods if this machine reaches it, else the address of the "
            "TURN server that the platform is told of, as 203.0.113.9/32; or take webrtc out of its `capabilities`",
        )
    return ", ".join(way.direct)


def _storage(target: Target, client: Client) -> str:
    served = client.list(_STORAGE)
    names = [str(item["metadata"]["name"]) for item in served]
    if target.storage_class is not None:
        found = [name for name in names if name == target.storage_class]
        lack = f"no StorageClass '{target.storage_class}'"
    else:
        found = list(_defaults(served))
        lack = "no default StorageClass"
    if not found:
        raise Lacking(
            f"{lack}, there are: {', '.join(names) or 'none'}",
            "install a provisioner or mend the target's `storage_class`",
        )
    return found[0]


def _defaults(served: Iterable[dict[str, Any]]) -> Iterator[str]:
    for item in served:
        if (item["metadata"].get("annotations") or {}).get(_DEFAULT_STORAGE) == "true":
            yield str(item["metadata"]["name"])


def _images(target: Target, client: Client, needs: Needs) -> str:
    lacking = images.missing(client, needs.images)
    if not lacking:
        return ", ".join(needs.images)
    name = target.name
    advice = (
        f"`sessionproof images --target {name}` loads them"
        if target.cluster.kubeconfig is None
        else "load them onto the nodes, or push them to a registry and give the target its `registry`"
    )
    raise Lacking(f"missing: {'; '.join(lacking)}", advice)
