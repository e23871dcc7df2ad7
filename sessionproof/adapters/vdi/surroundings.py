"""What sessions stand on, and how it is broken: the operator, the room on the nodes, the templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sessionproof_cluster

from sessionproof import waiting
from sessionproof.adapters.vdi import objects
from sessionproof.adapters.vdi.platform import OPERATOR, VdiPlatform
from sessionproof.adapters.vdi.product import VdiProduct
from sessionproof.clients import processes
from sessionproof.clients.kubernetes import ResourceType, kinds
from sessionproof.errors import FaultUnproven, NotSeenInTime
from sessionproof.ledger import things
from sessionproof.ports.faults import Undo
from sessionproof.targets import ProcessOf
from sessionproof.timeline import Subject
from sessionproof.waiting import Reading
from sessionproof.watchers.polling import Poller

_ENDED_SECONDS = 30.0
"""Longest time for a killed replica to be gone: not a promise of the product, only of the fault."""

_NEED_SECONDS = 35.0
"""Longest time for the API server to mind a LimitRange, or to forget it."""


@dataclass
class VdiSurroundings:
    """Breaks what the sessions of one scenario stand on; nobody else's sessions notice."""

    product: VdiProduct
    process_of: ProcessOf | None
    """Reaches the cluster's processes; None where only its API can be reached."""

    # -- the operator ----------------------------------------------------------------------------------

    def operator(self) -> Reading:
        """The operator's pods, by the watch."""

        def ready(pods: Mapping[Subject, Any]) -> tuple[str, ...]:
            return tuple(sorted(it.name for it, pod in pods.items() if _is_operator(pod) and _is_ready(pod)))

        return waiting.across("the operator: replicas that are ready", "Pod", ready)

    def kill_operator(self) -> None:
        """
        Kill its processes where they can be reached; then take its pods away.

        The pods go because a container that ends again and again is started later and later, and because
        where no process can be reached it is their going that ends it: the kubelet's word for it is waited for.
        """
        pods = self.product.client.list(
            kinds.POD, self.product.platform.home, labels=f"app.kubernetes.io/name={OPERATOR}"
        )
        if not pods:
            raise FaultUnproven("the operator was to be killed and has no pod")
        killed = {pod["metadata"]["uid"] for pod in pods}
        for pod in pods:
            if self.process_of is not None:
                self._kill_process(self.process_of, pod)
            about = pod["metadata"]
            grace = 1 if self.process_of is None else 0
            self.product.client.delete(
                kinds.POD, about["name"], about["namespace"], grace_seconds=grace, uid=about["uid"]
            )
        left = waiting.across(
            "the operator: killed replicas that are still there",
            "Pod",
            lambda there: tuple(it.name for it, pod in there.items() if pod["metadata"]["uid"] in killed),
        )
        try:
            waiting.becomes(self.product.timeline, left, (), within=_ENDED_SECONDS)
        except NotSeenInTime as error:
            raise FaultUnproven(str(error)) from error

    def _kill_process(self, process_of: ProcessOf, pod: Mapping[str, Any]) -> None:
        about, container = pod["metadata"], pod["spec"]["containers"][0]["name"]
        try:
            pid = process_of(about["namespace"], about["name"], container)
        except sessionproof_cluster.ClusterError as error:
            raise FaultUnproven(
                f"the operator's process was to be killed and is not found: {error}"
            ) from error
        processes.kill(pid, within=_ENDED_SECONDS)

    # -- room ------------------------------------------------------------------------------------------

    def deny_room(self) -> Undo:
        """
        A LimitRange by which every container that is made here needs a seat, of which no node has one.

        The seats are named after the scenario, so that no other one's containers compete for them.
        """
        namespace, name = self.product.platform.namespace, f"no-room-{self.product.scenario}"
        # The API server asks the store about a namespace without a LimitRange and trusts the answer for half a
        # minute. It has to have asked before there is one: the answer must not outlive the LimitRange.
        self._needs_seat()
        thing = things.kubernetes(
            "LimitRange", "v1", name, namespace=namespace, cluster=self.product.platform.reference
        )
        with self.product.ledger.planned(thing, scenario=self.product.scenario) as entry:
            self.product.client.create(
                _limit_range(name, namespace, self._seat, self.product.platform.labels(self.product.scenario))
            )
        self._await_need(needed=True)

        def lift() -> None:
            if entry.state == "removed":
                return
            self.product.client.delete(self.product.client.kind("v1", "LimitRange"), name, namespace)
            self._await_need(needed=False)
            entry.removed()

        return lift

    def make_room(self) -> Undo:
        """Every node offers a seat, as an administrator advertises a resource that the cluster knows nothing of."""
        nodes = [node["metadata"]["name"] for node in self.product.client.list(kinds.NODE)]
        entries = [
            self.product.ledger.plan(
                things.advertised(self._seat, node, cluster=self.product.platform.reference),
                scenario=self.product.scenario,
            )
            for node in nodes
        ]
        self._offer_seats(nodes, "1")
        for entry in entries:
            entry.made()

        def lift() -> None:
            standing = [entry for entry in entries if entry.state != "removed"]
            self._offer_seats([entry.thing.place["node"] for entry in standing], None)
            for entry in standing:
                entry.removed()

        return lift

    @property
    def _seat(self) -> str:
        return f"{things.SEAT}{self.product.platform.instance}-{self.product.scenario}"

    def _offer_seats(self, nodes: Iterable[str], count: str | None) -> None:
        offer = {self._seat: count}
        for node in nodes:
            body = {"status": {"capacity": offer, "allocatable": offer}}
            found = self.product.client.patch(kinds.NODE, node, body, subresource="status")["status"]
            if found["allocatable"].get(self._seat) != count:
                raise FaultUnproven(
                    f"node {node} was to offer {count or 'no'} {self._seat} and offers "
                    f"{found['allocatable'].get(self._seat, 'none')}"
                )

    def _needs_seat(self) -> bool:
        """Whether a pod that is made now needs a seat; none is made to see it."""
        pod = idle_pod(self.product.platform, f"rehearsal-{self.product.scenario}", {})
        limits = self.product.client.create(pod, rehearse=True)["spec"]["containers"][0]["resources"].get(
            "limits", {}
        )
        return self._seat in limits

    def _await_need(self, *, needed: bool) -> None:
        source, subject = (
            "the rehearsal of a pod",
            Subject("Rehearsal", self.product.platform.namespace, self._seat),
        )
        poller = Poller(self.product.timeline, source, subject, self._needs_seat).start()
        try:
            waiting.becomes(
                self.product.timeline,
                waiting.reading(
                    "a pod that is made now: whether it needs a seat", subject, sources=(source,)
                ),
                needed,
                within=_NEED_SECONDS,
            )
        except NotSeenInTime as error:
            raise FaultUnproven(str(error)) from error
        finally:
            poller.close()

    # -- templates -------------------------------------------------------------------------------------

    def change_template(self, name: str) -> Undo:
        """Another image and another environment under its name, as an administrator would apply it."""
        offered = self.product.platform.template(name)
        changed = replace(offered, image=f"{offered.image}-changed", env={"CHANGED": "yes"})
        self.product.platform.offer(changed)
        if self._image(name) != changed.image:
            raise FaultUnproven(f"template {name} was changed and reads {self._image(name)!r}")
        return self._offering(name)

    def withdraw_template(self, name: str) -> Undo:
        """Deletes it, as an administrator would."""
        self.product.client.delete(self._templates, self.product.platform.template_name(name))
        if self._image(name) is not None:
            raise FaultUnproven(f"template {name} was deleted and is still there")
        return self._offering(name)

    def _offering(self, name: str) -> Undo:
        def lift() -> None:
            offered = self.product.platform.template(name)
            if self._image(name) == offered.image:
                return
            self.product.platform.offer(offered)
            if self._image(name) != offered.image:
                raise FaultUnproven(f"template {name} was put back and reads {self._image(name)!r}")

        return lift

    def _image(self, name: str) -> str | None:
        found = self.product.client.find(self._templates, self.product.platform.template_name(name))
        return str(found["spec"]["image"]) if found else None

    @property
    def _templates(self) -> ResourceType:
        return self.product.client.kind(objects.API_VERSION, "VDITemplate")


def idle_pod(platform: VdiPlatform, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """A pod that does nothing, of an image that the nodes have, under the restricted security level."""
    image = platform.template(next(iter(platform.catalogue.templates))).image
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": platform.namespace, "labels": dict(labels)},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 1,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "idle",
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sleep", "infinity"],
                    "resources": {"requests": {"cpu": "1m", "memory": "4Mi"}},
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                }
            ],
        },
    }


def _limit_range(name: str, namespace: str, seat: str, labels: Mapping[str, str]) -> dict[str, Any]:
    need = {seat: "1"}
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": name, "namespace": namespace, "labels": dict(labels)},
        "spec": {"limits": [{"type": "Container", "default": need, "defaultRequest": need}]},
    }


def _is_operator(pod: Mapping[str, Any]) -> bool:
    return (pod["metadata"].get("labels") or {}).get("app.kubernetes.io/name") == OPERATOR


def _is_ready(pod: Mapping[str, Any]) -> bool:
    if "deletionTimestamp" in pod["metadata"]:
        return False
    conditions = pod.get("status", {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
