"""Figures: samples of one quantity, what they come to, and whether a budget was kept."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


class NotMeasured(Exception):
    """A measurement could not be made; the message says what was run, how it ended and what it said."""


@dataclass(frozen=True)
class Budget:
    """A limit that the median has to keep."""

    limit: float
    """In the unit of the figure."""
    lower: bool = False
    """Whether the median must be at least the limit; else at most."""

    def kept_by(self, value: float) -> bool:
        """Whether *value* is within it."""
        return value >= self.limit if self.lower else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.lower else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Figure:
    """One quantity that was measured."""

    name: str
    unit: str
    samples: tuple[float, ...]
    load: tuple[float, float]
    """The machine's load average over a minute, before and after."""
    budget: Budget | None = None
    processor: tuple[float, ...] = ()
    """User and system time beside each sample, in the same unit; empty where it says nothing."""

    def __post_init__(self) -> None:
        if not self.samples:
            raise ValueError(f"figure '{self.name}' has no samples: nothing measured is no figure")

    @property
    def n(self) -> int:
        return len(self.samples)

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def middle_processor(self) -> float:
        """The median of the processor's time."""
        return statistics.median(self.processor)

    @property
    def kept(self) -> bool | None:
        """Whether the median keeps the budget; None if there is none."""
        return self.budget.kept_by(self.median) if self.budget else None

    def within(self, share: float) -> float:
        """The smallest sample that at least *share* of all samples do not exceed (nearest rank)."""
        ranked = sorted(self.samples)
        return ranked[max(0, -int(-share * len(ranked) // 1) - 1)]


@dataclass(frozen=True)
class Section:
    """What was measured together, at one time on one machine."""

    name: str
    at: str
    """Date and time when it began, ISO 8601 in UTC."""
    machine: Mapping[str, str]
    """What the figures depend on: processor, memory, kernel, versions."""
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = field(default=())
    """What a reader has to know, in sentences."""

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Section:
        """The inverse of :meth:`plain`."""
        figures = tuple(
            Figure(
                name=each["name"],
                unit=each["unit"],
                samples=tuple(each["samples"]),
                load=(each["load"][0], each["load"][1]),
                budget=Budget(**each["budget"]) if each["budget"] else None,
                processor=tuple(each["processor"]),
            )
            for each in plain["figures"]
        )
        return cls(plain["name"], plain["at"], dict(plain["machine"]), figures, tuple(plain["notes"]))


def differences(ours: Iterable[float], theirs: Iterable[float]) -> tuple[float, ...]:
    """What *ours* cost more, pair by pair: both were measured in the same round."""
    return tuple(one - other for one, other in zip(ours, theirs, strict=True))


def slopes(few: Iterable[float], many: Iterable[float], more: int) -> tuple[float, ...]:
    """Milliseconds for each of the *more* scenarios that the longer run of a round has, of both in seconds."""
    return tuple(1000 * (long - short) / more for short, long in zip(few, many, strict=True))
