"""A product in memory: what is truly there, and what of it a watch has told the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from sessionproof import waiting
from sessionproof.errors import FaultUnproven
from sessionproof.ports.access import Answer, Door
from sessionproof.ports.admission import Printed, Refusal
from sessionproof.ports.faults import Undo
from sessionproof.ports.rights import Rule, Try
from sessionproof.ports.sessions import Channel, Person, Request, Session, Workload
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting import KUBERNETES_WATCH, Reading

KIND = "VDISession"
FINALIZER = "example/clean-up"
DOORS = (Door("/", public=True), Door("/api"), Door("/stream", socket=True))
EVERY_PART = ("Pod", "PersistentVolumeClaim", "Secret", "Service", "Ingress")


class FakeProduct:
    """
    Does nothing by itself: a test says what becomes of a session, and when.

    ``there`` is the truth that fresh looks find; ``record`` and ``forget`` change it and let the watch see
    it, unless told otherwise.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.there: dict[Subject, dict[str, Any]] = {}
        self.wanted = Workload("desk:1", {"LANG": "C"}, {"http": 8080}, {"cpu": 2.0, "memory": 1024.0})
        self.runs = self.wanted
        self.unlabelled_parts: list[str] = []
        self.log: dict[str, str] = {}
        """What arrived, by session's name."""
        self.statuses: dict[tuple[str, str] | None, dict[str, int]] = {}
        """What doors say, by credential and path; 401 to what is not there, 200 at public doors."""
        self.doors: Sequence[Door] = DOORS
        self.held: list[str] = []
        self.hints: list[waiting.Hint] = []
        """What explains why a session is ill."""
        self.deleted: list[tuple[str, str, Channel]] = []
        self.requests: list[Request] = []
        self.asked_by: list[tuple[str, Channel]] = []
        self.admission = FakeAdmission(self)
        self.rights = FakeRights()
        self.notes: dict[str, str] = {}
        """What is saved in homes, by session's name."""
        self._uids = count(1)

    # -- what a test lets happen -----------------------------------------------------------------------

    def record(self, subject: Subject, body: dict[str, Any], *, watched: bool = True) -> None:
        """It is there, like this, from now on."""
        change = Change.CHANGED if subject in self.there else Change.APPEARED
        self.there[subject] = {"metadata": {"name": subject.name}} | body
        if watched:
            self.timeline.record(KUBERNETES_WATCH, subject, change, self.there[subject])

    def forget(self, subject: Subject, *, really: bool = True, watched: bool = True) -> None:
        """It is gone; not *really*: the watch only says so."""
        body = self.there.pop(subject, None) if really else self.there.get(subject)
        if watched:
            self.timeline.record(KUBERNETES_WATCH, subject, Change.GONE, body)

    def become(
        self, session: Session, phase: str, *, finalizers: Sequence[str] = (FINALIZER,), **status: Any
    ) -> None:
        """The session is in this phase, with what else its status says kept."""
        before = self.there.get(session.subject, {}).get("status", {})
        metadata = {"name": session.subject.name, "finalizers": list(finalizers)}
        self.record(session.subject, {"metadata": metadata, "status": before | {"phase": phase} | status})

    def own(self, session: Session, *kinds: str, suffix: str = "", watched: bool = True) -> None:
        """The session owns one more of each of these."""
        for kind in kinds:
            body = {"owner": session.subject.name, "uid": f"uid-{next(self._uids)}"}
            self.record(part(session, kind, suffix), body | self._named(session, suffix), watched=watched)

    def warn(self, session: Session, reason: str, kind: str = "Warning") -> None:
        """A warning event about the session, or one of another kind."""
        subject = Subject("Event", "", f"{session.subject.name}.{reason}")
        self.record(subject, {"reason": reason, "about": session.subject.name, "type": kind})

    def place(self, session: Session, how: str) -> None:
        """What becomes of the session's pod in its search for a node."""
        pod = part(session, "Pod")
        self.record(pod, self.there[pod] | {"placement": how})

    # -- the ports -------------------------------------------------------------------------------------

    def create(self, request: Request, person: Person, through: Channel) -> Session:
        self.requests.append(request)
        self.asked_by.append((person.name, through))
        return Session(Subject(KIND, "", f"{person.name}-{len(self.requests)}"), person, request)

    def delete(self, session: Session, person: Person, through: Channel) -> None:
        self.deleted.append((session.subject.name, person.name, through))

    def credential(self, session: Session) -> tuple[str, str]:
        return ("user", f"password of {session.subject.name}")

    def phase(self, session: Session) -> Reading:
        return replace(self._status(session, "phase"), hints=tuple(self.hints))

    def message(self, session: Session) -> Reading:
        return self._status(session, "message")

    def url(self, session: Session) -> Reading:
        return self._status(session, "url")

    def presence(self, session: Session) -> Reading:
        return waiting.reading(f"{session}: its object", session.subject, lambda _: True)

    def parts(self, session: Session, kinds: Sequence[str] | None = None) -> Reading:
        def of_session(things: Mapping[Subject, Any]) -> tuple[str, ...]:
            return tuple(
                sorted(str(s) for s, it in things.items() if it.get("owner") == session.subject.name)
            )

        return waiting.across(
            f"{session}: what it owns",
            [*(kinds or EVERY_PART), *(() if kinds else ("ConfigMap",))],
            of_session,
        )

    def identities(self, session: Session, kind: str) -> Reading:
        def uids(things: Mapping[Subject, Any]) -> tuple[str, ...]:
            return tuple(sorted(it["uid"] for it in things.values() if it["owner"] == session.subject.name))

        return waiting.across(f"{session}: its {kind}", kind, uids)

    def incarnation(self, session: Session) -> Reading:
        return self.identities(session, "Pod")

    def placement(self, session: Session) -> Reading:
        return waiting.reading(
            f"{session}: the placement of its pod", part(session, "Pod"), lambda it: it.get("placement")
        )

    def started(self, session: Session) -> Reading:
        return self._status(session, "started")

    def ending(self, session: Session) -> Reading:
        return waiting.reading(f"{session}: its end", session.subject, lambda it: it["status"].get("ending"))

    def warnings(self, session: Session) -> Reading:
        return self._events(session, "Warning")

    def notices(self, session: Session) -> Reading:
        return self._events(session, "Normal")

    def write_note(self, session: Session, text: str) -> None:
        self.notes[session.subject.name] = text

    def read_note(self, session: Session) -> str | None:
        return self.notes.get(session.subject.name)

    def state(self, session: Session) -> Mapping[str, Any] | None:
        return self.there.get(session.subject)

    def owned(self, session: Session) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        for subject, body in self.there.items():
            if body.get("owner") == session.subject.name:
                found.setdefault(subject.kind, []).append(body)
        return found

    def unlabelled(self, session: Session) -> Sequence[str]:
        return self.unlabelled_parts

    def workload(self, session: Session) -> Workload:
        return self.runs

    def expected_workload(self, session: Session) -> Workload:
        return self.wanted

    def expected_refusal(self, session: Session) -> str:
        return f"Template not found: {session.request.template}"

    def finalizer(self) -> str:
        return FINALIZER

    def remove_by_hand(self, session: Session, kind: str) -> None:
        if part(session, kind) not in self.there:
            raise FaultUnproven(f"there is no {kind}")
        self.forget(part(session, kind))

    def hold(self, session: Session, kind: str) -> Undo:
        self.held.append(kind)

        def lift() -> None:
            if kind in self.held:
                self.held.remove(kind)

        return lift

    def try_each(self, url: str, credential: tuple[str, str] | None) -> Sequence[Answer]:
        right = credential is not None and url == f"https://{credential[1].removeprefix('password of ')}.test"
        said = self.statuses.get(credential, {})
        return [
            Answer(door, said.get(door.path, 200 if door.public or right else 401)) for door in self.doors
        ]

    def get(self, url: str) -> Answer:
        return Answer(DOORS[0], 200)

    def answer(self, url: str) -> Reading:
        return waiting.reading(f"{url}: answer", Subject("Address", "", url), sources=(f"GET {url}",))

    def received(self, session: Session) -> str:
        return self.log.get(session.subject.name, "")

    def arrivals(self, session: Session) -> Reading:
        subject = session.subject._replace(kind="Arrivals")
        self.timeline.record("the log", subject, Change.OBSERVED, self.received(session))
        return waiting.reading("what arrived", subject, sources=("the log",))

    # -- inside ----------------------------------------------------------------------------------------

    def _events(self, session: Session, kind: str) -> Reading:
        def about(things: Mapping[Subject, Any]) -> tuple[str, ...]:
            own = [it for it in things.values() if it["about"] == session.subject.name]
            return tuple(sorted(it["reason"] for it in own if it["type"] == kind))

        return waiting.across(f"{session}: {kind} events", "Event", about)

    def _status(self, session: Session, field: str) -> Reading:
        return waiting.reading(f"{session}: {field}", session.subject, lambda it: it["status"].get(field))

    def _named(self, session: Session, suffix: str) -> dict[str, Any]:
        return {"metadata": {"name": session.subject.name + suffix}}


class FakeAdmission:
    """Refuses what a test says."""

    def __init__(self, product: FakeProduct) -> None:
        self._product = product
        self.refusal: Refusal | None = None
        self.printed = Printed("list them", (), "")

    def attempt(self, request: Request, person: Person, through: Channel) -> tuple[Session, Refusal | None]:
        return self._product.create(request, person, through), self.refusal

    def made(self, session: Session) -> Sequence[str]:
        mine = {s for s, body in self._product.there.items() if body.get("owner") == session.subject.name}
        return sorted(str(s) for s in self._product.there if s == session.subject or s in mine)

    def path(self, field: str) -> str:
        return f"spec.{field}"

    def hosts(self, session: Session, label: str) -> Sequence[str]:
        return (f"{label}.test", f"{label}-2.test")

    def listing(self, person: Person, kind: str) -> Printed:
        return self.printed


class FakeRights:
    """Rights as a test gives them."""

    def __init__(self) -> None:
        self.rules: Sequence[Rule] = ()
        self.allowed: Sequence[str] = ()
        self.tries: Sequence[Try] = ()

    def of_operator(self) -> Sequence[Rule]:
        return self.rules

    def on_sessions(self, person: Person) -> Sequence[str]:
        return self.allowed

    def try_to_change(self, session: Session, person: Person) -> Sequence[Try]:
        return self.tries

    def try_to_read_secret(self, session: Session, person: Person) -> Sequence[Try]:
        return self.tries


def part(session: Session, kind: str, suffix: str = "") -> Subject:
    """A part of the session."""
    return Subject(kind, "", session.subject.name + suffix)
