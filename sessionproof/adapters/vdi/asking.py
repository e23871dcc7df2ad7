"""Asking for VDISessions with a person's own rights, by API and by command line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sessionproof.adapters.vdi import objects
from sessionproof.adapters.vdi.platform import VdiPlatform
from sessionproof.clients.kubectl import CommandRefused, Kubectl
from sessionproof.clients.kubernetes import Refused
from sessionproof.ledger import Ledger, things
from sessionproof.ports.admission import Printed, Refusal
from sessionproof.ports.sessions import Channel, Person, Request, Session
from sessionproof.timeline import Subject

_INVALID = 422


@dataclass
class Asking:
    """Asks for the sessions of one scenario; each is in the ledger before it is asked for."""

    platform: VdiPlatform
    kubectl: Kubectl
    ledger: Ledger
    scenario: str
    """Id of the scenario; part of every name that a story does not give itself."""
    _asked: Counter[str] = field(default_factory=Counter)
    """How often each person has asked."""

    def create(self, request: Request, person: Person, through: Channel) -> Session:
        """:raises SuiteWrong: if it is refused."""
        session = self._session(request, person)
        self._send(session, through)
        return session

    def attempt(self, request: Request, person: Person, through: Channel) -> tuple[Session, Refusal | None]:
        session = self._session(request, person)
        try:
            self._send(session, through)
        except Refused as error:
            return session, Refusal(error.message, error.status == _INVALID)
        except CommandRefused as error:
            # kubectl says so of what the API server answers with 422, and of nothing else.
            return session, Refusal(error.said, " is invalid: " in error.said)
        return session, None

    def made(self, session: Session) -> Sequence[str]:
        client, subject = self.platform.client, session.subject
        looked_at = [(self.platform.session_kind, f"metadata.name={subject.name}", "")]
        looked_at += [
            (client.kind(version, kind), "", f"{objects.SESSION_LABEL}={subject.name}")
            for kind, version in objects.PART_KINDS.items()
        ]
        return [
            f"{kind.kind} {item['metadata']['name']}"
            for kind, fields, labels in looked_at
            for item in client.list(kind, subject.namespace, fields=fields, labels=labels)
        ]

    def path(self, field: str) -> str:
        return objects.FIELDS[field]

    def hosts(self, session: Session, label: str) -> Sequence[str]:
        subject, domain = session.subject, self.platform.target.domain
        digits = hashlib.sha256(f"{subject.namespace}/{subject.name}".encode()).hexdigest()[:6]
        return (f"{label}.{domain}", f"{label}-{digits}.{domain}")

    def listing(self, person: Person, kind: str) -> Printed:
        command = f"kubectl get {kind}"
        try:
            text = self.kubectl.table(
                kind, self.platform.namespace, user=person.email, group=self.platform.user_group
            )
        except CommandRefused as error:
            return Printed(command, (), error.said)
        return Printed(command, objects.table_rows(text), text)

    # -- inside ----------------------------------------------------------------------------------------

    def _session(self, request: Request, person: Person) -> Session:
        self._asked[person.name] += 1
        turn = self._asked[person.name]
        own = self.platform.session_name(person, self.scenario) + (f"-{turn}" if turn > 1 else "")
        name = str(request.fields.get("name", own))
        return Session(Subject("VDISession", self.platform.namespace, name), person, request)

    def _send(self, session: Session, through: Channel) -> None:
        name, namespace, person = session.subject.name, session.subject.namespace, session.person
        thing = things.kubernetes(
            "VDISession", objects.API_VERSION, name, namespace=namespace, cluster=self.platform.reference
        )
        with self.ledger.planned(thing, scenario=self.scenario):
            if through == "command line":
                self.kubectl.apply(self._manifest(session), user=person.email, group=self.platform.user_group)
            else:
                self.platform.acting_as(person).create(self._manifest(session))

    def _manifest(self, session: Session) -> dict[str, Any]:
        template = self.platform.template_name(session.request.template)
        manifest = objects.session_manifest(session, template)
        manifest["metadata"]["labels"] = self.platform.labels(self.scenario)
        return manifest
