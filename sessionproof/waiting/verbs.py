"""The four verbs: becomes, stays, never, within."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hamcrest.core.helpers.wrap_matcher import wrap_matcher

from sessionproof.model.budgets import Budget
from sessionproof.model.clock import Moment
from sessionproof.model.deadlines import Deadline
from sessionproof.model.measures import Measurement
from sessionproof.timeline import Seen, Span, Timeline
from sessionproof.waiting import failures
from sessionproof.waiting.following import Follower
from sessionproof.waiting.readings import Reading


@dataclass(frozen=True, slots=True)
class Reached:
    """An awaited value came."""

    reading: Reading
    value: Any
    since: Moment
    """The cause it was counted from."""
    at: Moment
    """When the value was seen."""
    error_bound: float
    """Seconds by which the value may have been there earlier than it was seen."""
    seen: tuple[Seen, ...]
    """Every distinct value since the cause."""
    outages: tuple[Span, ...]
    """Stretches in which the source was away; the budget ran on during them."""

    @property
    def took(self) -> float:
        """Seconds from the cause, never below zero."""
        return max(0.0, self.at.after(self.since))

    def measurement(self, name: str) -> Measurement:
        """The time taken as a measurement of one sample, in seconds."""
        return Measurement.of(name, "s", [self.took], error_bound=self.error_bound)


@dataclass(frozen=True, slots=True)
class Held:
    """A promise held as long as it was watched."""

    reading: Reading
    since: Moment
    until: Moment
    seen: tuple[Seen, ...]
    outages: tuple[Span, ...]
    """Stretches in which nothing could be seen: the promise is unproven there."""


def becomes(
    timeline: Timeline,
    reading: Reading,
    expected: Any,
    *,
    within: Budget | Deadline | float,
    since: Moment | None = None,
    anew: bool = False,
    in_a_row: int = 1,
    holding: float = 0.0,
) -> Reached:
    """
    Wait until *reading* fits *expected*.

    Everything seen since the cause counts, also what was seen before this call, so short phases are not
    missed. An outage of the source does not end the wait and is named in the result; the budget runs on
    while it lasts, because the user's time does.

    :param expected: a PyHamcrest matcher or a plain value.
    :param within: a budget, a deadline, or seconds; counted from *since*.
    :param since: the cause; now by default.
    :param anew: the value already in force at the cause does not count; it has to come again.
    :param in_a_row: how many successive observations must fit; any other begins the count anew.
    :param holding: seconds the value must then last without a break, on top of the budget; the time
        reported is when it began to hold.
    :raises NotSeenInTime: with the last distinct values and the time of each.
    :raises TargetUnavailable: if nothing was learnt since the cause because the source was away most of
        the time; at once if the source ended for good (bad credentials, no right to look).
    """
    matcher = wrap_matcher(expected)
    cause = since or timeline.now()
    deadline = Deadline.of(within, cause)
    follower = Follower(timeline, reading, cause)
    run: list[Moment] = []
    for step in follower.steps(deadline.end):
        if not matcher.matches(step.value) or (anew and step.initial):
            run.clear()
            follower.end = deadline.end
            continue
        run.append(step.at)
        if holding:
            follower.end = run[0].later(holding)
        elif len(run) >= in_a_row:
            break
    if len(run) < in_a_row:
        raise failures.not_seen(follower, matcher, deadline)
    bound = follower.error_bound(run[0])
    return Reached(reading, follower.value, cause, run[0], bound, tuple(follower.seen), follower.outages())


def stays(
    timeline: Timeline,
    reading: Reading,
    expected: Any,
    *,
    for_: Budget | float,
    since: Moment | None = None,
) -> Held:
    """
    Watch *reading* for the whole stretch and make sure it fits *expected* at every moment of it.

    :param for_: length of the stretch from *since* (now by default).
    :raises Violated: at the first value that does not fit, with when it came.
    :raises TargetUnavailable: if the source is away when the stretch ends: its rest is unproven.
    """
    matcher = wrap_matcher(expected)
    cause = since or timeline.now()
    deadline = Deadline.of(for_, cause)
    follower = Follower(timeline, reading, cause)
    for step in follower.steps(deadline.end):
        if not matcher.matches(step.value):
            raise failures.broken(follower, step, f"stays {failures.described(matcher)}", deadline)
    return _held(follower, deadline)


def never(
    timeline: Timeline,
    reading: Reading,
    unwanted: Any,
    *,
    since: Moment,
    until: Moment | None = None,
) -> Held:
    """
    Make sure that *reading* fitted *unwanted* at no moment from *since* to *until*.

    :param until: now by default; a moment to come is waited for.
    :raises Violated: at the first unwanted value, with when it came.
    :raises TargetUnavailable: if the source is away when the stretch ends: its rest is unproven.
    """
    matcher = wrap_matcher(unwanted)
    end = until or timeline.now()
    deadline = Deadline(since, max(0.0, end.after(since)))
    follower = Follower(timeline, reading, since)
    for step in follower.steps(deadline.end):
        if matcher.matches(step.value):
            raise failures.broken(follower, step, f"never {failures.described(matcher)}", deadline)
    return _held(follower, deadline)


def within(measured: Measurement, budget: Budget, *, at: str = "p95") -> Measurement:
    """
    Judge a measurement by its budget.

    :param at: which figure the promise is about: ``p50``, ``p95``, ``p99`` or ``max``; both are in the
        budget's unit, and times are converted.
    :raises Violated: with the whole distribution, when the budget is not kept.
    """
    value: float = getattr(measured, at)
    if measured.unit != budget.unit:
        value = Budget("", value, measured.unit).seconds / Budget("", 1.0, budget.unit).seconds
    if not budget.kept_by(value):
        raise failures.over_budget(measured, budget, at, value)
    return measured


def _held(follower: Follower, deadline: Deadline) -> Held:
    if follower.blind_at_end():
        raise failures.blind(follower, deadline)
    return Held(follower.reading, deadline.start, deadline.end, tuple(follower.seen), follower.outages())
