"""A measurement: what was measured, how often, how it spreads and how exact it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """Samples of one quantity, summed up; percentiles are nearest-rank, so each is a value that was seen."""

    name: str
    unit: str
    n: int
    p50: float
    p95: float
    p99: float
    max: float
    error_bound: float
    """Largest error of one sample, in *unit*, by the way it was measured."""
    samples: tuple[float, ...] = ()
    """The samples in the order they were taken."""

    @classmethod
    def of(cls, name: str, unit: str, samples: Iterable[float], *, error_bound: float = 0.0) -> Measurement:
        """
        Sum up *samples*.

        :raises ValueError: if there is none: nothing measured is no measurement.
        """
        taken = tuple(samples)
        if not taken:
            raise ValueError(f"measurement '{name}' has no samples")
        ranked = sorted(taken)

        def rank(share: float) -> float:
            return ranked[max(0, math.ceil(share * len(ranked)) - 1)]

        return cls(name, unit, len(taken), rank(0.50), rank(0.95), rank(0.99), ranked[-1], error_bound, taken)

    def __str__(self) -> str:
        if self.n == 1:
            return f"{self.name}: {self.max:.3g} ± {self.error_bound:.2g} {self.unit} (n=1)"
        return (
            f"{self.name}: p50 {self.p50:.3g}, p95 {self.p95:.3g}, p99 {self.p99:.3g}, max {self.max:.3g} "
            f"± {self.error_bound:.2g} {self.unit} (n={self.n})"
        )
