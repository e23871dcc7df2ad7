"""Asking for sessions, looking at them, and getting rid of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from sessionproof.catalogue import Resources
from sessionproof.timeline import Subject
from sessionproof.waiting import Reading

Channel = Literal["API", "command line"]
"""How a person reaches the platform."""


@dataclass(frozen=True)
class Person:
    """A persona as she exists in one scenario."""

    name: str
    """Her name in the stories."""
    email: str
    """Her own address, unique to the scenario."""


@dataclass(frozen=True)
class Request:
    """What a person asks for; None is left to the platform's defaults."""

    template: str
    """Name of a template of the catalogue; one that is not there is asked for as it is."""
    persistent: bool | None = None
    resources: Resources | None = None
    fields: Mapping[str, str | int | None] = field(default_factory=dict)
    """What is said besides or instead, right or wrong, by the field's word in the stories; None leaves it out."""
    lifetime: int | None = None
    """Seconds that it may run before the platform ends it."""


@dataclass(frozen=True)
class Session:
    """A session that was asked for: the platform's handle on it."""

    subject: Subject
    """What the timeline calls it."""
    person: Person
    request: Request

    @property
    def user(self) -> str:
        """Whom it is for: the person who asked, unless she named another."""
        return str(self.request.fields.get("user", self.person.email))

    def __str__(self) -> str:
        return f"session '{self.subject.name}'"


@dataclass(frozen=True)
class Workload:
    """What runs for a session, in comparable terms."""

    image: str
    env: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    """``cpu`` in cores, ``memory`` in bytes."""


class Sessions(Protocol):
    """The life of sessions on one platform."""

    def create(self, request: Request, person: Person, through: Channel) -> Session:
        """Ask for a session with the person's own rights; its clean-up is registered before it is made."""
        ...

    def delete(self, session: Session, person: Person, through: Channel) -> None:
        """Ask for its end with the person's own rights; does not wait."""
        ...

    def credential(self, session: Session) -> tuple[str, str]:
        """User name and password, as the session's owner is told them; masked in all evidence from here on."""
        ...


class Watched(Protocol):
    """Readings of one session over the timeline."""

    def phase(self, session: Session) -> Reading:
        """Its phase; ABSENT while it is not there."""
        ...

    def presence(self, session: Session) -> Reading:
        """True while it is there in any phase; ABSENT before and after."""
        ...

    def message(self, session: Session) -> Reading: ...

    def url(self, session: Session) -> Reading: ...

    def parts(self, session: Session, kinds: Sequence[str] | None = None) -> Reading:
        """Names of the things it owns that are there, as ``Kind name``, sorted; of *kinds* only, if given."""
        ...

    def identities(self, session: Session, kind: str) -> Reading:
        """Which objects of this kind it has that are not going, sorted: one made anew is another one."""
        ...

    def incarnation(self, session: Session) -> Reading:
        """What runs for it, sorted: changes when it is replaced, begins anew or is told to end."""
        ...

    def placement(self, session: Session) -> Reading:
        """``scheduled``, or why no node has taken it; None while nobody has looked for a node."""
        ...

    def warnings(self, session: Session) -> Reading:
        """Reasons of the warning events about it, sorted."""
        ...

    def notices(self, session: Session) -> Reading:
        """Reasons of the other events about it, sorted."""
        ...

    def started(self, session: Session) -> Reading:
        """When its lifetime began, in seconds since the epoch by the platform's clock; None before."""
        ...

    def ending(self, session: Session) -> Reading:
        """
        When its end was asked for, in seconds since the epoch by the platform's clock; None before.

        ABSENT once it is gone.
        """
        ...


class Inspected(Protocol):
    """Fresh looks at one session, past every cache and watch."""

    def state(self, session: Session) -> Mapping[str, Any] | None:
        """The object itself, or None when it is gone."""
        ...

    def owned(self, session: Session) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every object that names the session as its controlling owner, by kind."""
        ...

    def unlabelled(self, session: Session) -> Sequence[str]:
        """What of the owned lacks a label the contract asks for: ``Kind name: label``."""
        ...

    def workload(self, session: Session) -> Workload:
        """What runs."""
        ...

    def expected_workload(self, session: Session) -> Workload:
        """What must run by template and request."""
        ...

    def expected_refusal(self, session: Session) -> str:
        """The sentence with which a template that does not exist must be refused."""
        ...

    def finalizer(self) -> str:
        """The finalizer that holds a session until its clean-up is done."""
        ...


class Homes(Protocol):
    """What a person keeps in a session."""

    def write_note(self, session: Session, text: str) -> None:
        """
        Save a text in the session's home, from inside.

        :raises TargetUnavailable: if nothing could be saved.
        """
        ...

    def read_note(self, session: Session) -> str | None:
        """The text that is there now, read from inside; None if there is none."""
        ...
