"""Who may do what on the platform, by the answer of the cluster and by trying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sessionproof.ports.sessions import Person, Session


@dataclass(frozen=True)
class Rule:
    """One thing that somebody may do."""

    source: str
    """Where it stands."""
    verbs: tuple[str, ...]
    things: tuple[str, ...]
    """What they may be done to: groups, resources and paths."""

    @property
    def wildcards(self) -> tuple[str, ...]:
        """Every part of it that stands for more than it says."""
        return tuple(part for part in (*self.verbs, *self.things) if "*" in part)

    def __str__(self) -> str:
        return f"{self.source}: {', '.join(self.verbs)} {', '.join(map(repr, self.things))}"


@dataclass(frozen=True)
class Try:
    """One way in which a person tried to do something, and how it ended."""

    way: str
    refused: bool
    """Whether she was told that she has no right to it."""
    said: str
    """What she was told."""

    def __str__(self) -> str:
        return f"{self.way}: {self.said}"


class Rights(Protocol):
    """Looks at rights, and tries them."""

    def of_operator(self) -> Sequence[Rule]:
        """
        All that the operator may do on resources: by every role bound to it and by the cluster's own review.

        :raises TargetUnavailable: if the operator's identity is not known.
        """
        ...

    def on_sessions(self, person: Person) -> Sequence[str]:
        """What the person may do with sessions by the cluster's own review: verbs, ``verb status`` for a part."""
        ...

    def try_to_change(self, session: Session, person: Person) -> Sequence[Try]:
        """Try every way to change the session with the person's own rights; what succeeds does no harm."""
        ...

    def try_to_read_secret(self, session: Session, person: Person) -> Sequence[Try]:
        """Try every way to read the session's secret with the person's own rights; its content is not kept."""
        ...
