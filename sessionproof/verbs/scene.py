"""What the verbs of one scenario share: its record, its budgets and the undoing of its faults."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sessionproof import waiting
from sessionproof.errors import FaultUnproven, NotSeenInTime, ProductFailed, SessionproofError, SuiteWrong
from sessionproof.model.budgets import Budget
from sessionproof.model.measures import Measurement
from sessionproof.ports.faults import Undo
from sessionproof.waiting import Reached, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessionproof.timeline import Moment, Timeline


@dataclass(frozen=True)
class Judged:
    """A measurement beside the budget it was held against."""

    measured: Measurement
    budget: Budget
    at: str
    """Which figure was judged: ``p50``, ``p95``, ``p99`` or ``max``."""
    kept: bool


@dataclass
class Scene:
    """One per scenario, made by the world."""

    timeline: Timeline
    budget: Callable[[str], Budget]
    """Finds a budget by name, as the target overrides it."""
    judged: list[Judged] = field(default_factory=list)
    """Every measurement taken, in order; the report shows them all."""
    _undos: list[Undo] = field(default_factory=list)

    def reach(
        self, what: str, reading: Reading, expected: Any, budget: str, since: Moment, *, anew: bool = False
    ) -> Reached:
        """
        Wait until *reading* fits *expected* within the named budget, and write down how long it took.

        :param what: what the time is the time of, for the report.
        :raises NotSeenInTime: and then the time waited is written down as a budget not kept.
        """
        limit = self.budget(budget)
        try:
            reached = waiting.becomes(self.timeline, reading, expected, within=limit, since=since, anew=anew)
        except NotSeenInTime:
            waited = self.timeline.now().after(since)
            self.judged.append(Judged(Measurement.of(what, "s", [waited]), limit, "max", kept=False))
            raise
        self.judged.append(Judged(reached.measurement(what), limit, "max", kept=True))
        return reached

    def judge(self, measured: Measurement, budget: str, at: str) -> None:
        """
        Hold a measurement against the named budget and write both down.

        :raises Violated: with the distribution, when the budget is not kept.
        """
        limit = self.budget(budget)
        try:
            waiting.within(measured, limit, at=at)
        except ProductFailed:
            self.judged.append(Judged(measured, limit, at, kept=False))
            raise
        self.judged.append(Judged(measured, limit, at, kept=True))

    def fault(self, undo: Undo) -> Undo:
        """Register how a fault is lifted; the scene lifts what the story did not."""
        self._undos.append(undo)
        return undo

    def lift_faults(self) -> None:
        """
        Lift every fault, the last one first, and go on after an error.

        :raises FaultUnproven: naming each fault that could not be shown to be lifted.
        """
        errors: list[str] = []
        while self._undos:
            try:
                self._undos.pop()()
            except SessionproofError as error:
                errors.append(str(error))
        if errors:
            raise FaultUnproven("; ".join(errors))


@contextmanager
def needed(what: str) -> Iterator[None]:
    """Turns a missing piece of the story itself (no session yet, no viewer yet) into a plain message."""
    try:
        yield
    except (KeyError, IndexError):
        raise SuiteWrong(f"the story speaks of {what}, but no earlier step brought it about") from None
