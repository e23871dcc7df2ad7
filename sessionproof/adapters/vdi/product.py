"""The life of VDISessions on one platform: asked for, looked at, broken, and got rid of."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sessionproof import waiting
from sessionproof.adapters.vdi import histogram, objects, readings
from sessionproof.adapters.vdi.asking import Asking
from sessionproof.adapters.vdi.doors import SessionDoors
from sessionproof.adapters.vdi.platform import VdiPlatform
from sessionproof.adapters.vdi.rights import SessionRights
from sessionproof.clients.https import Unanswered
from sessionproof.clients.kubectl import Kubectl
from sessionproof.clients.kubernetes import Client, Conflict, NotFound, ResourceType, kinds
from sessionproof.errors import FaultUnproven, SuiteWrong, TargetUnavailable, Violated
from sessionproof.ledger import Ledger, things
from sessionproof.model.measures import Measurement
from sessionproof.ports.access import Answer
from sessionproof.ports.faults import Undo
from sessionproof.ports.sessions import Channel, Person, Request, Session, Workload
from sessionproof.timeline import Subject, Timeline
from sessionproof.waiting import Reading
from sessionproof.watchers.polling import Poller

_HOLD = "sessionproof.io/held"
"""The foreign finalizer by which the removal of a part is held up."""

_NOTE = "/home/user/note.txt"
"""What a person saves: in her home, wherever it is kept."""

_CONFLICTS = 20
"""How often others may change an object while a finalizer is being taken off it."""


@dataclass
class VdiProduct:
    """Everything that a story may do to, and see of, its sessions on one platform."""

    platform: VdiPlatform
    client: Client
    kubectl: Kubectl
    doors: SessionDoors
    ledger: Ledger
    timeline: Timeline
    scenario: str
    """Id of the scenario; part of every name, so that scenarios do not meet."""
    keep_secret: Callable[[str], None]
    """Told of each password, so that evidence masks it."""
    closing: ExitStack
    """Ends what watches for this scenario alone."""
    reconciled_before: histogram.Counts
    """The operator's reconciles before this scenario: they were made under other stories' load."""

    @cached_property
    def admission(self) -> Asking:
        """Asks for sessions, also for such as may be refused."""
        return Asking(self.platform, self.kubectl, self.ledger, self.scenario)

    @cached_property
    def rights(self) -> SessionRights:
        """Who may do what."""
        return SessionRights(self.platform, self.client)

    # -- the life of a session -------------------------------------------------------------------------

    def create(self, request: Request, person: Person, through: Channel) -> Session:
        """Ask for a session with the person's own rights; in the ledger before it is made."""
        return self.admission.create(request, person, through)

    def delete(self, session: Session, person: Person, through: Channel) -> None:
        """Ask for its end with the person's own rights."""
        name, namespace = session.subject.name, session.subject.namespace
        if through == "command line":
            self.kubectl.delete(
                "vdisession", name, namespace, user=person.email, group=self.platform.user_group
            )
        else:
            self.platform.acting_as(person).delete(self.platform.session_kind, name, namespace)

    def credential(self, session: Session) -> tuple[str, str]:
        """User name and password from the session's own Secret; masked in evidence from here on."""
        secret = self.client.get(kinds.SECRET, f"{session.subject.name}-auth", session.subject.namespace)
        user, password = (base64.b64decode(secret["data"][key]).decode() for key in ("username", "password"))
        self.keep_secret(password)
        return user, password

    # -- what can be watched ---------------------------------------------------------------------------

    def phase(self, session: Session) -> Reading:
        return readings.phase(session)

    def message(self, session: Session) -> Reading:
        return readings.message(session)

    def url(self, session: Session) -> Reading:
        return readings.url(session)

    def presence(self, session: Session) -> Reading:
        return readings.presence(session)

    def parts(self, session: Session, kinds: Sequence[str] | None = None) -> Reading:
        return readings.parts(session, kinds)

    def identities(self, session: Session, kind: str) -> Reading:
        return readings.identities(session, kind)

    def incarnation(self, session: Session) -> Reading:
        return readings.incarnation(session)

    def placement(self, session: Session) -> Reading:
        return readings.placement(session)

    def warnings(self, session: Session) -> Reading:
        return readings.events(session, "Warning")

    def notices(self, session: Session) -> Reading:
        return readings.events(session, "Normal")

    def started(self, session: Session) -> Reading:
        return readings.started(session)

    def ending(self, session: Session) -> Reading:
        return readings.ending(session)

    # -- fresh looks -----------------------------------------------------------------------------------

    def state(self, session: Session) -> Mapping[str, Any] | None:
        return self.client.find(self.platform.session_kind, session.subject.name, session.subject.namespace)

    def owned(self, session: Session) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """By owner reference while the session is there, by label afterwards; both are looked at."""
        state = self.state(session)
        found: dict[str, Sequence[Mapping[str, Any]]] = {}
        for kind, api_version in objects.PART_KINDS.items():
            items = self.client.list(self.client.kind(api_version, kind), session.subject.namespace)
            found[kind] = [item for item in items if self._belongs(session, state, item)]
        return found

    def unlabelled(self, session: Session) -> Sequence[str]:
        required = objects.required_labels(session.subject.name, session.user)
        return [
            f"{kind} {item['metadata']['name']}: {label}={value}"
            for kind, items in self.owned(session).items()
            for item in items
            for label, value in required.items()
            if (item["metadata"].get("labels") or {}).get(label) != value
        ]

    def workload(self, session: Session) -> Workload:
        return objects.workload(self._part(session, "Pod"))

    def expected_workload(self, session: Session) -> Workload:
        return objects.expected_workload(session.request, self.platform.template(session.request.template))

    def expected_refusal(self, session: Session) -> str:
        return f"Template not found: {self.platform.template_name(session.request.template)}"

    def finalizer(self) -> str:
        return objects.FINALIZER

    def received(self, session: Session) -> str:
        """The keys in the log that the beacon writes to the pod's output, in order."""
        written = self.client.logs(
            session.subject.name, session.subject.namespace, container=objects.CONTAINER
        )
        return "".join(event["value"] for event in _events(written) if event.get("kind") == "key")

    def write_note(self, session: Session, text: str) -> None:
        """With a shell in the session's container, and read back."""
        script = 'printf %s "$1" > "$2"'
        self._execute(session, "sh", "-c", script, "sh", text, _NOTE)
        if (found := self.read_note(session)) != text:
            raise TargetUnavailable(
                f"{session}: {text!r} was written to {_NOTE}, and {found!r} is read from it"
            )

    def read_note(self, session: Session) -> str | None:
        return self._execute(session, "sh", "-c", '! test -e "$1" || cat "$1"', "sh", _NOTE) or None

    def reconcile_time(self) -> Measurement:
        """The operator's reconciles since this scenario began; a percentile is its bucket's upper bound."""
        return histogram.measurement(self.platform.reconciles(), self.reconciled_before, "reconcile time")

    def relays(self) -> Sequence[str]:
        """The STUN and TURN servers that the platform is told of, as browsers are to be offered them."""
        return objects.relays(self.platform.target.settings.get("TURN_URL", ""))

    # -- its doors -------------------------------------------------------------------------------------

    def try_each(self, url: str, credential: tuple[str, str] | None) -> Sequence[Answer]:
        return self.doors.try_each(url, credential)

    def get(self, url: str) -> Answer:
        return self.doors.get(url)

    def answer(self, url: str) -> Reading:
        """The status of a verified GET, or why there is none; polled until the scenario ends."""
        return self._polled(
            f"{url}: answer", f"GET {url}", Subject("Address", "", url), lambda: self._status(url)
        )

    def arrivals(self, session: Session) -> Reading:
        """What has been received so far, polled: a log reaches its reader a moment after the picture does."""
        subject = session.subject._replace(kind="Arrivals")
        source = f"the log of {session.subject.name}"
        return self._polled(f"{session}: what arrived", source, subject, lambda: self.received(session))

    def _polled(self, name: str, source: str, subject: Subject, ask: Callable[[], Any]) -> Reading:
        if self.timeline.source_state(source) is None:
            poller = Poller(self.timeline, source, subject, ask).start()
            self.closing.callback(poller.close)
        return waiting.reading(name, subject, sources=(source,))

    def _status(self, url: str) -> int | str:
        """No answer is what the platform does here, not an outage of the looking: it is a value."""
        try:
            return self.doors.get(url).status
        except Unanswered as error:
            return str(error)

    # -- faults ----------------------------------------------------------------------------------------

    def remove_by_hand(self, session: Session, kind: str) -> None:
        part = self._part(session, kind)
        about = part["metadata"]
        resource = self._resource(kind)
        self.client.delete(resource, about["name"], about["namespace"], grace_seconds=0, uid=about["uid"])
        left = self.client.find(resource, about["name"], about["namespace"])
        if left and left["metadata"]["uid"] == about["uid"] and "deletionTimestamp" not in left["metadata"]:
            raise FaultUnproven(f"{kind} {about['name']} was deleted by hand and is still there, untouched")

    def hold(self, session: Session, kind: str) -> Undo:
        about = self._part(session, kind)["metadata"]
        resource, name, namespace = self._resource(kind), about["name"], about["namespace"]
        fault = things.Thing(
            things.FAULT + "remove-finalizer",
            f"hold on {kind} {name}",
            {
                "cluster": self.platform.reference,
                "apiVersion": resource.api_version,
                "kind": kind,
                "namespace": namespace,
                "name": name,
                "finalizer": _HOLD,
            },
        )
        entry = self.ledger.plan(fault, scenario=self.scenario)
        self.client.patch(
            resource, name, {"metadata": {"finalizers": [*about.get("finalizers", []), _HOLD]}}, namespace
        )
        held = self.client.get(resource, name, namespace)["metadata"].get("finalizers", [])
        if _HOLD not in held:
            raise FaultUnproven(
                f"{kind} {name}: the hold was set and cannot be read back; finalizers: {held}"
            )
        entry.made()

        def lift() -> None:
            if entry.state == "removed":
                return
            drop_finalizer(self.client, resource, name, namespace, _HOLD)
            entry.removed()

        return lift

    # -- inside ----------------------------------------------------------------------------------------

    def _part(self, session: Session, kind: str) -> Mapping[str, Any]:
        found = self.owned(session)[kind]
        if len(found) != 1:
            raise Violated(f"{session}: owns {len(found)} of kind {kind}; one is needed here")
        return found[0]

    def _resource(self, kind: str) -> ResourceType:
        return self.client.kind(objects.PART_KINDS[kind], kind)

    def _belongs(self, session: Session, state: Mapping[str, Any] | None, item: Mapping[str, Any]) -> bool:
        if state is not None:
            return objects.owns(state, item)
        return objects.is_part(session.subject.name, item)

    def _execute(self, session: Session, *command: str) -> str:
        name, namespace = session.subject.name, session.subject.namespace
        done = self.client.execute(name, namespace, command, container=objects.CONTAINER)
        if done.code:
            raise TargetUnavailable(
                f"{session}: {command[0]} in its container ended with {done.code}: {done.err.decode(errors='replace')}"
            )
        return done.out.decode(errors="replace")


def drop_finalizer(client: Client, resource: ResourceType, name: str, namespace: str, finalizer: str) -> None:
    """
    Take one finalizer off an object and see it gone; an object that is not there needs nothing.

    :raises FaultUnproven: if it is still on.
    """
    for _ in range(_CONFLICTS):
        item = client.find(resource, name, namespace)
        if item is None or finalizer not in item["metadata"].get("finalizers", []):
            return
        about = item["metadata"]
        rest = [each for each in about["finalizers"] if each != finalizer]
        # Others take their own finalizers off at the same moment: nothing of theirs may be put back.
        body = {"metadata": {"finalizers": rest, "resourceVersion": about["resourceVersion"]}}
        with suppress(Conflict, NotFound):
            client.patch(resource, name, body, namespace)
    raise FaultUnproven(
        f"{resource.kind} {name}: {finalizer} could not be taken off in {_CONFLICTS} attempts"
    )


def _events(written: str) -> Sequence[Mapping[str, Any]]:
    """The beacon's lines among what the container wrote; each line begins with the API server's time."""
    events = []
    for line in written.splitlines():
        text = line.partition(" ")[2]
        if text.startswith('{"t"'):
            try:
                events.append(json.loads(text))
            except ValueError as error:
                raise SuiteWrong(f"the beacon's log has a line that is no JSON: {text!r}") from error
    return events
