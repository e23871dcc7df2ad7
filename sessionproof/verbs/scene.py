"""What the verbs of one scenario share: its record, its budgets and the undoing of its faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hamcrest.core.core.isequal import IsEqual
from hamcrest.core.helpers.wrap_matcher import wrap_matcher

from sessionproof import waiting
from sessionproof.errors import FaultUnproven, NotSeenInTime, ProductFailed, SessionproofError
from sessionproof.model.budgets import Budget
from sessionproof.model.measures import Measurement
from sessionproof.ports.faults import Undo
from sessionproof.timeline import STORY, Subject
from sessionproof.waiting import Reached, Reading

if TYPE_CHECKING:
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
        self,
        what: str,
        reading: Reading,
        expected: Any,
        budget: str,
        since: Moment,
        *,
        anew: bool = False,
        or_else: Any = None,
    ) -> Reached:
        """
        Wait until *reading* fits *expected* within the named budget, and write down how long it took.

        :param what: what the time is the time of, for the report.
        :param or_else: a value after which the expected one cannot come any more: it ends the wait, is
            written down as a budget not kept and returned, for the verb to say why.
        :raises NotSeenInTime: and then the time waited is written down as a budget not kept.
        """
        limit = self.budget(budget)
        awaited = expected if or_else is None else _Either(expected, or_else)
        try:
            reached = waiting.becomes(self.timeline, reading, awaited, within=limit, since=since, anew=anew)
        except NotSeenInTime:
            waited = self.timeline.now().after(since)
            self.judged.append(Judged(Measurement.of(what, "s", [waited]), limit, "max", kept=False))
            raise
        kept = bool(wrap_matcher(expected).matches(reached.value))
        self.judged.append(Judged(reached.measurement(what), limit, "max", kept))
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

    def drawn_fault(self, name: str, undo: Undo, subject: Subject = STORY) -> Undo:
        """Like :meth:`fault`, and a stretch in the record from now until it is lifted."""
        handle = self.timeline.open_span(name, subject)

        def lift() -> None:
            undo()
            self.timeline.close_span(handle)

        return self.fault(lift)

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
            except Exception as error:  # whatever broke: the other faults must be lifted all the same
                errors.append(repr(error))
        if errors:
            raise FaultUnproven("; ".join(errors))


class _Either(IsEqual):
    """One value or the other; speaks of the first alone, which is the one that is hoped for."""

    def __init__(self, expected: Any, other: Any) -> None:
        super().__init__(expected)
        self._other = other

    def _matches(self, item: Any) -> bool:
        return bool(super()._matches(item)) or item == self._other
