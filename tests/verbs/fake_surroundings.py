"""What stands around sessions, in memory: an operator, room, templates, and strangers' things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sessionproof import waiting
from sessionproof.ports.faults import Undo
from sessionproof.ports.sessions import Person, Session
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting import KUBERNETES_WATCH, Reading


class FakeSurroundings:
    """One operator is ready from the beginning; a test says when the next one is."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.did: list[str] = []
        self.faults: list[str] = []
        """What stands, and is to be lifted."""
        self.replicas: list[Subject] = []
        self.replica("operator-1")

    def replica(self, name: str) -> None:
        """A replica of the operator is ready."""
        subject = Subject("Operator", "", name)
        self.replicas.append(subject)
        self.timeline.record(KUBERNETES_WATCH, subject, Change.APPEARED, {})

    def operator(self) -> Reading:
        return waiting.across(
            "the operator: replicas that are ready",
            "Operator",
            lambda there: tuple(sorted(subject.name for subject in there)),
        )

    def kill_operator(self) -> None:
        self.did.append("kill")
        for subject in self.replicas:
            self.timeline.record(KUBERNETES_WATCH, subject, Change.GONE, {})
        self.replicas.clear()

    def deny_room(self) -> Undo:
        return self._fault("no room")

    def make_room(self) -> Undo:
        self.did.append("room")
        return self._fault("room")

    def change_template(self, name: str) -> Undo:
        return self._fault(f"{name} changed")

    def withdraw_template(self, name: str) -> Undo:
        return self._fault(f"{name} deleted")

    def _fault(self, name: str) -> Undo:
        self.faults.append(name)

        def lift() -> None:
            if name in self.faults:
                self.faults.remove(name)

        return lift


class FakeStrangers:
    """Strangers' things by subject; a test changes or removes them."""

    def __init__(self) -> None:
        self.there: dict[Subject, dict[str, Any]] = {}

    def lay_beside(self, session: Session, kind: str) -> Subject:
        return self._lay(Subject(kind, "", f"stranger-{session.subject.name}"))

    def lay_in_the_way(self, person: Person, kind: str) -> Subject:
        return self._lay(Subject(kind, "", f"{person.name}-1"))

    def content(self, thing: Subject) -> Mapping[str, Any] | None:
        found = self.there.get(thing)
        return dict(found) if found else None

    def _lay(self, thing: Subject) -> Subject:
        self.there[thing] = {"uid": "stranger", "owners": None}
        return thing
