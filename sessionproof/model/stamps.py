"""
Reading the stamp that a desktop draws, and judging a series of readings.

The suite's own reader: it shares no code with the program that draws. A stamp is three rows of 32 cells,
most significant bit first, white = 1; the last byte of each row is a checksum that folds a constant and the
row's number in, so that black, white and rows out of place are never valid.

========  ============================================================================
row       content
========  ============================================================================
0         wall clock, milliseconds since the epoch modulo 2^24; checksum
1         frame number modulo 2^16; input counter modulo 2^8; checksum
2         session marker: first 24 bits of SHA-256 of the session's name; checksum
========  ============================================================================

Clocks are compared modulo 2^24 ms (4.66 hours). Reader and writer share a machine, or their clocks are
disciplined to each other. One latency is exact to one frame of the reader, the series says which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sessionproof.model.measures import Measurement

CELLS = 32
ROWS = 3
CLOCK_MS = 1 << 24
"""The stamp's clock begins anew after so many milliseconds."""
GREY = (0.35, 0.65)
"""Levels in between are neither black nor white."""
FUTURE_MS = 50.0
"""A stamp further ahead of the reader's clock is an error of a clock, not a fast picture."""
FRESH_MS = 500.0
"""A stamp older than that when it is seen is no sign of a live picture."""
FREEZE_FRAMES = 30
"""Frames over which the average of W3C's freeze criterion is taken."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one picture says of itself."""

    clock_ms: int
    """When it was painted, modulo 2^24."""
    frame: int
    """Its number, modulo 2^16."""
    inputs: int
    """Key and button events that had arrived, modulo 2^8."""
    marker: int
    """Whose session it is, 24 bits."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A picture that no conclusion on its content can be drawn from."""

    reason: str


def marker_of(session: str) -> int:
    """The marker of the session with this name."""
    return int.from_bytes(hashlib.sha256(session.encode()).digest()[:3], "big")


def decode(levels: Sequence[float]) -> Stamp | Unreadable:
    """
    Read one picture.

    :param levels: brightness of the inner half of each cell, row by row, 0 = black to 1 = white.
    :raises ValueError: if there are not 96 of them: the reader is broken.
    """
    if len(levels) != ROWS * CELLS:
        raise ValueError(f"a stamp has {ROWS * CELLS} cells, {len(levels)} were read")
    grey = [index for index, level in enumerate(levels) if GREY[0] <= level <= GREY[1]]
    if grey:
        row, cell = divmod(grey[0], CELLS)
        return Unreadable(f"{len(grey)} grey cells, the first in row {row} at {cell}: {levels[grey[0]]:.2f}")
    rows = [_bytes(levels[row * CELLS : (row + 1) * CELLS]) for row in range(ROWS)]
    for number, (first, second, third, found) in enumerate(rows):
        if found != first ^ second ^ third ^ 0xA5 ^ number:
            return Unreadable(_no_stamp(levels) or f"checksum of row {number} is wrong")
    clock, counters, marker = rows
    return Stamp(
        clock_ms=int.from_bytes(clock[:3], "big"),
        frame=int.from_bytes(counters[:2], "big"),
        inputs=counters[2],
        marker=int.from_bytes(marker[:3], "big"),
    )


def _bytes(levels: Sequence[float]) -> bytes:
    bits = 0
    for level in levels:
        bits = bits << 1 | (level > GREY[1])
    return bits.to_bytes(CELLS // 8, "big")


def _no_stamp(levels: Sequence[float]) -> str:
    if all(level < GREY[0] for level in levels):
        return "the picture is black"
    return "the picture is white" if all(level > GREY[1] for level in levels) else ""


def latency_ms(seen_ms: float, clock_ms: int) -> float:
    """
    Milliseconds from paint to seen, from -2^23 up to 2^23; negative: the stamp is from the future.

    :param seen_ms: the reader's clock, since the epoch.
    """
    return (seen_ms - clock_ms + CLOCK_MS / 2) % CLOCK_MS - CLOCK_MS / 2


@dataclass(frozen=True, slots=True)
class Reading:
    """One picture that was looked at."""

    seen_ms: float
    """The reader's clock when it was seen, milliseconds since the epoch."""
    seen: Stamp | Unreadable

    @property
    def latency_ms(self) -> float | None:
        """From paint to seen; None if it is unreadable."""
        return latency_ms(self.seen_ms, self.seen.clock_ms) if isinstance(self.seen, Stamp) else None


@dataclass(frozen=True, slots=True)
class StampSeries:
    """Everything that was read from one picture in one stretch of time, and what follows from it."""

    began: float
    """Seconds since the epoch when reading began."""
    ended: float
    """Seconds since the epoch when reading ended."""
    readings: tuple[Reading, ...] = ()
    """Every picture looked at, in order, those that did not change included."""

    # -- what was read ---------------------------------------------------------------------------------

    @property
    def distinct(self) -> tuple[Reading, ...]:
        """The first reading of each stamp; a clock that went backwards does not count."""
        found: list[Reading] = []
        newest: int | None = None
        for reading in self.readings:
            if isinstance(reading.seen, Stamp):
                clock = reading.seen.clock_ms
                if newest is None or 0 < (clock - newest) % CLOCK_MS < CLOCK_MS // 2:
                    newest = clock
                    found.append(reading)
        return tuple(found)

    @property
    def live(self) -> tuple[Reading, ...]:
        """The first reading of each stamp that was painted just before it was seen."""
        return tuple(
            each
            for each in self.distinct
            if each.latency_ms is not None and -FUTURE_MS <= each.latency_ms <= FRESH_MS
        )

    @property
    def fresh(self) -> int:
        """How many distinct stamps were painted just before they were seen."""
        return len(self.live)

    def painted_since(self, moment: float) -> int:
        """How many distinct stamps were painted after *moment*, seconds since the epoch, however late they came."""
        return sum(
            each.latency_ms is not None and each.seen_ms - each.latency_ms > moment * 1000
            for each in self.distinct
        )

    @property
    def first_fresh(self) -> float | None:
        """Seconds since the epoch when the first fresh stamp was seen."""
        return self.live[0].seen_ms / 1000 if self.live else None

    @property
    def last_fresh(self) -> float | None:
        """Seconds since the epoch when the last fresh stamp was seen."""
        return self.live[-1].seen_ms / 1000 if self.live else None

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """The pictures that no stamp could be read from."""
        return tuple(each.seen for each in self.readings if isinstance(each.seen, Unreadable))

    # -- what is wrong ---------------------------------------------------------------------------------

    def foreign(self, expected: int) -> tuple[int, ...]:
        """The markers read that are not *expected*, each once, in order: pictures of other sessions."""
        seen = (each.seen.marker for each in self.readings if isinstance(each.seen, Stamp))
        return tuple(dict.fromkeys(marker for marker in seen if marker != expected))

    @property
    def clock_errors(self) -> tuple[str, ...]:
        """Stamps from the future, or older than the one before: mistakes of a clock or of the reader."""
        stamped = [each for each in self.readings if isinstance(each.seen, Stamp)]
        errors = [
            f"a stamp from {-each.latency_ms:.0f} ms in the future"
            for each in stamped
            if each.latency_ms is not None and each.latency_ms < -FUTURE_MS
        ]
        for before, after in pairwise(stamped):
            assert isinstance(before.seen, Stamp) and isinstance(after.seen, Stamp)
            back = (before.seen.clock_ms - after.seen.clock_ms) % CLOCK_MS
            if 0 < back < CLOCK_MS // 2:
                errors.append(f"a stamp {back} ms older than the one before")
        return tuple(errors)

    @property
    def frozen_since(self) -> float | None:
        """
        Seconds since the epoch from when on the picture stood until reading ended; None while it moved.

        It stands when the gap since the last new stamp reaches W3C's freeze criterion, the larger of three
        times the average gap and the average plus 150 ms, over at most 30 gaps. A picture of which never a
        fresh stamp was seen stands from the beginning.
        """
        if not self.live:
            return self.began
        times = [each.seen_ms for each in self.live][-FREEZE_FRAMES - 1 :]
        gaps = [after - before for before, after in pairwise(times)]
        average = sum(gaps) / len(gaps) if gaps else 0.0
        gap = self.ended * 1000 - times[-1]
        return times[-1] / 1000 if gap >= max(3 * average, average + 150) else None

    # -- how fast --------------------------------------------------------------------------------------

    @property
    def frame_seconds(self) -> float:
        """The middle time between two pictures that were looked at: no time is known better than that."""
        gaps = sorted(after.seen_ms - before.seen_ms for before, after in pairwise(self.readings))
        return gaps[len(gaps) // 2] / 1000 if gaps else max(0.0, self.ended - self.began)

    @property
    def rate(self) -> float:
        """Fresh stamps a second, from the first to the last."""
        if self.fresh < 2:
            return 0.0
        span = (self.live[-1].seen_ms - self.live[0].seen_ms) / 1000
        return (self.fresh - 1) / span if span else 0.0

    @property
    def latency(self) -> Measurement:
        """
        Milliseconds from paint to seen of each fresh stamp, with one frame of the reader as error bound.

        :raises ValueError: if no fresh stamp was read.
        """
        samples = [each.latency_ms for each in self.live if each.latency_ms is not None]
        return Measurement.of("video latency", "ms", samples, error_bound=self.frame_seconds * 1000)

    def __str__(self) -> str:
        said = (
            f"{self.fresh} fresh of {len(self.distinct)} distinct stamps in {len(self.readings)} pictures "
            f"over {self.ended - self.began:.1f} s"
        )
        if self.fresh:
            said += f", {self.rate:.1f} a second, {self.latency}"
        if self.frozen_since is not None:
            said += f"; standing for {self.ended - self.frozen_since:.1f} s"
        if self.unreadable:
            said += f"; {len(self.unreadable)} unreadable, the last: {self.unreadable[-1].reason}"
        stale = [each for each in self.distinct if each not in self.live]
        if stale:
            said += f"; {len(stale)} stale, the last {stale[-1].latency_ms:.0f} ms old"
        if self.clock_errors:
            said += f"; {len(self.clock_errors)} clock errors, the last: {self.clock_errors[-1]}"
        return said


def input_round_trip(
    sent_ms: float, before: int, readings: Iterable[Reading]
) -> tuple[float, Reading] | None:
    """
    The first picture that shows an input, and how long after it was sent.

    :param sent_ms: the reader's clock when the input was sent, milliseconds since the epoch.
    :param before: the input counter in the last picture before.
    :returns: milliseconds and the reading; None if no picture shows it.
    """
    for reading in readings:
        if (
            isinstance(reading.seen, Stamp)
            and reading.seen.inputs != before
            and reading.seen_ms >= sent_ms
            and latency_ms(sent_ms, reading.seen.clock_ms) <= 1.0
        ):
            return reading.seen_ms - sent_ms, reading
    return None


def settled(readings: Sequence[Reading]) -> int | None:
    """The input counter once two distinct stamps in a row agree on it; None while they do not."""
    stamps = [each.seen for each in readings if isinstance(each.seen, Stamp)]
    earlier = [each for each in stamps if each.clock_ms != stamps[-1].clock_ms]
    return stamps[-1].inputs if earlier and earlier[-1].inputs == stamps[-1].inputs else None
