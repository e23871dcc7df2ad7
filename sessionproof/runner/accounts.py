"""What a worker tells of a scenario when it is over, and how the parent's model of the stories takes it over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from behave.model_type import Status

from sessionproof.reporting import reasons, verdicts
from sessionproof.runner.schedule import Unit


@dataclass(frozen=True)
class Raised:
    """An error, as far as behave's reporters ask for it; the object itself may not be able to travel."""

    kind: str
    text: str

    @classmethod
    def of(cls, error: BaseException | None) -> Raised | None:
        """The words of *error*."""
        return None if error is None else cls(type(error).__name__, str(error))

    def rebuilt(self) -> BaseException:
        """An error of that name with those words."""
        return _kind(self.kind)(self.text)


@cache
def _kind(name: str) -> type[Exception]:
    return type(name, (Exception,), {})


@dataclass(frozen=True)
class Statement:
    """What became of a step, a scenario, a rule or a feature."""

    status: str
    hook_failed: bool
    message: str | None
    raised: Raised | None
    captured: tuple[Any, ...]

    @classmethod
    def of(cls, item: Any) -> Statement:
        """What became of *item*."""
        return cls(
            item.status.name,
            item.hook_failed,
            item.error_message,
            Raised.of(item.exception),
            tuple(item.captured.captures),
        )

    def give(self, item: Any) -> None:
        """Let *item* be what was told."""
        item.hook_failed = self.hook_failed
        item.error_message = self.message
        item.exception = self.raised.rebuilt() if self.raised else None
        for captured in self.captured:
            item.captured.add_captured(captured)
        item.set_status(Status[self.status])


@dataclass(frozen=True)
class Account:
    """What a worker tells when a scenario is over."""

    number: int
    failed: bool
    aborted: bool
    """Whether the worker was told to end, or a hook or step ended the run."""
    verdict: str
    why: str
    """What the report says of it, in words."""
    scenario: Statement
    skip_reason: str | None
    steps: tuple[Statement, ...]
    durations: tuple[float, ...]
    above: tuple[Statement, ...]
    """What failed in hooks and clean-ups of the feature and of the rule."""
    begun: int | None
    ended: int | None
    """Milliseconds of the wall clock, as in the result."""

    @classmethod
    def of(cls, unit: Unit, *, failed: bool, aborted: bool) -> Account:
        """The account of *unit*, which was just run."""
        scenario = unit.scenario
        steps = list(scenario.all_steps)
        verdict = verdicts.of_scenario(scenario)
        details = scenario.result.statusDetails or reasons.of_scenario(scenario, verdict)
        return cls(
            unit.number,
            failed,
            aborted,
            verdict.value,
            (details.message if details else None) or "",
            Statement.of(scenario),
            scenario.skip_reason,
            tuple(Statement.of(step) for step in steps),
            tuple(step.duration for step in steps),
            tuple(Statement.of(each) for each in _above(unit)),
            scenario.result.start,
            scenario.result.stop,
        )

    def give(self, unit: Unit) -> None:
        """Let the scenario of *unit*, and what it stands in, be what was told."""
        scenario = unit.scenario
        for step, told, seconds in zip(scenario.all_steps, self.steps, self.durations, strict=True):
            told.give(step)
            step.duration = seconds
        if self.skip_reason is not None:
            scenario.should_skip, scenario.skip_reason = True, self.skip_reason
        self.scenario.give(scenario)
        scenario.result.start, scenario.result.stop = self.begun, self.ended
        for item, told in zip(_above(unit), self.above, strict=True):
            # One scenario's worth of a feature: only what went wrong above it holds for the whole.
            bad = told.hook_failed or told.status in ("hook_error", "cleanup_error")
            if bad and item.status.name not in ("hook_error", "cleanup_error"):
                told.give(item)


def _above(unit: Unit) -> Iterable[Any]:
    return (unit.feature,) if unit.rule is None else (unit.feature, unit.rule)


def mark_lost(unit: Unit, reason: str) -> None:
    """Let the scenario of *unit* be one whose worker died."""
    scenario = unit.scenario
    scenario.error_message = reason
    scenario.exception = _kind("WorkerDied")(reason)
    scenario.set_status(Status.error)


@dataclass(frozen=True)
class Farewell:
    """What a worker tells before it ends."""

    hook_failures: int
    cleanups_failed: bool
    aborted: bool


@dataclass(frozen=True)
class Crash:
    """A worker's last words before it dies of an error of the suite's own."""

    text: str
