"""What the verbs of a scenario share: measurements written down, faults lifted."""

from __future__ import annotations

import pytest

from sessionproof.errors import FaultUnproven, NotSeenInTime, Violated
from sessionproof.model.measures import Measurement
from tests.verbs.conftest import Story


def test_what_is_reached_is_written_down_with_its_error_bound(story: Story) -> None:
    """A wait that succeeds leaves its time, what it is the time of, and how exact it is."""
    session = story.alice.asks_for_session()
    story.phases(session, Running=4)
    reading = story.product.phase(session.session)

    reached = story.scene.reach("time to work", reading, "Running", "start", session.cause)
    (judged,) = story.scene.judged

    assert 4.0 == reached.took
    assert "time to work: 4 ± 0.05 s (n=1)" == str(judged.measured)
    assert ("start", "max", True) == (judged.budget.name, judged.at, judged.kept)


def test_what_is_not_reached_is_written_down_too(story: Story) -> None:
    """A wait that fails leaves how long it waited, as a budget not kept."""
    session = story.alice.asks_for_session()
    reading = story.product.phase(session.session)

    with pytest.raises(NotSeenInTime):
        story.scene.reach("time to work", reading, "Running", "start", session.cause)

    assert [("time to work", 30.0, "start", False)] == story.written_down


def test_an_end_of_all_hope_is_returned_and_is_no_kept_budget(story: Story) -> None:
    """The value after which the awaited cannot come ends the wait and is for the verb to explain."""
    session = story.alice.asks_for_session()
    story.phases(session, Failed=2)
    reading = story.product.phase(session.session)

    reached = story.scene.reach("time to work", reading, "Running", "start", session.cause, or_else="Failed")

    assert "Failed" == reached.value
    assert [("time to work", 2.0, "start", False)] == story.written_down


@pytest.mark.parametrize(("milliseconds", "kept"), [(50.0, True), (50.1, False)])
def test_what_is_judged_is_written_down_either_way(story: Story, milliseconds: float, kept: bool) -> None:
    """A measurement on its budget keeps it, one beyond it fails; both are in the report."""
    measured = Measurement.of("latency", "ms", [10.0, milliseconds])

    if kept:
        story.scene.judge(measured, "video_p50", "max")
    else:
        with pytest.raises(Violated, match=r"latency: max 50\.1 ms is over 50 ms \(budget video_p50\)"):
            story.scene.judge(measured, "video_p50", "max")

    assert [("latency", milliseconds, "video_p50", kept)] == story.written_down


def test_faults_are_lifted_last_first_and_once(story: Story) -> None:
    """What was broken on top of something is mended before it."""
    lifted: list[str] = []
    for name in ("node cut off", "finalizer set"):
        story.scene.fault(lambda name=name: lifted.append(name))  # type: ignore[misc]

    story.scene.lift_faults()
    story.scene.lift_faults()

    assert ["finalizer set", "node cut off"] == lifted


def test_a_fault_that_stays_does_not_keep_others_from_being_lifted(story: Story) -> None:
    """Every error is told at once, whatever kind it is, after all was tried."""
    lifted: list[str] = []

    def unproven() -> None:
        raise FaultUnproven("node-2 is still cut off")

    def broken() -> None:
        raise OSError("no route to host")

    story.scene.fault(lambda: lifted.append("first"))
    story.scene.fault(unproven)
    story.scene.fault(lambda: lifted.append("third"))
    story.scene.fault(broken)

    with pytest.raises(FaultUnproven) as caught:
        story.scene.lift_faults()

    assert ["third", "first"] == lifted
    assert "OSError('no route to host'); node-2 is still cut off" == str(caught.value)


def test_a_hold_that_the_story_forgot_is_lifted_by_the_scene(story: Story) -> None:
    """The end of a scenario lets go what is still held."""
    session = story.running(story.alice)
    session.hold("Pod")

    story.scene.lift_faults()

    assert [] == story.product.held
    assert [True] == [span.end is not None for span in story.timeline.spans("fault")]


def test_a_hold_that_did_not_take_is_no_fault(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the record nor the clean-up knows a fault that never was."""

    def refuse(*_: object) -> None:
        raise FaultUnproven("cannot be read back")

    session = story.running(story.alice)
    monkeypatch.setattr(story.product, "hold", refuse)

    with pytest.raises(FaultUnproven):
        session.hold("Pod")

    story.scene.lift_faults()

    assert [] == story.timeline.spans("fault")
