"""What a scenario hands to its page when it ends: measures, timeline and leftovers, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Judged(Protocol):
    """A measurement beside its budget, as the verbs write it down."""

    @property
    def measured(self) -> Any: ...
    @property
    def budget(self) -> Any: ...
    @property
    def at(self) -> str: ...
    @property
    def kept(self) -> bool: ...


@dataclass(frozen=True)
class Measure:
    """One row of the table of measures."""

    name: str
    """What was measured: ``first live picture``."""
    budget: str
    limit: float
    limit_unit: str
    lower: bool
    """Whether the limit must be reached instead of kept under."""
    why: str
    at: str
    """Which figure was judged: ``p50``, ``p95``, ``p99`` or ``max``."""
    unit: str
    p50: float
    p95: float
    max: float
    n: int
    error_bound: float
    kept: bool

    @property
    def judged(self) -> float:
        """The figure that was held against the limit."""
        return self.p50 if self.at == "p50" else self.max if self.at == "max" else self.p95

    @classmethod
    def of(cls, judged: Judged) -> Measure:
        """The row for what a verb wrote down."""
        measured, budget = judged.measured, judged.budget
        return cls(
            name=measured.name,
            budget=budget.name,
            limit=budget.value,
            limit_unit=budget.unit,
            lower=budget.kind == "lower",
            why=budget.why,
            at=judged.at,
            unit=measured.unit,
            p50=measured.p50,
            p95=measured.p95,
            max=measured.max,
            n=measured.n,
            error_bound=measured.error_bound,
            kept=judged.kept,
        )


@dataclass(frozen=True)
class Told:
    """Everything a scenario's page shows besides its steps."""

    measures: tuple[Measure, ...] = ()
    records: tuple[Mapping[str, Any], ...] = ()
    """The timeline's records (``Timeline.to_records``)."""
    failed_at: float | None = None
    """Seconds on the timeline when the first step failed; None if none did."""
    failed_step: str = ""
    """The words of that step."""
    leftovers: int | None = None
    """Things the scenario made that were still there after its clean-up; None if that was not counted."""
    snapshots: tuple[bytes, ...] = ()
    """What each window showed when the story ended, as JPEG."""
    missing_evidence: Mapping[str, str] = field(default_factory=dict)
    """Evidence that could not be collected, with the reasons."""

    @classmethod
    def measures_of(cls, judged: Iterable[Judged]) -> tuple[Measure, ...]:
        """The rows for what the verbs wrote down."""
        return tuple(Measure.of(item) for item in judged)
