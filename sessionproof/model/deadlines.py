"""One deadline on the monotonic clock, handed through nested waits."""

from __future__ import annotations

from dataclasses import dataclass

from sessionproof.model.budgets import Budget
from sessionproof.model.clock import Clock, Moment


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which something must have been seen, with the name of the budget it came from."""

    start: Moment
    """The cause: budgets are counted from here."""
    seconds: float
    """Length of the budget."""
    name: str = ""
    """The budget's name; empty for a limit without one."""

    @classmethod
    def of(cls, limit: Budget | Deadline | float, since: Moment) -> Deadline:
        """*limit* counted from *since*; a deadline is already counted and stays as it is."""
        if isinstance(limit, Deadline):
            return limit
        if isinstance(limit, Budget):
            return cls(since, limit.seconds, limit.name)
        return cls(since, float(limit))

    @property
    def end(self) -> Moment:
        return self.start.later(self.seconds)

    def remaining(self, clock: Clock) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.end.after(clock.now()))

    def nested(self, limit: Budget | float, since: Moment) -> Deadline:
        """A deadline of its own for an inner wait that cannot outlive this one."""
        inner = Deadline.of(limit, since)
        return inner if inner.end.mono <= self.end.mono else self

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s" + (f" (budget {self.name})" if self.name else "")
