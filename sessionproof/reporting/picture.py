"""
The timeline of a scenario as a picture: what was there when, what was asked, what was broken.

Pure: records in, SVG out. No script, no font file, nothing that a report would refuse to show. Colours
are told apart by people who see fewer of them, and no meaning hangs on colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

WIDTH, LEFT, RIGHT = 990, 260, 16
LANE, TOP, AXIS = 26, 58, 34
MOST_LANES = 18
MOST_MARKS = 14

Record = Mapping[str, Any]

# Okabe and Ito's colours, light enough to carry black words.
_PHASES = {
    "Pending": "#f5d899",
    "Creating": "#f5d899",
    "ContainerCreating": "#f5d899",
    "Running": "#8fd3bb",
    "Ready": "#8fd3bb",
    "Bound": "#8fd3bb",
    "Live": "#8fd3bb",
    "Terminating": "#d9c3e6",
    "Failed": "#f0a98a",
    "Succeeded": "#c9d6df",
}
_THERE = "#b8d9f0"
_INK, _FAINT, _GRID, _FAULT = "#1b2733", "#5a6875", "#e3e8ec", "#c0392b"
_KINDS = {
    "VDISession": "session",
    "Session": "session",
    "Pod": "pod",
    "Container": "container",
    "Service": "service",
    "Ingress": "address",
    "PersistentVolumeClaim": "home volume",
    "Secret": "password",
    "Node": "node",
    "Viewer": "viewer",
    "Stream": "stream",
    "Lease": "lease",
    "Deployment": "deployment",
    "Probe": "probe",
}
# What says nothing that another lane does not say in better words.
_UNDRAWN = frozenset({"Event", "Story", "Namespace", "EndpointSlice", "Arrivals"})


@dataclass
class Bar:
    """A stretch of a lane in which the thing was there and in one phase."""

    begin: float
    end: float | None
    words: str
    color: str


@dataclass
class Lane:
    """One thing, from when it was first seen."""

    name: str
    bars: list[Bar] = field(default_factory=list)


@dataclass(frozen=True)
class Mark:
    """An instant of the story."""

    at: float
    words: str


@dataclass
class Fault:
    """A stretch in which something was broken on purpose or could not be reached."""

    begin: float
    end: float | None
    words: str
    kind: str


@dataclass
class Drawing:
    """What the picture shows, before it has coordinates."""

    lanes: list[Lane]
    marks: list[Mark]
    faults: list[Fault]
    end: float
    left_out: int = 0


def drawing(records: Iterable[Record], failed_at: float | None = None) -> Drawing:
    """Sort a timeline's records into lanes, marks and faults."""
    lanes: dict[tuple[str, str, str], Lane] = {}
    marks: list[Mark] = []
    faults: list[Fault] = []
    end = failed_at or 0.0
    for record in records:
        at, change = float(record["seconds"]), record["change"]
        end = max(end, at)
        value = record.get("value")
        if change in ("mark", "outage"):
            _note(record, at, value, marks, faults)
        elif change == "gap":
            begin = value.get("since", at) if isinstance(value, Mapping) else at
            faults.append(Fault(begin if isinstance(begin, int | float) else at, at, record["note"], "gap"))
        elif record["kind"] not in _UNDRAWN:
            key = (record["kind"], record["namespace"], record["name"])
            _extend(lanes.setdefault(key, Lane(_title(record))), at, change, value)
    order = list(_KINDS)
    kinds = sorted(
        lanes.items(), key=lambda item: order.index(item[0][0]) if item[0][0] in _KINDS else len(order)
    )
    drawn = [lane for _, lane in kinds if lane.bars]
    return Drawing(drawn[:MOST_LANES], marks, faults, end, max(0, len(drawn) - MOST_LANES))


def svg(records: Iterable[Record], failed_at: float | None = None) -> str:
    """The picture as SVG text; empty if there is nothing to draw."""
    shown = drawing(records, failed_at)
    if not shown.lanes and not shown.marks and not shown.faults:
        return ""
    return _Sheet(shown, failed_at).text()


def _note(record: Record, at: float, value: Any, marks: list[Mark], faults: list[Fault]) -> None:
    part = value.get("span") if isinstance(value, Mapping) else None
    note = str(record.get("note") or "")
    if part == "begin":
        faults.append(Fault(at, None, note, str(value.get("kind", "fault"))))
    elif part == "end":
        for fault in reversed(faults):
            if fault.end is None and fault.kind == value.get("kind"):
                fault.end = at
                break
    elif note:
        marks.append(Mark(at, note))


def _extend(lane: Lane, at: float, change: str, value: Any) -> None:
    last = lane.bars[-1] if lane.bars else None
    if change == "gone":
        if last is not None and last.end is None:
            last.end = at
        return
    words = _phase(value)
    if last is not None and last.end is None:
        if last.words == words:
            return
        last.end = at
    lane.bars.append(Bar(at, None, words, _PHASES.get(words, _THERE)))


def _phase(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "" if value is None or isinstance(value, list) else str(value)[:40]
    about = value.get("metadata")
    if isinstance(about, Mapping) and about.get("deletionTimestamp"):
        return "Terminating"
    status = value.get("status")
    phase = status.get("phase") if isinstance(status, Mapping) else value.get("phase")
    return str(phase) if isinstance(phase, str) else ""


def _title(record: Record) -> str:
    kind = _KINDS.get(record["kind"], record["kind"])
    return f"{kind} {record['name']}".strip()


class _Sheet:
    """Puts a drawing on a sheet of fixed width."""

    def __init__(self, shown: Drawing, failed_at: float | None) -> None:
        self._shown = shown
        self._failed_at = failed_at
        self._end = max(shown.end * 1.02, 0.1)
        self._marks = _thinned(shown.marks)
        self._top = TOP + 14 * max(0, len(_rows(self._marks, self._x)) - 1)
        self._bottom = self._top + LANE * max(1, len(shown.lanes))
        self._height = self._bottom + AXIS + (18 if shown.left_out else 0)
        self._parts: list[str] = []

    def text(self) -> str:
        self._grid()
        self._lanes()
        self._faults()
        self._story_marks()
        if self._failed_at is not None:
            self._failure(self._failed_at)
        if self._shown.left_out:
            self._words(
                LEFT, self._height - 6, f"and {self._shown.left_out} more things that are not drawn", _FAINT
            )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._height}" width="{WIDTH}" '
            f'height="{self._height}" font-family="Helvetica, Arial, sans-serif" font-size="12" role="img" '
            f'aria-label="timeline of the scenario">'
            '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="2.2" height="7" fill="{_FAULT}" '
            'fill-opacity="0.55"/></pattern></defs>'
            f'<rect width="{WIDTH}" height="{self._height}" fill="#ffffff"/>{"".join(self._parts)}</svg>'
        )

    def _x(self, seconds: float) -> float:
        share = min(1.0, max(0.0, seconds / self._end))
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def _grid(self) -> None:
        step = nice_step(self._end)
        for number in range(math.floor(self._end / step + 1e-9) + 1):
            at = number * step
            x = self._x(at)
            self._parts.append(
                f'<line x1="{x}" y1="{self._top - 6}" x2="{x}" y2="{self._bottom + 4}" stroke="{_GRID}"/>'
            )
            self._words(x, self._bottom + 18, f"{at:g} s", _FAINT, "middle")

    def _lanes(self) -> None:
        for number, lane in enumerate(self._shown.lanes):
            y = self._top + number * LANE
            self._words(LEFT - 10, y + 16, _short(lane.name, 34), _INK, "end", hint=lane.name)
            for bar in lane.bars:
                x, end = self._x(bar.begin), self._x(self._end if bar.end is None else bar.end)
                width = max(2.0, round(end - x, 1))
                span = f"{bar.begin:.2f} s to {'the end' if bar.end is None else f'{bar.end:.2f} s'}"
                hint = escape(f"{lane.name} {bar.words or 'there'}: {span}")
                self._parts.append(
                    f'<rect x="{x}" y="{y + 3}" width="{width}" height="{LANE - 7}" rx="3" '
                    f'fill="{bar.color}" '
                    f'stroke="{_FAINT}" stroke-width="0.6"><title>{hint}</title></rect>'
                )
                if bar.words and width > 6.6 * len(bar.words) + 6:
                    self._words(x + 5, y + 16, bar.words, _INK)

    def _faults(self) -> None:
        for fault in self._shown.faults:
            x, end = self._x(fault.begin), self._x(self._end if fault.end is None else fault.end)
            width = max(3.0, round(end - x, 1))
            self._parts.append(
                f'<rect x="{x}" y="{self._top - 6}" width="{width}" height="{self._bottom - self._top + 6}" '
                f'fill="url(#hatch)" stroke="{_FAULT}"><title>{escape(fault.words)}</title></rect>'
            )
            anchor, at = ("end", end) if x > WIDTH * 0.7 else ("start", x)
            self._words(at, self._bottom + 32, f"{fault.kind}: {_short(fault.words, 60)}", _FAULT, anchor)

    def _story_marks(self) -> None:
        for row, marks in enumerate(_rows(self._marks, self._x)):
            y = self._top - 20 - 14 * row
            for mark in marks:
                x = self._x(mark.at)
                self._parts.append(
                    f'<line x1="{x}" y1="{y + 3}" x2="{x}" y2="{self._bottom}" stroke="{_INK}" '
                    'stroke-dasharray="2 3"/>'
                )
                anchor = "end" if x > WIDTH - 7 * len(_mark_words(mark)) else "start"
                self._words(
                    x, y, "▾ " + _mark_words(mark), _INK, anchor, hint=f"{mark.at:.2f} s: {mark.words}"
                )

    def _failure(self, at: float) -> None:
        x = self._x(at)
        self._parts.append(
            f'<line x1="{x}" y1="{self._top - 10}" x2="{x}" y2="{self._bottom + 4}" stroke="{_FAULT}" '
            f'stroke-width="2.5"><title>failed at {at:.2f} s</title></line>'
        )
        anchor = "end" if x > WIDTH * 0.6 else "start"
        self._words(x, 14, f"✕ failed here, at {at:.1f} s", _FAULT, anchor, bold=True)

    def _words(
        self,
        x: float,
        y: float,
        words: str,
        color: str,
        anchor: str = "start",
        *,
        bold: bool = False,
        hint: str = "",
    ) -> None:
        weight = ' font-weight="bold"' if bold else ""
        title = f"<title>{escape(hint)}</title>" if hint else ""
        self._parts.append(
            f'<text x="{x}" y="{y}" fill="{color}" text-anchor="{anchor}"{weight}>{title}'
            f"{escape(words)}</text>"
        )


def nice_step(seconds: float) -> float:
    """The distance of the axis's marks: 1, 2 or 5 times a power of ten, so that about eight fit."""
    raw = seconds / 8
    power: float = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)


def _rows(marks: Sequence[Mark], x: Any) -> list[list[Mark]]:
    rows: list[list[Mark]] = []
    ends: list[float] = []
    for mark in marks:
        begin, long = x(mark.at), 6.4 * len(_mark_words(mark)) + 20
        if begin > WIDTH - 7 * len(_mark_words(mark)):
            begin -= long
        for number, end in enumerate(ends):
            if begin > end:
                rows[number].append(mark)
                ends[number] = begin + long
                break
        else:
            rows.append([mark])
            ends.append(begin + long)
    return rows


def _thinned(marks: list[Mark]) -> list[Mark]:
    """So many marks as can be read; of more, the first and the last ones."""
    half = MOST_MARKS // 2
    return marks if len(marks) <= MOST_MARKS else [*marks[:half], *marks[-half:]]


def _mark_words(mark: Mark) -> str:
    return _short(mark.words, 44)


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"
