"""The recorder: append, mark, span, subscribe and ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sessionproof.model.clock import Clock, Moment, SystemClock
from sessionproof.timeline.entries import STORY, Change, Entry, Seen, SourceState, Span, Subject, note_value

Project = Callable[[Any], Any]
Handle = int


class Timeline:
    """
    Everything seen in one scenario, in the order it was seen; safe to use from any thread.

    Creating one costs next to nothing: no thread, no connection.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self.began: Moment = self.clock.now()
        self._grown = threading.Condition(threading.Lock())
        self._entries: list[Entry] = []
        self._of: dict[Subject, list[Entry]] = {}
        self._spans: list[Span] = []
        self._sources: dict[str, SourceState] = {}

    # -- writing ---------------------------------------------------------------------------------------

    def record(
        self,
        source: str,
        subject: Subject,
        change: Change,
        value: Any = None,
        note: str = "",
        *,
        at: Moment | None = None,
    ) -> Entry:
        """
        Append one entry and wake whoever waits.

        :param value: kept as it is; mask and copy before, never modify after.
        :param at: when it was seen, if that was before now.
        """
        moment = at or self.clock.now()
        with self._grown:
            entry = Entry(len(self._entries), moment, source, subject, change, value, note)
            self._entries.append(entry)
            known = self._of.get(subject)
            if known is None:
                self._of[subject] = [entry]
            else:
                known.append(entry)
            self._grown.notify_all()
        return entry

    def mark(self, note: str, subject: Subject = STORY, value: Any = None) -> Moment:
        """Write down that the story did something, and return when: the cause that waits count from."""
        return self.record("the story", subject, Change.MARK, value, note).at

    @contextmanager
    def span(self, name: str, subject: Subject = STORY, *, kind: str = "fault") -> Iterator[Handle]:
        """A stretch of the story, drawn as a bar: a fault from when it was asked to when it was lifted."""
        handle = self.open_span(name, subject, kind=kind)
        try:
            yield handle
        finally:
            self.close_span(handle)

    def open_span(
        self, name: str, subject: Subject = STORY, *, kind: str = "fault", source: str = "the story"
    ) -> Handle:
        """Begin a stretch whose end is not in the same block; give the handle to ``close_span``."""
        change = Change.OUTAGE if kind in ("outage", "refused") else Change.MARK
        entry = self.record(source, subject, change, {"span": "begin", "kind": kind}, name)
        with self._grown:
            self._spans.append(Span(name, kind, source, subject, entry.at, None))
            return len(self._spans) - 1

    def close_span(self, handle: Handle, note: str = "") -> None:
        """End the stretch; a second time does nothing."""
        with self._grown:
            span = self._spans[handle]
            if span.end is not None:
                return
            self._spans[handle] = replace(span, end=self.clock.now())
        change = Change.OUTAGE if span.kind in ("outage", "refused") else Change.MARK
        self.record(span.source, span.subject, change, {"span": "end", "kind": span.kind}, note or span.name)

    def gap(self, source: str, subject: Subject, begin: Moment, note: str) -> None:
        """Write down that changes since *begin* may have been missed; ends now."""
        entry = self.record(source, subject, Change.GAP, {"since": begin}, note)
        with self._grown:
            self._spans.append(Span(note, "gap", source, subject, begin, entry.at))

    def source(self, name: str, error_bound: float) -> None:
        """Make a source known, with the seconds its entries may lag behind the event."""
        with self._grown:
            known = self._sources.get(name, _UNKNOWN)
            self._sources[name] = replace(known, error_bound=error_bound)

    def refuse(self, source: str, kind: str, error: Exception) -> None:
        """Write down that *source* will tell nothing more of *kind*; waits that depend on it end at once."""
        with self._grown:
            known = self._sources.get(source, _UNKNOWN)
            self._sources[source] = replace(known, refused={**known.refused, kind: error})
        self.open_span(str(error), Subject(kind, "", ""), kind="refused", source=source)

    # -- asking ----------------------------------------------------------------------------------------

    def now(self) -> Moment:
        return self.clock.now()

    def __len__(self) -> int:
        return len(self._entries)

    def entries(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        kind: str | None = None,
        subject: Subject | None = None,
        source: str | None = None,
        change: Change | None = None,
    ) -> list[Entry]:
        """Entries in the order they were recorded that fit everything given; both ends included."""
        with self._grown:
            pool = list(self._entries if subject is None else self._of.get(subject, ()))
        return [
            entry
            for entry in pool
            if (since is None or entry.at.mono >= since.mono)
            and (until is None or entry.at.mono <= until.mono)
            and (kind is None or entry.subject.kind == kind)
            and (source is None or entry.source == source)
            and (change is None or entry.change is change)
        ]

    def after(self, seq: int) -> list[Entry]:
        """Entries from place *seq* on: what a subscriber has not read yet."""
        with self._grown:
            return self._entries[seq:]

    def wait_beyond(self, length: int, seconds: float) -> bool:
        """Give up this thread until there are more than *length* entries or *seconds* passed; tell which."""
        return self.clock.wait(self._grown, lambda: len(self._entries) > length, seconds)

    def subjects(self, kind: str | None = None) -> list[Subject]:
        """Every subject seen, in order of first sight."""
        with self._grown:
            return [subject for subject in self._of if kind is None or subject.kind == kind]

    def latest(self, subject: Subject) -> Entry | None:
        """The last entry that tells whether *subject* is there and how; ``None`` if it was never seen."""
        with self._grown:
            known = self._of.get(subject, [])
            telling = (entry for entry in reversed(known) if entry.present or entry.change is Change.GONE)
            return next(telling, None)

    def at(self, moment: Moment) -> dict[Subject, Any]:
        """What was there at *moment*, with its value then."""
        there: dict[Subject, Any] = {}
        for entry in self.entries(until=moment):
            if entry.present:
                there[entry.subject] = entry.value
            elif entry.change is Change.GONE:
                there.pop(entry.subject, None)
        return there

    def history(self, subject: Subject, project: Project | None = None, *, absent: Any = None) -> list[Seen]:
        """
        The distinct successive values of *subject*, each with the stretch it was in force.

        :param project: what of the value to look at; the whole by default. A projection that finds its
            field missing (``LookupError``, ``TypeError``) reads as *absent*.
        :param absent: the value that stands for "not there".
        """
        seen: list[Seen] = []
        for entry in self.entries(subject=subject):
            if entry.present:
                value = projected(project, entry.value, absent)
            elif entry.change is Change.GONE:
                value = absent
            else:
                continue
            note_value(seen, value, entry.at)
        return seen

    def first_seen(
        self, subject: Subject, where: Callable[[Any], bool] | None = None, *, since: Moment | None = None
    ) -> Moment | None:
        """When *subject* was first there (with a value that fits *where*); ``None`` if never."""
        entry = self.first_entry(subject, where, since=since)
        return entry.at if entry else None

    def first_entry(
        self, subject: Subject, where: Callable[[Any], bool] | None = None, *, since: Moment | None = None
    ) -> Entry | None:
        """The entry that first tells so; ``None`` if none does."""
        for entry in self.entries(subject=subject, since=since):
            if entry.present and (where is None or projected(where, entry.value, False)):
                return entry
        return None

    def gone_at(self, subject: Subject, *, since: Moment | None = None) -> Moment | None:
        """When *subject* was first seen gone; ``None`` if that was not seen."""
        gone = self.entries(subject=subject, change=Change.GONE, since=since)
        return gone[0].at if gone else None

    def between(
        self, subject: Subject, first: Callable[[Any], bool], then: Callable[[Any], bool]
    ) -> float | None:
        """Seconds from the first value that fits *first* to the next that fits *then*; ``None`` if unseen."""
        begin = self.first_seen(subject, first)
        end = self.first_seen(subject, then, since=begin) if begin else None
        return end.after(begin) if begin and end else None

    def spans(self, kind: str | None = None) -> list[Span]:
        """Faults, outages and gaps in the order they began to be known."""
        with self._grown:
            return [span for span in self._spans if kind is None or span.kind == kind]

    def source_state(self, name: str) -> SourceState | None:
        """What is known of a source; ``None`` if it never made itself known."""
        with self._grown:
            return self._sources.get(name)

    def to_records(self) -> list[dict[str, Any]]:
        """A frozen copy that JSON can carry: seconds are counted from the timeline's beginning."""
        with self._grown:
            entries = list(self._entries)
        return [
            {
                "seq": entry.seq,
                "seconds": round(entry.at.after(self.began), 6),
                "wall": entry.at.iso(),
                "source": entry.source,
                "kind": entry.subject.kind,
                "namespace": entry.subject.namespace,
                "name": entry.subject.name,
                "change": entry.change.value,
                "value": _plain(entry.value),
                "note": entry.note,
            }
            for entry in entries
        ]


_UNKNOWN = SourceState(0.0, {})


def projected(project: Callable[[Any], Any] | None, value: Any, absent: Any) -> Any:
    """*value* through *project*; a field that is not there yet reads as *absent*."""
    if project is None:
        return value
    try:
        return project(value)
    except (LookupError, TypeError, AttributeError):
        return absent


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Moment):
        return value.iso()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return repr(value)
