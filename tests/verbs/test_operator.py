"""The operator dies in a phase that is proved, and must be back."""

from __future__ import annotations

import pytest

from sessionproof.errors import FaultUnproven, NotSeenInTime, SuiteWrong
from tests.verbs.conftest import Story


def test_an_operator_that_is_back_is_another_one(story: Story) -> None:
    """The time counts from its death; the one that died does not count."""
    session = story.running(story.alice)
    story.stage.operator.dies_while(session, "Running")
    story.at(8, lambda: story.surroundings.replica("operator-2"))

    story.stage.operator.must_be_back("agent_back")

    assert [("time until the operator is back", 7.0, "agent_back", True)] == story.written_down


def test_an_operator_that_stays_away_is_told(story: Story) -> None:
    """The message names the one that died; the fault cannot be shown to be lifted either."""
    session = story.running(story.alice)
    story.stage.operator.dies_while(session, "Running")

    with pytest.raises(NotSeenInTime, match=r"another one than operator-1 not seen in 30\.0 s .*agent_back"):
        story.stage.operator.must_be_back("agent_back")
    with pytest.raises(FaultUnproven, match="the operator was killed and is not back"):
        story.scene.lift_faults()


def test_a_death_in_another_phase_proves_nothing(story: Story) -> None:
    """A fresh look after the death decides, whatever the watch has told."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Creating")

    with pytest.raises(
        FaultUnproven, match=r"to die while session 'alice-1' is 'Pending', and a look .* finds 'Creating'"
    ):
        story.stage.operator.dies_while(session, "Pending")


def test_an_operator_that_is_away_already_cannot_die(story: Story) -> None:
    """Nothing is killed then."""
    session = story.running(story.alice)
    story.surroundings.kill_operator()

    with pytest.raises(FaultUnproven, match="and is not ready before"):
        story.stage.operator.dies_while(session, "Running")

    assert ["kill"] == story.surroundings.did


def test_an_operator_is_back_only_after_it_died(story: Story) -> None:
    """The story is wrong otherwise."""
    with pytest.raises(SuiteWrong, match="no step before has it die"):
        story.stage.operator.must_be_back("agent_back")


def test_what_kept_a_session_is_lifted_after_the_death(story: Story) -> None:
    """Room is made when the operator is dead, and taken back with the other faults."""
    story.at(1, lambda: story.product.become(story.stage.session.session, "Pending"))
    story.at(2, lambda: story.product.own(story.stage.session.session, "Pod"))
    story.at(3, lambda: story.product.place(story.stage.session.session, "Unschedulable"))
    story.alice.has_session_kept("Pending")

    assert [] == story.surroundings.faults

    story.stage.operator.dies_while(story.stage.session, "Pending")

    assert ["kill", "room"] == story.surroundings.did
    assert ["room"] == story.surroundings.faults

    story.surroundings.replica("operator-2")
    story.scene.lift_faults()

    assert [] == story.surroundings.faults


@pytest.mark.parametrize("phase", ["Creating", "Running"])
def test_a_session_is_kept_in_a_phase_by_its_own_start(story: Story, phase: str) -> None:
    """Nothing needs to be broken for these."""
    story.at(1, lambda: story.product.become(story.stage.session.session, phase))

    story.alice.has_session_kept(phase)

    assert phase == story.stage.session.phase_now()


def test_nothing_is_known_that_keeps_a_session_failed(story: Story) -> None:
    """The story is wrong."""
    with pytest.raises(SuiteWrong, match="keeps a session Failed, and nothing is known that does"):
        story.alice.has_session_kept("Failed")
