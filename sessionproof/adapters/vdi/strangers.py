"""Objects of strangers in a platform's namespace: by name or by label like a session's, and owned by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sessionproof.adapters.vdi import objects
from sessionproof.adapters.vdi.product import VdiProduct
from sessionproof.adapters.vdi.surroundings import idle_pod
from sessionproof.clients.kubernetes import ResourceType
from sessionproof.ledger import things
from sessionproof.ports.sessions import Person, Session
from sessionproof.timeline import Subject

_BODIES: Mapping[str, Mapping[str, Any]] = {
    "Service": {"spec": {"ports": [{"name": "http", "port": 8080}]}},
    "Secret": {"data": {"word": "c3RyYW5nZQ=="}},
    "PersistentVolumeClaim": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
    },
    "Ingress": {
        "spec": {
            "ingressClassName": "strangers",
            "defaultBackend": {"service": {"name": "nobody", "port": {"number": 8080}}},
        },
    },
}
"""What a stranger's object says, apart from pods; each is harmless to whatever runs there."""


@dataclass
class VdiStrangers:
    """Lays strangers' objects for one scenario."""

    product: VdiProduct

    def lay_beside(self, session: Session, kind: str) -> Subject:
        """Every label that the contract asks of a part, and no owner."""
        labels = objects.required_labels(session.subject.name, session.person.email)
        return self._lay(kind, f"stranger-{session.subject.name}", labels)

    def lay_in_the_way(self, person: Person, kind: str) -> Subject:
        """The name that the contract gives to the part."""
        session = self.product.platform.session_name(person, self.product.scenario)
        return self._lay(kind, objects.PART_NAMES[kind].format(session), {})

    def content(self, thing: Subject) -> Mapping[str, Any] | None:
        found = self.product.client.find(self._resource(thing.kind), thing.name, thing.namespace)
        if found is None:
            return None
        about = found["metadata"]
        said = _BODIES.get(thing.kind, {})
        return {
            "uid": about["uid"],
            "labels": about.get("labels"),
            "owners": about.get("ownerReferences"),
            "being deleted": "deletionTimestamp" in about,
            "data": found.get("data"),
            # Binders and controllers fill in what nobody has said.
            **{key: found.get("spec", {}).get(key) for key in said.get("spec", {})},
        }

    def _lay(self, kind: str, name: str, labels: Mapping[str, str]) -> Subject:
        namespace = self.product.platform.namespace
        marks = {
            **labels,
            **self.product.platform.labels(self.product.scenario),
            objects.STRANGER_LABEL: "yes",
        }
        manifest = (
            idle_pod(self.product.platform, name, marks)
            if kind == "Pod"
            else self._manifest(kind, name, marks)
        )
        thing = things.kubernetes(
            kind, objects.PART_KINDS[kind], name, namespace=namespace, cluster=self.product.platform.reference
        )
        with self.product.ledger.planned(thing, scenario=self.product.scenario):
            self.product.client.create(manifest)
        return Subject(kind, namespace, name)

    def _manifest(self, kind: str, name: str, labels: Mapping[str, str]) -> dict[str, Any]:
        return {
            "apiVersion": objects.PART_KINDS[kind],
            "kind": kind,
            "metadata": {"name": name, "namespace": self.product.platform.namespace, "labels": dict(labels)},
            **_BODIES[kind],
        }

    def _resource(self, kind: str) -> ResourceType:
        return self.product.client.kind(objects.PART_KINDS[kind], kind)
