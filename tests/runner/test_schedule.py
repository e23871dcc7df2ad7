"""What is begun when, and what runs beside what."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from sessionproof.runner import durations
from sessionproof.runner.schedule import Queue, Shuffle, Unit, longest_first, seconds_left


def unit(number: int, seconds: float | None = None, *, exclusive: bool = False) -> Unit:
    """A scenario of which only these matter."""
    scenario = SimpleNamespace(name=f"Story {number}")
    return Unit(number, SimpleNamespace(name="Stories"), None, scenario, seconds, exclusive)


def numbers(units: Iterable[Unit]) -> list[int]:
    return [unit.number for unit in units]


def test_the_longest_is_first_and_the_unknown_before_it() -> None:
    """What nobody has timed may be the longest of all; equal ones keep the order of the files."""
    units = [unit(0, 1.0), unit(1, 5.0), unit(2), unit(3, 5.0), unit(4)]

    assert [2, 4, 1, 3, 0] == numbers(longest_first(units))


def test_what_runs_alone_comes_before_the_rest() -> None:
    """Then a single worker runs it, before any other has begun."""
    queue = Queue([unit(0, 9.0), unit(1, 1.0, exclusive=True), unit(2, 3.0)])
    assert queue.alone
    first = queue.take()
    assert not queue.alone

    assert first is not None
    assert [1, 0, 2] == [first.number, *numbers(queue)]


def test_a_shuffle_can_be_had_again() -> None:
    """The seed that is printed gives the same order."""
    units = [unit(number) for number in range(50)]
    shuffle = Shuffle.asked("random")
    assert shuffle is not None
    order = numbers(shuffle.units(units))
    again = Shuffle.asked(str(shuffle).rpartition("order=")[2])
    assert again is not None

    assert sorted(order) != order
    assert order == numbers(again.units(units))


@pytest.mark.parametrize("order", ["rnadom", "random:x", "longest"])
def test_an_order_that_is_none_is_told_with_what_to_write(order: str) -> None:
    with pytest.raises(ValueError, match=rf"-D order={order}: write order=random, or order=random:SEED"):
        Shuffle.asked(order)


def test_what_is_left_is_reckoned_over_the_workers() -> None:
    """What runs alone adds up; the rest is shared, but no worker is faster than its longest scenario."""
    waiting = [unit(0, 4.0), unit(1, 2.0), unit(2, None), unit(3, 3.0, exclusive=True)]

    assert 3.0 + (4 + 2 + 2 + 4) / 2 == seconds_left(waiting, {9: 4.0}, jobs=2, mean=2.0)
    assert 10.0 == seconds_left([], {8: 10.0, 9: 1.0}, jobs=2, mean=2.0)


def test_durations_are_added_to_what_is_known(tmp_path: Path) -> None:
    """A run of a part forgets nothing of the rest; a file that cannot be read is no knowledge."""
    assert {} == durations.read(tmp_path)
    durations.keep(tmp_path, {"a": 1.0, "b": 2.0})
    durations.keep(tmp_path, {"b": 3.0})

    assert {"a": 1.0, "b": 3.0} == durations.read(tmp_path)
    (tmp_path / durations.FILE).write_text("[1")
    assert {} == durations.read(tmp_path)
