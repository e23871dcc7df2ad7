"""What is to be run, in which order, and what may run beside what."""

from __future__ import annotations

import random
import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from behave.model import Rule

EXCLUSIVE = "exclusive"
"""Tag of a scenario beside which no other one of its run may run: it measures, or takes more than its own."""


@dataclass(frozen=True)
class Unit:
    """One scenario, or one row of an outline, with what it stands in."""

    number: int
    feature: Any
    rule: Any
    """None outside of rules."""
    scenario: Any
    seconds: float | None
    """What it took last; None if that is not known."""
    exclusive: bool
    """Whether it has to run alone."""

    def __str__(self) -> str:
        return f"{self.feature.name}: {self.scenario.name}"


def units_of(features: Iterable[Any], selected: Iterable[Any], known: Mapping[str, float]) -> list[Unit]:
    """A unit for each of the *selected* scenarios, in the order of the files."""
    wanted = {id(scenario) for scenario in selected}
    places = (place for feature in features for place in _leaves(feature))
    return [
        Unit(
            number,
            feature,
            rule,
            scenario,
            known.get(scenario.result.historyId),
            EXCLUSIVE in scenario.effective_tags,
        )
        for number, (feature, rule, scenario) in enumerate(places)
        if id(scenario) in wanted
    ]


def _leaves(feature: Any) -> Iterator[tuple[Any, Any, Any]]:
    for item in feature.run_items:
        inner = item.walk_scenarios() if isinstance(item, Rule) else getattr(item, "scenarios", [item])
        for scenario in inner:
            yield feature, item if isinstance(item, Rule) else None, scenario


class Shuffle:
    """A random order that can be had again: ``-D order=random`` or ``-D order=random:SEED``."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._chance = random.Random(seed)

    @classmethod
    def asked(cls, order: str | None) -> Shuffle | None:
        """
        The shuffle that *order* asks for; None if it asks for none.

        :raises ValueError: if it is neither.
        """
        if order is None:
            return None
        word, _, seed = order.partition(":")
        if word != "random" or (seed and not seed.isdecimal()):
            raise ValueError(f"-D order={order}: write order=random, or order=random:SEED with a number")
        return cls(int(seed) if seed else secrets.randbelow(1_000_000))

    def __str__(self) -> str:
        return f"random order; the same again with -D order=random:{self.seed}"

    def units(self, units: list[Unit]) -> list[Unit]:
        """*units* in random order."""
        return self._chance.sample(units, len(units))

    def features(self, features: list[Any]) -> None:
        """Put *features*, and what is in each and in its rules, into random order; rows stay in theirs."""
        self._chance.shuffle(features)
        for feature in features:
            self._chance.shuffle(feature.run_items)
            for rule in feature.run_items:
                if isinstance(rule, Rule):
                    self._chance.shuffle(rule.run_items)


def longest_first(units: Iterable[Unit]) -> list[Unit]:
    """What took longest last first, so that no worker is left alone with it; the unknown may be longer still."""
    return sorted(units, key=lambda unit: -float("inf" if unit.seconds is None else unit.seconds))


class Queue:
    """What is still to be begun: first what has to run alone, then what may run side by side."""

    def __init__(self, units: Iterable[Unit]) -> None:
        ordered = list(units)
        self._alone = deque(unit for unit in ordered if unit.exclusive)
        self._beside = deque(unit for unit in ordered if not unit.exclusive)

    def __len__(self) -> int:
        return len(self._alone) + len(self._beside)

    def __iter__(self) -> Iterator[Unit]:
        yield from self._alone
        yield from self._beside

    @property
    def alone(self) -> bool:
        """Whether the next one has to run alone."""
        return bool(self._alone)

    def take(self) -> Unit | None:
        """The next one; None if there is none."""
        waiting = self._alone or self._beside
        return waiting.popleft() if waiting else None

    def clear(self) -> None:
        """Begin nothing any more."""
        self._alone.clear()
        self._beside.clear()


def seconds_left(waiting: Iterable[Unit], running: Mapping[int, float], jobs: int, mean: float) -> float:
    """
    How long it probably takes until all is done.

    :param running: seconds that each unit that runs will probably still take, by its number.
    :param mean: seconds to reckon with for a scenario of which nothing is known.
    """
    alone = beside = 0.0
    longest = max(running.values(), default=0.0)
    for unit in waiting:
        seconds = mean if unit.seconds is None else unit.seconds
        if unit.exclusive:
            alone += seconds
        else:
            beside += seconds
            longest = max(longest, seconds)
    return alone + max(longest, (beside + sum(running.values())) / jobs)
