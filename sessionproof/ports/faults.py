"""Abilities to break a session's parts; each fault proves that it took hold and gives its own undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sessionproof.ports.sessions import Session

Undo = Callable[[], None]
"""Lifts the fault and proves it lifted; a second call does nothing. Raises FaultUnproven."""


class LosesParts(Protocol):
    """Parts of a session can be taken away by hand."""

    def remove_by_hand(self, session: Session, kind: str) -> None:
        """
        Delete the part without grace and see that this very one (by uid) is going or gone.

        :raises FaultUnproven: if it was not there or stays.
        """
        ...


class HoldsRemoval(Protocol):
    """The removal of a session's part can be held up."""

    def hold(self, session: Session, kind: str) -> Undo:
        """
        Keep the part from being removed until undone.

        :raises FaultUnproven: if the hold cannot be read back.
        """
        ...
