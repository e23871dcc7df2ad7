"""The values a timeline is made of; all immutable, none knows where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sessionproof.model.clock import Moment


class Change(StrEnum):
    """What an entry says about its subject."""

    APPEARED = "appeared"
    """The subject came into being while it was watched."""
    CHANGED = "changed"
    GONE = "gone"
    """The subject ceased to be; the value is the last one it had, for evidence."""
    OBSERVED = "observed"
    """It was looked at and is as told: present when watching began, or a poll's sign of life."""
    GAP = "gap"
    """Changes in this stretch may have been missed; what is there now follows as entries of its own."""
    OUTAGE = "outage"
    """The source could not be reached (or can again): see ``Timeline.spans``."""
    MARK = "mark"
    """Something the story did: asked, clicked, broke or mended."""


PRESENT = frozenset({Change.APPEARED, Change.CHANGED, Change.OBSERVED})
"""Changes after which the subject is there and has the entry's value."""


class Subject(NamedTuple):
    """The thing an entry is about."""

    kind: str
    """Kind as its product spells it: ``Pod``, ``VDISession``; ``Probe``, ``Story`` for other sources."""
    namespace: str
    """Empty for things without one."""
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


STORY = Subject("Story", "", "")
"""The subject of marks that are about no thing in particular."""


class Entry(NamedTuple):
    """One line of the record."""

    seq: int
    """Place in the record, from 0 without holes."""
    at: Moment
    """When it was seen here; an entry that had to be held back is older than its neighbours."""
    source: str
    """Who saw it, in words a failure message can use: ``the kubernetes watch``."""
    subject: Subject
    change: Change
    value: Any = None
    """The whole thing as seen, secrets masked; never to be modified."""
    note: str = ""

    @property
    def present(self) -> bool:
        """Whether the subject is there, with this value, from here on."""
        return self.change in PRESENT


class Seen(NamedTuple):
    """A value and the stretch in which it was the one in force."""

    value: Any
    since: Moment
    until: Moment | None
    """When another value took its place; ``None`` while it lasts."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known about a source of entries."""

    error_bound: float
    """Seconds by which its entries may be later than the event, while it can be reached."""
    refused: Mapping[str, Exception]
    """Kinds of which nothing more will come, and why (bad credentials, no right to look)."""


def note_value(seen: list[Seen], value: Any, at: Moment) -> None:
    """Append *value* to the distinct successive values, unless it is the one in force."""
    if seen and seen[-1].value == value:
        return
    if seen:
        seen[-1] = seen[-1]._replace(until=at)
    seen.append(Seen(value, at, None))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time with a name: a fault, an outage or a gap."""

    name: str
    kind: str
    """``fault``, ``outage`` or ``gap``; ``refused`` when a source ended for good."""
    source: str
    subject: Subject
    begin: Moment
    end: Moment | None
    """``None`` while it lasts."""

    def overlaps(self, since: Moment, until: Moment) -> bool:
        """Whether any of it lies between the two moments."""
        return self.begin.mono <= until.mono and (self.end is None or self.end.mono >= since.mono)
