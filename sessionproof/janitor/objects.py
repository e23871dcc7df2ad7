"""What a janitor needs of an API server: find by label in every kind, delete, and see that it is gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from sessionproof.clients.kubernetes.access import Access
from sessionproof.clients.kubernetes.errors import Conflict, Expired, NotFound, Outage, Refused
from sessionproof.clients.kubernetes.kinds import NODE, WELL_KNOWN, ResourceType
from sessionproof.clients.kubernetes.transport import Transport

RUN_LABEL = "sessionproof.io/run"
NAMESPACE_PREFIX = "sp-"
OWNER_ANNOTATION = "sessionproof.io/owner"
"""On a run's namespaces: who made them (``ledger.signature``)."""
_WATCH_SECONDS = 10.0
"""Longest single watch: a broken one costs no more than this before it is opened again."""


class Objects:
    """The objects of one API server."""

    def __init__(self, access: Access) -> None:
        self._transport = Transport(access)
        self._kinds: list[ResourceType] | None = None

    def must_answer(self) -> None:
        """:raises Outage: if the API server is away."""
        self._transport.send("GET", "/version")

    def kinds(self) -> list[ResourceType]:
        """Every kind that can be listed and deleted, each in one version."""
        if self._kinds is None:
            served = self._transport.send("GET", "/apis")["groups"]
            groups = ["v1", *(group["preferredVersion"]["groupVersion"] for group in served)]
            self._kinds = [kind for group in groups for kind in self._served(group)]
        return self._kinds

    def custom_kinds(self) -> list[ResourceType]:
        """The kinds that CustomResourceDefinitions brought."""
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        found = []
        for item in self._transport.send("GET", path)["items"]:
            spec = item["spec"]
            version = next((v["name"] for v in spec["versions"] if v["storage"]), "")
            names, api = spec["names"], f"{spec['group']}/{version}"
            found.append(ResourceType(api, names["kind"], names["plural"], spec["scope"] == "Namespaced"))
        return found

    def kind(self, api_version: str, kind: str) -> ResourceType | None:
        """The kind as it is served; None if the API server has no such kind: then there are no objects."""
        known = WELL_KNOWN.get((api_version, kind))
        if known is not None:
            return known
        return next((k for k in self._served(api_version) if k.kind == kind), None)

    def list(self, kind: ResourceType, namespace: str = "", **query: str) -> list[dict[str, Any]]:
        """The objects of *kind*; a kind that went meanwhile has none."""
        try:
            found = self._transport.send("GET", kind.path(namespace), query=query)
        except NotFound:
            return []
        except Refused as error:
            if error.status != 405:  # some kinds say that they can be listed, and cannot
                raise
            return []
        return list(found["items"])

    def get(self, kind: ResourceType, namespace: str, name: str) -> dict[str, Any] | None:
        """The object; None if there is none."""
        try:
            found: dict[str, Any] = self._transport.send("GET", kind.path(namespace, name))
        except NotFound:
            return None
        return found

    def delete(self, kind: ResourceType, namespace: str, name: str, uid: str = "") -> bool:
        """
        Begin to delete the object, its dependents first; whether there was one.

        :param uid: leave an object of another uid alone, which somebody else has made since.
        """
        body: dict[str, Any] = {"propagationPolicy": "Foreground" if "apps/" in kind.api_version else None}
        if uid:
            body["preconditions"] = {"uid": uid}
        body = {key: value for key, value in body.items() if value}
        try:
            self._transport.send("DELETE", kind.path(namespace, name), body=body)
        except NotFound:
            return False
        except Conflict:
            return True  # going already, or of another uid: waiting for it tells which
        return True

    def strip(self, kind: ResourceType, namespace: str, name: str, finalizer: str = "") -> None:
        """Take *finalizer* off the object, or all of them if it is empty."""
        found = self.get(kind, namespace, name)
        if found is None:
            return
        had = found["metadata"].get("finalizers") or []
        left = [item for item in had if finalizer and item != finalizer]
        if left == had:
            return
        patch = {"metadata": {"finalizers": left, "resourceVersion": found["metadata"]["resourceVersion"]}}
        try:
            self._transport.send(
                "PATCH",
                kind.path(namespace, name),
                body=patch,
                content_type="application/merge-patch+json",
            )
        except NotFound:
            return
        except Conflict:
            self.strip(kind, namespace, name, finalizer)

    def withdraw(self, resource: str, node: str) -> None:
        """Let the node offer the resource no more; a node that is not there offers nothing."""
        offer = {resource: None}
        try:
            self._transport.send(
                "PATCH",
                NODE.path(name=node, subresource="status"),
                body={"status": {"capacity": offer, "allocatable": offer}},
                content_type="application/merge-patch+json",
            )
        except NotFound:
            return

    def wait_gone(
        self, kind: ResourceType, namespace: str, name: str, deadline: float, uid: str = ""
    ) -> dict[str, Any] | None:
        """
        Block until the object is gone, or another of its name is there; None then.

        At *deadline* (monotonic) the object as last seen is returned. An API server that is away is asked
        again until then.

        :raises Outage: if it was away when the deadline came.
        """
        query = {"fieldSelector": f"metadata.name={name}"}
        while True:
            try:
                page = self._transport.send("GET", kind.path(namespace), query=query)
                items: list[dict[str, Any]] = page["items"]
                last = next((o for o in items if not uid or o["metadata"]["uid"] == uid), None)
                if last is None:
                    return None
                left = deadline - time.monotonic()
                if left <= 0:
                    return last
                version = page["metadata"]["resourceVersion"]
                own = uid or last["metadata"]["uid"]
                if self._seen_deleted(kind, namespace, query, version, own, left):
                    return None
            except NotFound:
                return None
            except Expired:
                continue
            except Outage:
                if time.monotonic() >= deadline:
                    raise

    def _seen_deleted(
        self, kind: ResourceType, namespace: str, query: dict[str, str], version: str, uid: str, left: float
    ) -> bool:
        seconds = max(1.0, min(left, _WATCH_SECONDS))
        asked = {**query, "watch": "1", "resourceVersion": version, "timeoutSeconds": f"{seconds:.0f}"}
        stream = self._transport.stream(kind.path(namespace), query=asked, silence=seconds + 1)
        try:
            for event in stream:
                if event["type"] == "DELETED" and event["object"]["metadata"]["uid"] == uid:
                    return True
        finally:
            stream.close()
        return False

    def _served(self, api_version: str) -> Iterator[ResourceType]:
        root = "/api/v1" if api_version == "v1" else f"/apis/{api_version}"
        try:
            served = self._transport.send("GET", root)
        except NotFound:
            return
        for item in served["resources"]:
            if "/" not in item["name"] and {"list", "delete"} <= set(item["verbs"]):
                yield ResourceType(api_version, item["kind"], item["name"], item["namespaced"])
