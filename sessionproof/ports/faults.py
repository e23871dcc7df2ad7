"""Abilities to break sessions and what they stand on; each fault proves that it took hold and gives its undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sessionproof.ports.sessions import Session
from sessionproof.waiting import Reading

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


class KillsOperator(Protocol):
    """What makes sessions run can be killed, and comes back by itself."""

    def operator(self) -> Reading:
        """Names of its replicas that are ready, sorted; a replica that replaces another has a name of its own."""
        ...

    def kill_operator(self) -> None:
        """
        End every replica without grace; returns when none of those that were there runs any more.

        :raises FaultUnproven: if there was none, or one that was there is not seen to have ended.
        """
        ...


class DeniesRoom(Protocol):
    """There can be no room for sessions."""

    def deny_room(self) -> Undo:
        """
        Whatever is started from now on needs something that no node has, until undone.

        What was started meanwhile goes on needing it.

        :raises FaultUnproven: if what is started does not need it.
        """
        ...

    def make_room(self) -> Undo:
        """
        Every node has what was needed, until undone.

        :raises FaultUnproven: if a node does not say so.
        """
        ...


class ChangesTemplates(Protocol):
    """What sessions are made from can be changed under them."""

    def change_template(self, name: str) -> Undo:
        """
        Offer something else under the name, read back; undone by offering what the catalogue says.

        :raises FaultUnproven: if the change cannot be read back.
        """
        ...

    def withdraw_template(self, name: str) -> Undo:
        """
        Offer nothing under the name any more.

        :raises FaultUnproven: if it is still there.
        """
        ...
