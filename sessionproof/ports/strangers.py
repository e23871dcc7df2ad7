"""Things of strangers: they look like a session's parts, and belong to nobody that the platform knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sessionproof.ports.sessions import Person, Session
from sessionproof.timeline import Subject


class LaysStrangers(Protocol):
    """Puts a stranger's things next to sessions; the clean-up of each is registered before it is made."""

    def lay_beside(self, session: Session, kind: str) -> Subject:
        """One that carries the labels of the session's own part of this kind, under another name."""
        ...

    def lay_in_the_way(self, person: Person, kind: str) -> Subject:
        """One whose name the part of this kind of the session that the person asks for next would have."""
        ...

    def content(self, thing: Subject) -> Mapping[str, Any] | None:
        """
        What of it only its owner may change, with its identity, by a fresh look; None if it is gone.

        One that is being deleted says so.
        """
        ...
