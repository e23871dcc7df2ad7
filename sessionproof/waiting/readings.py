"""Readings: named ways of looking at the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sessionproof.timeline import Change, Entry, Subject, Timeline
from sessionproof.timeline.recording import projected

KUBERNETES_WATCH = "the kubernetes watch"
"""The source most readings look through."""

Hint = Callable[[Timeline], str | None]
"""Looks at the timeline when a wait has failed and gives a likely cause in a line, or ``None``."""

_NO_VALUE = frozenset({Change.GAP, Change.OUTAGE, Change.MARK})


class Absent:
    """The value of a thing that is not there; prints as ``absent``."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()


@dataclass(frozen=True)
class Reading:
    """
    One value of the world as it changes; made by ``reading`` or ``across``.

    Pure: given the entries it always gives the same values, so it can be replayed over the past.
    """

    name: str
    """As a failure message should call it: ``session 'desktop-7': phase``."""
    kinds: frozenset[str]
    """Kinds of the things it looks at."""
    subject: Subject | None
    """The one thing it looks at; ``None`` for all of the kinds."""
    look: Callable[[Mapping[Subject, Any]], Any]
    """The value, given the things that are there and concern the reading."""
    sources: tuple[str, ...] = (KUBERNETES_WATCH,)
    """Where the values come from; a wait ends at once when one of them ended for good."""
    hints: tuple[Hint, ...] = ()

    def concerns(self, entry: Entry) -> bool:
        """Whether *entry* can change the value."""
        if entry.change in _NO_VALUE:
            return False
        return entry.subject.kind in self.kinds if self.subject is None else entry.subject == self.subject

    def replay(self, state: dict[Subject, Any], entry: Entry) -> Any:
        """Take *entry*, which must concern the reading, into *state* and give the value then."""
        if entry.present:
            state[entry.subject] = entry.value
        else:
            state.pop(entry.subject, None)
        return self.look(state)


def reading(
    name: str,
    subject: Subject,
    project: Callable[[Any], Any] | None = None,
    *,
    missing: Any = ABSENT,
    sources: Iterable[str] = (KUBERNETES_WATCH,),
    hints: Iterable[Hint] = (),
) -> Reading:
    """
    A value of one subject.

    :param project: what of the subject to read, the whole by default; a field that is not there yet
        (``LookupError``, ``TypeError``, ``AttributeError``) reads as *missing*.
    :param missing: the value while the subject is not there.
    """

    def look(state: Mapping[Subject, Any]) -> Any:
        return projected(project, state[subject], missing) if subject in state else missing

    return Reading(name, frozenset([subject.kind]), subject, look, tuple(sources), tuple(hints))


def across(
    name: str,
    kinds: str | Iterable[str],
    project: Callable[[Mapping[Subject, Any]], Any],
    *,
    sources: Iterable[str] = (KUBERNETES_WATCH,),
    hints: Iterable[Hint] = (),
) -> Reading:
    """
    A value of all things of one kind, or of some, together: how many there are, who leads, which are ready.

    :param project: given the present things by subject; must not modify them.
    """
    looked_at = frozenset([kinds] if isinstance(kinds, str) else kinds)
    return Reading(name, looked_at, None, project, tuple(sources), tuple(hints))
