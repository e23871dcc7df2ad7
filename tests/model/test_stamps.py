"""Stamps are read exactly or not at all, and a series says what may be concluded from it."""

from __future__ import annotations

import pytest

from sessionproof.model import stamps
from sessionproof.model.stamps import Reading, Stamp, StampSeries, Unreadable

OURS = stamps.marker_of("desktop-7")


def levels(*rows: str) -> list[float]:
    """Cells from hexadecimal rows."""
    return [float(bit) for row in rows for bit in f"{int(row, 16):032b}"]


# Worked out by hand from the description: 12 ^ 34 ^ 56 ^ A5 = D5, and so on.
PICTURE = levels("123456d5", "0102ff58", "2bd80652")


def reading(seen_ms: float, painted_ms: float, *, inputs: int = 0, marker: int = OURS) -> Reading:
    return Reading(seen_ms, Stamp(int(painted_ms) % stamps.CLOCK_MS, 0, inputs, marker))


def series(*readings: Reading, ended: float | None = None) -> StampSeries:
    last = readings[-1].seen_ms / 1000 if readings else 0.0
    return StampSeries(0.0, last if ended is None else ended, readings)


def moving(count: int, *, latency: float = 20, start: float = 1000) -> list[Reading]:
    return [reading(start + 40 * n, start + 40 * n - latency) for n in range(count)]


def test_picture_is_read_bit_by_bit():
    """A known picture gives its clock, frame, inputs and marker."""
    assert Stamp(0x123456, 0x0102, 0xFF, 0x2BD806) == stamps.decode(PICTURE)


def test_marker_is_the_start_of_the_names_digest():
    """The marker is the first 24 bits of SHA-256 of the name."""
    assert stamps.marker_of("alice") == 0x2BD806


@pytest.mark.parametrize(("level", "reason"), [(0.0, "the picture is black"), (1.0, "the picture is white")])
def test_blank_pictures_are_unreadable(level, reason):
    """Black and white pictures are never valid, and are called what they are."""
    assert Unreadable(reason) == stamps.decode([level] * 96)


def test_rows_out_of_place_are_unreadable():
    """A picture with two rows exchanged is no stamp."""
    swapped = PICTURE[32:64] + PICTURE[:32] + PICTURE[64:]

    assert Unreadable("checksum of row 0 is wrong") == stamps.decode(swapped)


@pytest.mark.parametrize("index", range(96))
def test_each_flipped_cell_is_noticed(index):
    """No single wrong cell passes for another stamp."""
    flipped = [*PICTURE]
    flipped[index] = 1 - flipped[index]

    assert isinstance(stamps.decode(flipped), Unreadable)


@pytest.mark.parametrize(("level", "readable"), [(0.34, True), (0.35, False), (0.65, False), (0.66, True)])
def test_grey_cells_make_a_picture_unreadable(level, readable):
    """Between 0.35 and 0.65 nothing is concluded; the cell is named."""
    found = stamps.decode([level if cell == (level > 0.5) else cell for cell in PICTURE])

    assert readable == isinstance(found, Stamp)


def test_wrong_number_of_cells_is_the_readers_mistake():
    """A grid of another size is an error, no verdict."""
    with pytest.raises(ValueError, match="96 cells, 95 were read"):
        stamps.decode(PICTURE[1:])


@pytest.mark.parametrize(
    ("seen", "painted", "expected"),
    [
        (1020.0, 1000, 20.0),
        (5.0, stamps.CLOCK_MS - 5, 10.0),
        (stamps.CLOCK_MS * 3 + 7.0, 0, 7.0),
        (0.0, 60, -60.0),
    ],
)
def test_latency_is_counted_over_the_wrap_of_the_clock(seen, painted, expected):
    """Latency is right across the end of the clock's range, and negative for the future."""
    assert expected == stamps.latency_ms(seen, painted)


def test_live_series_counts_each_stamp_once():
    """Pictures that did not change count once; rate and latency follow from the first sight of each."""
    seen = [again for each in moving(20) for again in (each, Reading(each.seen_ms + 15, each.seen))]
    judged = series(*seen)

    assert (judged.fresh, len(judged.readings)) == (20, 40)
    assert judged.rate == 25.0
    assert (judged.latency.n, judged.latency.p50, judged.latency.max) == (20, 20, 20.0)
    assert judged.latency.error_bound == judged.frame_seconds * 1000
    assert (judged.first_fresh, judged.frozen_since) == (1.0, None)


def test_old_picture_is_not_fresh():
    """A frozen picture that is read for the first time gives a stamp, but not a fresh one."""
    judged = series(reading(9000, 1000), reading(9500, 1000))

    assert (len(judged.distinct), judged.fresh, judged.frozen_since) == (1, 0, 0.0)
    assert "1 stale, the last 8000 ms old" in str(judged)


def test_picture_that_stops_is_standing_since_its_last_stamp():
    """A gap past the freeze criterion is told with its beginning."""
    judged = series(*moving(20), ended=4.0)

    assert judged.last_fresh == judged.frozen_since == 1.76


@pytest.mark.parametrize(("gap_ms", "stands"), [(189, False), (190, True)])
def test_freeze_begins_at_the_average_gap_and_150_ms(gap_ms, stands):
    """With stamps every 40 ms a picture stands from a gap of 190 ms on."""
    judged = series(*moving(20), ended=(1760 + gap_ms) / 1000)

    assert stands == (judged.frozen_since is not None)


def test_foreign_markers_are_told_apart():
    """Every other session's marker is named once, in the order seen."""
    judged = series(reading(1000, 990), reading(1040, 1030, marker=7), reading(1080, 1070, marker=7))

    assert judged.foreign(OURS) == (7,)


def test_stamps_from_the_future_and_the_past_are_clock_errors():
    """More than 50 ms ahead, or older than the one before, is an error and no measurement."""
    judged = series(reading(1000, 1049), reading(1040, 1100), reading(1080, 1060))

    assert judged.clock_errors == (
        "a stamp from 60 ms in the future",
        "a stamp 40 ms older than the one before",
    )
    assert judged.fresh == 1


def test_empty_series_has_nothing_fresh_and_no_latency():
    """Nothing read is a picture that stands from the beginning, and no measurement."""
    empty = StampSeries(5.0, 8.0)

    assert (empty.fresh, empty.frozen_since, empty.first_fresh, empty.rate) == (0, 5.0, None, 0.0)
    with pytest.raises(ValueError, match="no samples"):
        empty.latency.p50  # noqa: B018


def test_round_trip_ends_at_the_first_picture_painted_after_the_key():
    """A picture painted before the key was sent never shows it, even with another count."""
    seen = [reading(1001, 990, inputs=4), reading(1030, 1010, inputs=3), reading(1060, 1050, inputs=4)]

    assert (60.0, seen[2]) == stamps.input_round_trip(1000, 3, seen)
    assert stamps.input_round_trip(1000, 3, seen[:2]) is None


def test_counter_is_settled_once_two_stamps_agree():
    """One stamp, the same stamp twice, or two that differ settle nothing."""
    first, same, more = reading(1, 1, inputs=1), reading(2, 2, inputs=1), reading(3, 3, inputs=2)

    assert [stamps.settled(each) for each in ([first], [first, first], [first, same], [same, more])] == [
        None,
        None,
        1,
        None,
    ]
