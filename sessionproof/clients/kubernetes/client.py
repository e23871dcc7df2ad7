"""One user of one API server, speaking plain JSON objects of any kind."""

from __future__ import annotations

import builtins
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sessionproof.clients.kubernetes import errors, execution
from sessionproof.clients.kubernetes.access import Access
from sessionproof.clients.kubernetes.execution import Executed
from sessionproof.clients.kubernetes.kinds import POD, WELL_KNOWN, ResourceType
from sessionproof.clients.kubernetes.transport import ANSWER_SECONDS, Stream, Transport

Object = dict[str, Any]
"""A Kubernetes object as its JSON; every method gives a fresh one."""

_PATCHES = {
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """A consistent list and the version a watch goes on from."""

    items: list[Object]
    resource_version: str


class Client:
    """
    Ask and tell an API server; safe to use from any thread, opens connections when needed.

    Every method raises ``NotYet`` (not so now, may be later), ``Outage`` (no answer: keep trying; what was
    asked may have been done) or ``Refused`` (the server says no). Nothing is tried twice here: whoever
    waits decides that.
    """

    def __init__(self, access: Access, *, headers: Sequence[tuple[str, str]] = ()) -> None:
        self.access = access
        self.transport = Transport(access, headers=headers)
        self._discovered: dict[tuple[str, str], ResourceType] = {}
        self._discovering = threading.Lock()

    # -- reading ---------------------------------------------------------------------------------------

    def get(self, kind: ResourceType, name: str, namespace: str = "", *, subresource: str = "") -> Object:
        """One object as it is now."""
        return _object(self.transport.send("GET", kind.path(namespace, name, subresource)))

    def find(self, kind: ResourceType, name: str, namespace: str = "") -> Object | None:
        """One object, or ``None`` if it is not there."""
        try:
            return self.get(kind, name, namespace)
        except errors.NotFound:
            return None

    def list(
        self, kind: ResourceType, namespace: str = "", *, labels: str = "", fields: str = ""
    ) -> builtins.list[Object]:
        """All objects of a kind in a namespace (empty: in all) that fit both selectors."""
        return self.listing(kind, namespace, labels=labels, fields=fields).items

    def listing(
        self,
        kind: ResourceType,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        seconds: float = ANSWER_SECONDS,
    ) -> Listing:
        """Like ``list``, with the version it was true at."""
        items: builtins.list[Object] = []
        query = _selectors(labels, fields) | {"limit": str(_PAGE)}
        while True:
            page = _object(self.transport.send("GET", kind.path(namespace), query=query, seconds=seconds))
            # The API server leaves apiVersion and kind out of the items of a list.
            items += [
                {"apiVersion": kind.api_version, "kind": kind.kind, **item}
                for item in page.get("items") or ()
            ]
            about = page.get("metadata") or {}
            if not about.get("continue"):
                return Listing(items, about.get("resourceVersion", ""))
            query["continue"] = about["continue"]

    def watch(
        self,
        kind: ResourceType,
        namespace: str,
        resource_version: str,
        *,
        labels: str = "",
        fields: str = "",
        seconds: int = 60,
    ) -> Stream:
        """
        Changes since *resource_version* as the server's watch events, bookmarks included.

        :param seconds: after which the server ends the stream in good order; a few more without a byte
            count as an outage.
        """
        query = _selectors(labels, fields) | {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(seconds),
        }
        return self.transport.stream(kind.path(namespace), query=query, silence=seconds + 5.0)

    def logs(
        self,
        pod: str,
        namespace: str,
        *,
        container: str = "",
        previous: bool = False,
        since_seconds: int | None = None,
        tail: int | None = None,
    ) -> str:
        """What a container wrote; *previous* asks for the one before its last restart."""
        query = {"timestamps": "true"}
        query |= {"container": container} if container else {}
        query |= {"previous": "true"} if previous else {}
        query |= {"sinceSeconds": str(max(1, since_seconds))} if since_seconds is not None else {}
        query |= {"tailLines": str(tail)} if tail is not None else {}
        written = self.transport.send("GET", POD.path(namespace, pod, "log"), query=query)
        return written if isinstance(written, str) else json.dumps(written)

    # -- changing --------------------------------------------------------------------------------------

    def create(self, body: Object, namespace: str = "", *, rehearse: bool = False) -> Object:
        """
        Make an object; ``Conflict`` if there is one of that name, ``Refused`` if it is invalid.

        :param rehearse: make nothing, and give what would have been made.
        """
        kind, place, _ = self._place(body, namespace)
        query = {"dryRun": "All"} if rehearse else None
        return _object(self.transport.send("POST", kind.path(place), query=query, body=body))

    def apply(
        self, body: Object, namespace: str = "", *, manager: str = "sessionproof", force: bool = True
    ) -> Object:
        """
        Make the object be as *body* says (server-side apply).

        :param force: take over fields that others keep with other values; else they are a ``Conflict``.
        """
        kind, place, name = self._place(body, namespace)
        return _object(
            self.transport.send(
                "PATCH",
                kind.path(place, name),
                query={"fieldManager": manager, "force": str(force).lower()},
                body=body,
                content_type="application/apply-patch+yaml",
            )
        )

    def replace(self, body: Object, namespace: str = "", *, subresource: str = "") -> Object:
        """Put *body* in the place of the object; ``Conflict`` if it carries an outdated resource version."""
        kind, place, name = self._place(body, namespace)
        return _object(self.transport.send("PUT", kind.path(place, name, subresource), body=body))

    def patch(
        self,
        kind: ResourceType,
        name: str,
        body: Any,
        namespace: str = "",
        *,
        how: str = "merge",
        subresource: str = "",
    ) -> Object:
        """Change part of an object; *how* is ``merge``, ``json`` or ``strategic``."""
        path = kind.path(namespace, name, subresource)
        return _object(self.transport.send("PATCH", path, body=body, content_type=_PATCHES[how]))

    def delete(
        self,
        kind: ResourceType,
        name: str,
        namespace: str = "",
        *,
        propagation: str = "Background",
        grace_seconds: int | None = None,
        uid: str = "",
    ) -> None:
        """
        Ask for an object's end; returns when that is accepted, not when the object is gone.

        :param propagation: ``Background``, ``Foreground`` or ``Orphan``.
        :param uid: delete this very object only; ``Conflict`` if another one has its name now.
        """
        options: Object = {"propagationPolicy": propagation}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        if uid:
            options["preconditions"] = {"uid": uid}
        self.transport.send("DELETE", kind.path(namespace, name), body=options)

    def execute(
        self,
        pod: str,
        namespace: str,
        command: Sequence[str],
        *,
        container: str = "",
        within: float = ANSWER_SECONDS,
    ) -> Executed:
        """Run a small command in a container to its end; ``Outage`` if that takes more than *within* s."""
        return execution.run(self.transport, pod, namespace, command, container=container, within=within)

    # -- rights and identities -------------------------------------------------------------------------

    def can_i(
        self,
        verb: str,
        kind: ResourceType,
        namespace: str = "",
        *,
        name: str = "",
        subresource: str = "",
    ) -> bool:
        """Whether this user may do *verb*, by the API server's own answer."""
        asked = {
            "verb": verb,
            "group": kind.api_version.rpartition("/")[0],
            "resource": kind.plural,
            "namespace": namespace,
            "name": name,
            "subresource": subresource,
        }
        answer = self.transport.send(
            "POST",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            body={
                "apiVersion": "authorization.k8s.io/v1",
                "kind": "SelfSubjectAccessReview",
                "spec": {"resourceAttributes": {key: value for key, value in asked.items() if value}},
            },
        )
        return bool(answer["status"].get("allowed"))

    def impersonating(self, user: str, groups: Sequence[str] = ()) -> Client:
        """A client that acts as *user*; needs the right to impersonate."""
        headers = [("Impersonate-User", user), *(("Impersonate-Group", group) for group in groups)]
        return Client(self.access, headers=headers)

    # -- kinds and health ------------------------------------------------------------------------------

    def kind(self, api_version: str, kind: str) -> ResourceType:
        """
        Where objects of a kind are kept, asked once.

        :raises NotFound: if the server does not serve it (its CRD may be missing).
        """
        key = (api_version, kind)
        if known := WELL_KNOWN.get(key) or self._discovered.get(key):
            return known
        with self._discovering:
            for found in self._served(api_version):
                self._discovered[found.api_version, found.kind] = found
        if key not in self._discovered:
            raise errors.NotFound(f"GET {api_version}", f"the API server serves no kind '{kind}' there")
        return self._discovered[key]

    def healthy(self) -> bool:
        """Whether the API server says it is ready; ``False`` also when it cannot be reached."""
        try:
            self.transport.send("GET", "/readyz", seconds=3.0)
        except errors.ApiError:
            return False
        return True

    def version(self) -> str:
        """The API server's version, as ``v1.36.2``."""
        return str(self.transport.send("GET", "/version")["gitVersion"])

    def close(self) -> None:
        """Close idle connections; the client can still be used."""
        self.transport.close()

    def _served(self, api_version: str) -> Iterator[ResourceType]:
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        for served in self.transport.send("GET", root).get("resources") or ():
            if "/" not in served["name"]:
                yield ResourceType(api_version, served["kind"], served["name"], served["namespaced"])

    def _place(self, body: Object, namespace: str) -> tuple[ResourceType, str, str]:
        kind = self.kind(body["apiVersion"], body["kind"])
        about = body.get("metadata") or {}
        place = about.get("namespace") or namespace or (self.access.namespace if kind.namespaced else "")
        return kind, place, about.get("name", "")


def _object(answer: Any) -> Object:
    if not isinstance(answer, dict):
        raise errors.Outage("answer", f"no JSON object but {str(answer)[:200]!r}")
    return answer


def _selectors(labels: str, fields: str) -> dict[str, str]:
    return {key: value for key, value in (("labelSelector", labels), ("fieldSelector", fields)) if value}
