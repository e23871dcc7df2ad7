"""Requests that may be refused, and how the platform's sessions are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sessionproof.ports.sessions import Channel, Person, Request, Session


@dataclass(frozen=True)
class Refusal:
    """Why a request was turned away on the spot."""

    words: str
    """What the person is told."""
    invalid: bool
    """Whether it is what she asked for that is wrong, and not her right to ask."""


@dataclass(frozen=True)
class Printed:
    """What a command printed."""

    command: str
    """As a person types it."""
    rows: Sequence[Mapping[str, str]]
    """Of the table, by the columns' headings; none if the command was refused."""
    text: str
    """As it was printed, or why it was refused."""


class Admission(Protocol):
    """Asks for what may be refused."""

    def attempt(self, request: Request, person: Person, through: Channel) -> tuple[Session, Refusal | None]:
        """Ask with the person's own rights; the session is the handle to look for, also after a refusal."""
        ...

    def made(self, session: Session) -> Sequence[str]:
        """``Kind name`` of the session itself and of everything labelled as its own, by a fresh look."""
        ...

    def path(self, field: str) -> str:
        """What the platform calls a field, given its word in the stories."""
        ...

    def hosts(self, session: Session, label: str) -> Sequence[str]:
        """The hosts that the session may have: its user's own, and the one it gets if that is taken."""
        ...

    def listing(self, person: Person, kind: str) -> Printed:
        """What the command line prints when the person lists a kind of object, by any of its names."""
        ...
