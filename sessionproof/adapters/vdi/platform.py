"""One VDI platform: deployed into a namespace of its own where the target says so, and proved healthy."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hamcrest import not_

from sessionproof import waiting
from sessionproof.adapters.vdi import histogram, objects
from sessionproof.adapters.vdi import manifests as manifests_of
from sessionproof.catalogue import Catalogue, Target, Template
from sessionproof.clients.kubernetes import Client, Conflict, NotFound, ResourceType, kinds
from sessionproof.errors import NotSeenInTime, TargetUnavailable
from sessionproof.ledger import Ledger, signature, things
from sessionproof.ports.sessions import Person
from sessionproof.timeline import Subject, Timeline
from sessionproof.waiting import ABSENT
from sessionproof.watchers.kubernetes import WATCHED, Hub
from sessionproof.watchers.polling import Poller

USER_ROLE = "vdi-user"
OPERATOR = "vdi-operator"
_READY_SECONDS = 60.0
"""Longest time for the operator's pod; it is a set-up time, not a promise of the product."""
_METRICS_SECONDS = 10.0
"""Longest time for its Service to know it, likewise."""

_SHARED = frozenset({"CustomResourceDefinition", "ClusterRole"})
"""Definitions that every platform on a cluster shares: applied if absent, and left as part of the cluster."""


@dataclass
class VdiPlatform:
    """A platform that scenarios are lent; its namespace holds the operator and the sessions."""

    client: Client
    target: Target
    catalogue: Catalogue
    ledger: Ledger
    reference: str
    """The cluster, as the ledger names it."""
    instance: str
    """What tells this platform's objects from another's on the same cluster."""
    root: Path
    """Folder that the target's ``deploy`` is relative to."""
    scenario: str = ""
    """The scenario whose own it is; empty: it is lent to one after another."""
    hub: Hub = field(init=False)
    """Watches the platform's namespace for whichever scenario is running."""

    def __post_init__(self) -> None:
        self.namespace = f"sp-{self.instance}"
        self.user_group = f"sessionproof:users:{self.instance}"
        self.home = self.namespace if self.target.deploy else OPERATOR
        """Namespace of the operator: a platform that was there before has its own."""

    # -- coming and going ------------------------------------------------------------------------------

    def open(self) -> None:
        """
        Make the namespace, deploy what the target says, and wait until the operator is ready.

        :raises TargetUnavailable: with why the operator does not become ready.
        """
        manifests = [self._placed(item) for item in manifests_of.shipped(self.target, self.root)]
        self._make_namespace(manifests)
        for manifest in sorted(manifests, key=lambda item: item["kind"] not in _SHARED):
            if manifest["kind"] != "Namespace":
                self._apply(manifest)
        self._offer_templates()
        self.hub = Hub(self.client, self.namespace, (self.session_kind, *WATCHED, kinds.DEPLOYMENT))
        self._bind_users()
        if manifests:
            self._await_operator()

    def close(self) -> None:
        """Stop watching; what was made is removed by the ledger."""
        self.hub.close()

    def must_be_healthy(self) -> None:
        """
        Look at the operator's deployment afresh; one that was there before may run by other means.

        An operator of our own that was restarted a moment ago is waited for.

        :raises TargetUnavailable: if it is not available, with why.
        """
        deployment = self.client.find(kinds.DEPLOYMENT, OPERATOR, self.home)
        if deployment is None and self.target.deploy is None:
            return
        if deployment and deployment.get("status", {}).get("availableReplicas"):
            return
        if deployment is None or self.target.deploy is None:
            state = (deployment or {}).get("status", "no such deployment")
            raise TargetUnavailable(f"deployment {self.home}/{OPERATOR} is not available: {state}")
        self._await_operator()

    # -- names -----------------------------------------------------------------------------------------

    @property
    def session_kind(self) -> ResourceType:
        """Where VDISessions are kept."""
        try:
            return self.client.kind(objects.API_VERSION, "VDISession")
        except NotFound as error:
            raise TargetUnavailable(
                f"target '{self.target.name}': no VDISession is served there; deploy the platform, or give the "
                "target a `deploy:` folder"
            ) from error

    def labels(self, scenario: str = "") -> dict[str, str]:
        """Labels of everything the run makes."""
        return {"sessionproof.io/run": self.ledger.run} | (
            {"sessionproof.io/scenario": scenario} if scenario else {}
        )

    def template(self, name: str) -> Template:
        """A template of the catalogue, with its image as the target's nodes know it."""
        template = self.catalogue.template(name)
        return replace(template, image=self.target.image(template.image))

    def template_name(self, name: str) -> str:
        """What a template of the catalogue is called on this platform; one that nobody made keeps its word."""
        return f"{name}-{self.instance}"

    def acting_as(self, person: Person) -> Client:
        """The cluster, with a person's own rights."""
        return self.client.impersonating(person.email, [self.user_group])

    def session_name(self, person: Person, scenario: str) -> str:
        """What the first session is called that the person asks for in the scenario."""
        return f"{person.name}-{scenario}"

    @property
    def operator(self) -> Subject:
        """What keeps the operator running; its pods carry its name as their instance."""
        return Subject("Deployment", self.home, OPERATOR)

    # -- measures --------------------------------------------------------------------------------------

    def reconciles(self) -> histogram.Counts:
        """
        How long the operator's reconciles took so far, from its own histogram.

        They are asked for until they come: a Service hears of a ready pod later than its Deployment does.

        :raises TargetUnavailable: if the metrics cannot be read.
        """
        timeline, source = Timeline(), "the operator's metrics"
        poller = Poller(timeline, source, self.operator, self._histogram).start()
        told = waiting.reading(f"reconciles of {self.operator}", self.operator, sources=(source,))
        try:
            reached = waiting.becomes(timeline, told, not_(ABSENT), within=_METRICS_SECONDS)
        except NotSeenInTime as error:
            raise TargetUnavailable(str(error)) from error
        finally:
            poller.close()
        counts: histogram.Counts = reached.value
        return counts

    # -- inside ----------------------------------------------------------------------------------------

    def _histogram(self) -> histogram.Counts:
        path = f"/api/v1/namespaces/{self.home}/services/{OPERATOR}-metrics:metrics/proxy/metrics"
        return histogram.counts(
            str(self.client.transport.send("GET", path)), "vdi_reconcile_duration_seconds"
        )

    def _placed(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The manifest as it is applied for this very instance."""
        placed = copy.deepcopy(dict(manifest))
        about = placed["metadata"]
        for subject in placed.get("subjects", []):
            if "namespace" in subject:
                subject["namespace"] = self.namespace
        if placed["kind"] == "ClusterRoleBinding":
            about["name"] = f"{about['name']}-{self.instance}"
        if "namespace" in about:
            about["namespace"] = self.namespace
        if placed["kind"] not in _SHARED:
            about["labels"] = about.get("labels", {}) | self.labels()
        if placed["kind"] == "Deployment":
            self._set_environment(placed["spec"]["template"]["spec"]["containers"][0])
        return placed

    def _set_environment(self, container: dict[str, Any]) -> None:
        chosen = {"INGRESS_CLASS": self.target.ingress_class, "STORAGE_CLASS": self.target.storage_class}
        own = {
            **{name: value for name, value in chosen.items() if value is not None},
            **self.target.settings,
            "WATCH_NAMESPACES": self.namespace,
            "VDI_DOMAIN": self.target.domain or "",
        }
        kept = [item for item in container.get("env", []) if item["name"] not in own]
        container["env"] = kept + [{"name": name, "value": value} for name, value in own.items()]

    def _make_namespace(self, manifests: list[dict[str, Any]]) -> None:
        shipped = next((item for item in manifests if item["kind"] == "Namespace"), {})
        labels = shipped.get("metadata", {}).get("labels", {}) | self.labels()
        with self.ledger.planned(
            things.namespace(self.namespace, cluster=self.reference), scenario=self.scenario
        ):
            self.client.create(
                {
                    "apiVersion": "v1",
                    "kind": "Namespace",
                    "metadata": {
                        "name": self.namespace,
                        "labels": labels,
                        # Another run's janitor, which knows nothing of this one, can tell that it lives.
                        "annotations": {"sessionproof.io/owner": signature()},
                    },
                }
            )

    def _apply(self, manifest: dict[str, Any]) -> None:
        about = manifest["metadata"]
        namespace = about.get("namespace", "")
        # What runs is removed before its namespace: the namespace would wait half its grace period for it.
        if manifest["kind"] in _SHARED:
            self._share(manifest)
            return
        if namespace and manifest["kind"] != "Deployment":
            self.client.apply(manifest)
            return
        thing = things.kubernetes(
            manifest["kind"],
            manifest["apiVersion"],
            about["name"],
            namespace=namespace,
            cluster=self.reference,
        )
        with self.ledger.planned(thing, scenario=self.scenario):
            self.client.apply(manifest)

    def _share(self, manifest: dict[str, Any]) -> None:
        """Another's definition of the same name is not overwritten: sessions that are not ours may hang on it."""
        try:
            self.client.apply(manifest, force=False)
        except Conflict as error:
            raise TargetUnavailable(
                f"target '{self.target.name}': {manifest['kind']} {manifest['metadata']['name']} is there already, "
                f"others keep it, and it differs: {error.message}; to certify the platform that is there take out "
                "the target's `deploy:`, else remove it"
            ) from error

    def offer(self, template: Template) -> None:
        """Make the template be on offer as it is here, under the name that it has in the catalogue."""
        manifest = objects.template_manifest(self.template_name(template.name), template)
        manifest["metadata"]["labels"] = self.labels()
        self._apply(manifest)

    def _offer_templates(self) -> None:
        for name in self.catalogue.templates:
            self.offer(self.template(name))

    def _bind_users(self) -> None:
        """Personas act as members of a group that has the role the platform ships for its users."""
        self.client.apply(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "RoleBinding",
                "metadata": {"name": USER_ROLE, "namespace": self.namespace, "labels": self.labels()},
                "roleRef": {
                    "apiGroup": "rbac.authorization.k8s.io",
                    "kind": "ClusterRole",
                    "name": USER_ROLE,
                },
                "subjects": [
                    {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": self.user_group}
                ],
            }
        )

    def _await_operator(self) -> None:
        timeline = Timeline()
        attachment = self.hub.attach(timeline)
        ready = waiting.reading(
            f"deployment {OPERATOR}: available replicas",
            self.operator,
            lambda item: item["status"]["availableReplicas"],
            missing=0,
        )
        try:
            waiting.becomes(timeline, ready, 1, within=_READY_SECONDS)
        except NotSeenInTime as error:
            troubles = [
                hint
                for pod in timeline.subjects("Pod")
                if (hint := waiting.hints.pod_trouble(pod)(timeline)) is not None
            ]
            raise TargetUnavailable("; ".join([str(error), *troubles])) from error
        finally:
            attachment.detach()
