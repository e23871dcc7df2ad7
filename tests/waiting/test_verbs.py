"""The four verbs on a virtual clock."""

import pytest
from hamcrest import any_of, greater_than, has_length

from sessionproof import waiting
from sessionproof.errors import NotSeenInTime, TargetUnavailable, Violated
from sessionproof.model.budgets import Budget
from sessionproof.model.clock import VirtualClock
from sessionproof.model.measures import Measurement
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting import ABSENT, hints
from sessionproof.waiting.readings import KUBERNETES_WATCH

SESSION = Subject("VDISession", "sp-1", "desktop-7")
POD = Subject("Pod", "sp-1", "desktop-7")
PHASE = waiting.reading(
    "session 'desktop-7': phase",
    SESSION,
    lambda body: body["status"]["phase"],
    hints=[hints.pod_trouble(POD), hints.last_warning(SESSION)],
)
START = Budget("start", 30.0, "s")


class Story:
    """A timeline on a virtual clock, with phases planned for seconds to come."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.timeline = Timeline(self.clock)
        self.timeline.source(KUBERNETES_WATCH, 0.05)

    def phase(self, phase: str, at: float) -> None:
        self.clock.at(at, lambda: self.record(SESSION, {"status": {"phase": phase}}))

    def record(self, subject: Subject, body: object, change: Change = Change.CHANGED) -> None:
        self.timeline.record(KUBERNETES_WATCH, subject, change, body)

    def outage(self, begin: float, end: float | None) -> None:
        def away() -> None:
            handle = self.timeline.open_span("connection refused", kind="outage", source=KUBERNETES_WATCH)
            if end is not None:
                self.clock.at(end, lambda: self.timeline.close_span(handle))

        self.clock.at(begin, away)


@pytest.fixture
def story() -> Story:
    return Story()


def test_becomes_tells_the_time_from_the_cause(story):
    """The time taken is from the cause to the value, with the source's error bound."""
    story.phase("Pending", 1)
    story.phase("Running", 4)

    reached = waiting.becomes(story.timeline, PHASE, "Running", within=START)

    assert (4.0, 0.05) == (reached.took, reached.error_bound)
    assert [ABSENT, "Pending", "Running"] == [each.value for each in reached.seen]
    assert "start: 4 ± 0.05 s (n=1)" == str(reached.measurement("start"))


def test_becomes_sees_a_phase_that_came_and_went_before_the_step(story):
    """What was seen since the cause counts, also before the wait began."""
    cause = story.timeline.mark("create asked")
    story.phase("Creating", 0.2)
    story.phase("Running", 0.3)
    story.clock.advance(5)

    reached = waiting.becomes(story.timeline, PHASE, "Creating", within=START, since=cause)

    assert 0.2 == reached.took


def test_becomes_accepts_what_holds_already_unless_it_must_come_anew(story):
    """The value in force at the cause counts at once; with anew it has to come again."""
    story.record(SESSION, {"status": {"phase": "Running"}})

    assert 0.0 == waiting.becomes(story.timeline, PHASE, "Running", within=START).took

    story.phase("Creating", 2)
    story.phase("Running", 3)

    assert 3.0 == waiting.becomes(story.timeline, PHASE, "Running", within=START, anew=True).took


def test_failure_names_values_times_source_outage_and_cause(story):
    """The message carries everything a reader needs, and so do the attributes."""
    story.phase("Pending", 0.1)
    story.phase("Creating", 1.6)
    story.outage(5, 7)
    story.clock.at(
        2,
        lambda: story.record(
            POD,
            {
                "status": {
                    "containerStatuses": [
                        {"name": "selkies", "state": {"waiting": {"reason": "ImagePullBackOff"}}}
                    ]
                }
            },
        ),
    )

    with pytest.raises(NotSeenInTime) as caught:
        waiting.becomes(story.timeline, PHASE, "Running", within=START)

    assert (
        "session 'desktop-7': phase 'Running' not seen in 30.0 s (budget start) from the kubernetes watch; "
        "seen: absent 0.0 s, 'Pending' 0.1 s, 'Creating' 1.6 s … last for 28.4 s; "
        "outage of the kubernetes watch at 5.0 s for 2.0 s (connection refused); "
        "pod desktop-7: ImagePullBackOff (selkies)"
    ) == str(caught.value)
    assert "'Running'" == caught.value.expected
    assert ["pod desktop-7: ImagePullBackOff (selkies)"] == list(caught.value.hints)


def test_failure_shows_the_last_five_values_only(story):
    """A flapping value does not fill the message; the count of the rest is told."""
    for second in range(1, 9):
        story.phase(f"P{second}", second)

    with pytest.raises(NotSeenInTime, match=r"seen: 4 earlier, 'P4' 4\.0 s, .*'P8' 8\.0 s … last for 2\.0 s"):
        waiting.becomes(story.timeline, PHASE, "Running", within=10)


def test_outage_in_the_middle_costs_nothing_but_time(story):
    """The wait goes on over an outage, names it, and widens the error bound by it."""
    story.outage(2, 6)
    story.phase("Running", 6)

    reached = waiting.becomes(story.timeline, PHASE, "Running", within=START)

    assert 6.0 == reached.took
    assert 4.0 == reached.error_bound
    assert ["connection refused"] == [span.name for span in reached.outages]


def test_source_away_the_whole_time_is_no_verdict_on_the_product(story):
    """Nothing seen because nothing could be seen is the target's absence, not its failure."""
    story.outage(0, None)

    with pytest.raises(TargetUnavailable, match="no verdict"):
        waiting.becomes(story.timeline, PHASE, "Running", within=START)


def test_source_refused_for_good_ends_the_wait_at_once(story):
    """Bad credentials do not become better by waiting."""
    story.clock.at(
        1, lambda: story.timeline.refuse(KUBERNETES_WATCH, "VDISession", RuntimeError("403 Forbidden"))
    )

    with pytest.raises(TargetUnavailable, match="403 Forbidden"):
        waiting.becomes(story.timeline, PHASE, "Running", within=START)

    assert 1.0 == story.clock.now().mono


def test_in_a_row_needs_successive_observations(story):
    """One sample that does not fit begins the count anew."""
    for second, phase in enumerate(["Running", "Creating", "Running", "Running"], start=1):
        story.phase(phase, second)

    reached = waiting.becomes(story.timeline, PHASE, "Running", within=START, in_a_row=2)

    assert 3.0 == reached.took
    assert 4.0 == story.clock.now().mono


def test_holding_takes_the_first_stretch_long_enough(story):
    """A value that flaps is not reached until it lasts."""
    story.phase("Running", 1)
    story.phase("Creating", 2)
    story.phase("Running", 5)

    reached = waiting.becomes(story.timeline, PHASE, "Running", within=START, holding=3)

    assert 5.0 == reached.took
    assert 8.0 == story.clock.now().mono


def test_value_after_the_budget_does_not_count(story):
    """Later is too late, also when the record has it already."""
    cause = story.timeline.mark("create asked")
    story.phase("Running", 31)
    story.clock.advance(40)

    with pytest.raises(NotSeenInTime):
        waiting.becomes(story.timeline, PHASE, "Running", within=START, since=cause)


def test_gone_reads_as_absent(story):
    """A deleted thing becomes absent."""
    story.record(SESSION, {"status": {"phase": "Running"}})
    story.clock.at(2, lambda: story.record(SESSION, {}, Change.GONE))

    assert 2.0 == waiting.becomes(story.timeline, PHASE, ABSENT, within=START).took


def test_stays_watches_the_whole_stretch(story):
    """It takes as long as promised and breaks at the first value that does not fit."""
    story.record(SESSION, {"status": {"phase": "Running"}})

    held = waiting.stays(story.timeline, PHASE, any_of("Running", "Creating"), for_=10)

    assert (0.0, 10.0) == (held.since.mono, held.until.mono)

    story.phase("Failed", 12.5)

    with pytest.raises(Violated, match=r"broken after 2\.50 s of 10\.0 s: was 'Failed'"):
        waiting.stays(story.timeline, PHASE, "Running", for_=10)


def test_stays_is_unproven_when_the_source_is_away_at_the_end(story):
    """What could not be seen is not claimed."""
    story.record(SESSION, {"status": {"phase": "Running"}})
    story.outage(9, None)

    with pytest.raises(TargetUnavailable):
        waiting.stays(story.timeline, PHASE, "Running", for_=10)


def test_never_judges_what_was_already_seen(story):
    """Two leaders for 0.1 s in the past are found without waiting."""
    leaders = waiting.across("leases held", "Lease", list)
    cause = story.timeline.mark("failover asked")
    story.clock.advance(0.1)
    for name in ("a", "b"):
        story.record(Subject("Lease", "sp-1", name), {})
    story.record(Subject("Lease", "sp-1", "a"), {}, Change.GONE)
    story.clock.advance(5)

    with pytest.raises(Violated, match="never an object with length of a value greater than <1>"):
        waiting.never(story.timeline, leaders, has_length(greater_than(1)), since=cause)

    assert waiting.never(story.timeline, leaders, has_length(greater_than(2)), since=cause)


def test_within_converts_units_and_names_the_distribution():
    """A budget in milliseconds judges seconds, and the failure shows the spread."""
    measured = Measurement.of("video latency", "s", [0.030, 0.040, 0.090])

    assert measured is waiting.within(measured, Budget("latency", 50, "ms"), at="p50")

    with pytest.raises(Violated, match=r"p95 90 ms is over 50 ms \(budget latency\).*n=3"):
        waiting.within(measured, Budget("latency", 50, "ms"))


def test_hint_that_fails_does_not_hide_the_failure(story):
    """A broken hint is told beside the failure it should explain."""

    def broken(_: Timeline) -> str:
        raise KeyError("status")

    phase = waiting.reading("phase", SESSION, hints=[broken])

    with pytest.raises(NotSeenInTime, match="a hint failed: KeyError"):
        waiting.becomes(story.timeline, phase, "Running", within=1)
