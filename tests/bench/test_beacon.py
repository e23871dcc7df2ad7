"""What is wrong in a reading is found; what is right is not."""

from __future__ import annotations

import pytest

from bench import beacon
from bench.beacon import Painted, Read
from bench.figures import NotMeasured
from sessionproof.model.stamps import Reading, Stamp, StampSeries, Unreadable


def painted(clock: int, wanted: float = 0) -> Painted:
    return Painted(Stamp(clock, clock % 65536, 1, 2), wanted, wanted)


def read(known: list[Painted], *readings: tuple[float, Stamp | Unreadable]) -> Read:
    series = StampSeries(0, 10, tuple(Reading(seen, stamp) for seen, stamp in readings))
    return Read(known, series, 0.1)


def test_what_was_never_painted_is_read_wrongly():
    """A picture counts when it is unreadable, or valid and foreign; one that was painted does not."""
    known = [painted(1000), painted(2000)]
    foreign = Stamp(1001, 5, 1, 2)
    found = read(known, (1010, known[0].stamp), (1020, foreign), (2010, Unreadable("grey")))

    assert [False, True, True] == found.wrong()
    assert (pytest.approx(200 / 3),) == beacon.share("wrong", found, (0, 0)).samples


def test_known_delay_is_taken_off_before_the_error_is_told():
    """Pictures are 10 ms on their way; one that was held back by 100 ms and seen after 113 is 3 ms off."""
    known = [painted(1000), painted(2000, 100)]
    found = read(known, (1010, known[0].stamp), (2113, known[1].stamp))

    assert {0: [0], 100: [3]} == found.delays()
    assert [10] == found.latencies()


def test_without_a_free_picture_nothing_is_told():
    """An error needs something to be compared with."""
    known = [painted(2000, 100)]

    with pytest.raises(NotMeasured, match="nothing to compare with"):
        read(known, (2113, known[0].stamp)).delays()
