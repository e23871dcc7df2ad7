"""A budget: a named limit with the reason it exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_SECONDS = {"s": 1.0, "ms": 0.001, "us": 0.000_001, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit from the catalogue; a step that names it records what it measured, passing or failing."""

    name: str
    """As written in the story, e.g. ``start``."""
    value: float
    """The limit, in *unit*."""
    unit: str = "s"
    """``s``, ``ms``, ``us``, ``min``, ``h``, or a unit that is no time (``%``, ``MiB``)."""
    why: str = ""
    """Where the number comes from."""
    kind: Literal["upper", "lower"] = "upper"
    """Whether the value may not be exceeded or must be reached."""

    @property
    def seconds(self) -> float:
        """
        The limit in seconds.

        :raises ValueError: if the budget is no time.
        """
        try:
            return self.value * _SECONDS[self.unit]
        except KeyError:
            raise ValueError(
                f"budget '{self.name}' is {self.value:g} {self.unit}, which is no time"
            ) from None

    def kept_by(self, value: float) -> bool:
        """Whether *value*, in the budget's unit, keeps the budget."""
        return value <= self.value if self.kind == "upper" else value >= self.value

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit} (budget {self.name})"
