"""What a wait says when it fails: the thing, the expected, the last values with times, the likely cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hamcrest.core.core.isequal import IsEqual
from hamcrest.core.matcher import Matcher
from hamcrest.core.string_description import StringDescription

from sessionproof.errors import NotSeenInTime, TargetUnavailable, Violated
from sessionproof.model.budgets import Budget
from sessionproof.model.clock import Moment
from sessionproof.model.deadlines import Deadline
from sessionproof.model.measures import Measurement
from sessionproof.timeline import Seen, Span, Timeline
from sessionproof.waiting.following import Follower, Step
from sessionproof.waiting.readings import Reading

LAST_VALUES = 5
_WIDEST = 120


class ValueNotSeen(NotSeenInTime):
    """An awaited value did not come; keeps what the message says as attributes."""

    def __init__(
        self, message: str, follower: Follower, expected: str, deadline: Deadline, hints: Sequence[str]
    ):
        super().__init__(message)
        self.reading = follower.reading
        self.expected = expected
        self.deadline = deadline
        self.seen: tuple[Seen, ...] = tuple(follower.seen)
        self.outages: tuple[Span, ...] = follower.outages()
        self.hints: tuple[str, ...] = tuple(hints)


class PromiseBroken(Violated):
    """Something that must hold throughout was seen broken; keeps when and what."""

    def __init__(self, message: str, follower: Follower, step: Step, hints: Sequence[str]):
        super().__init__(message)
        self.reading = follower.reading
        self.value = step.value
        self.at = step.at
        self.seen: tuple[Seen, ...] = tuple(follower.seen)
        self.hints: tuple[str, ...] = tuple(hints)


def not_seen(
    follower: Follower, matcher: Matcher[Any], deadline: Deadline
) -> NotSeenInTime | TargetUnavailable:
    """The error for an awaited value that did not come, or that could not have been seen at all."""
    expected = described(matcher)
    spent = follower.timeline.now().after(follower.since)
    if len(follower.seen) <= 1 and follower.blind_seconds() > spent / 2:
        return blind(follower, deadline)
    hints = likely_causes(follower.reading, follower.timeline)
    parts = [
        f"{follower.reading.name} {expected} not seen in {deadline} from {_sources(follower)}",
        f"seen: {values(follower.seen, follower.since, follower.timeline.now())}",
    ]
    if not isinstance(matcher, IsEqual):
        parts.append(f"last: {_mismatch(matcher, follower.value)}")
    return ValueNotSeen("; ".join(parts + _outages(follower) + hints), follower, expected, deadline, hints)


def broken(follower: Follower, step: Step, promise: str, deadline: Deadline) -> Violated:
    """The error for a value that must not have been."""
    hints = likely_causes(follower.reading, follower.timeline)
    parts = [
        f"{follower.reading.name}: '{promise}' broken after {step.at.after(follower.since):.2f} s "
        f"of {deadline}: was {shown(step.value)} at {step.at.iso()}, from {_sources(follower)}",
        f"seen: {values(follower.seen, follower.since, step.at)}",
    ]
    return PromiseBroken("; ".join(parts + _outages(follower) + hints), follower, step, hints)


def blind(follower: Follower, deadline: Deadline) -> TargetUnavailable:
    """The error for a wait in which nothing could be learnt."""
    return TargetUnavailable(
        f"{follower.reading.name}: no verdict after {deadline}: {_sources(follower)} was away for "
        f"{follower.blind_seconds():.1f} s of it; " + "; ".join(_outages(follower))
    )


def over_budget(measured: Measurement, budget: Budget, figure: str, value: float) -> Violated:
    """The error for a measurement that does not keep its budget."""
    side = "over" if budget.kind == "upper" else "under"
    return Violated(
        f"{measured.name}: {figure} {value:.4g} {budget.unit} is {side} {budget}; measured {measured}"
    )


def described(matcher: Matcher[Any]) -> str:
    """What the matcher expects, in its own words."""
    return str(StringDescription().append_description_of(matcher))


def values(seen: Sequence[Seen], since: Moment, now: Moment) -> str:
    """The last distinct values, each with the seconds after the cause, and how long the last one lasted."""
    if not seen:
        return "nothing"
    last = seen[-LAST_VALUES:]
    listed = ", ".join(f"{shown(each.value)} {max(0.0, each.since.after(since)):.1f} s" for each in last)
    more = f"{len(seen) - len(last)} earlier, " if len(seen) > len(last) else ""
    return f"{more}{listed} … last for {now.after(last[-1].since):.1f} s"


def shown(value: Any) -> str:
    """A value as a message can carry it."""
    text = repr(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def likely_causes(reading: Reading, timeline: Timeline) -> list[str]:
    """One line of each hint that knows something; a hint that fails says so and spoils nothing."""
    lines: list[str] = []
    for hint in reading.hints:
        try:
            line = hint(timeline)
        except Exception as error:  # a hint must never hide the failure it explains
            line = f"(a hint failed: {error!r})"
        if line and line not in lines:
            lines.append(line)
    return lines


def _outages(follower: Follower) -> list[str]:
    now = follower.timeline.now()
    return [
        f"{span.kind} of {span.source} at {max(0.0, span.begin.after(follower.since)):.1f} s for "
        f"{(span.end or now).after(span.begin):.1f} s{'' if span.end else ' and on'} ({span.name})"
        for span in follower.outages()
    ]


def _mismatch(matcher: Matcher[Any], value: Any) -> str:
    description = StringDescription()
    matcher.describe_mismatch(value, description)
    return str(description)[: 2 * _WIDEST]


def _sources(follower: Follower) -> str:
    return " and ".join(follower.reading.sources)
