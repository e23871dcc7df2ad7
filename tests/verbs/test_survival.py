"""What a session must bear, and how it is seen when it does not."""

from __future__ import annotations

import pytest

from sessionproof.errors import FaultUnproven, NotSeenInTime, SuiteWrong, Violated
from tests.verbs.conftest import Story
from tests.verbs.fake_product import part


def test_a_part_that_was_lost_must_come_anew(story: Story) -> None:
    """The time to another one counts from the loss, and it is written down."""
    session = story.running(story.alice)
    session.survival.lose("Service")
    story.at(4, lambda: story.product.own(session.session, "Service"))

    session.survival.must_have_again("Service", "recreate")

    assert [("time to another Service", 3.0, "recreate", True)] == story.written_down


def test_the_lost_part_itself_is_not_another_one(story: Story) -> None:
    """What is still seen of the old one, or nothing at all, is no repair."""
    session = story.running(story.alice)
    session.survival.lose("Service")

    with pytest.raises(NotSeenInTime, match=r"its Service another one than uid-4 not seen in 30\.0 s"):
        session.survival.must_have_again("Service", "recreate")


def test_a_part_that_comes_back_twice_is_one_too_many(story: Story) -> None:
    """The fresh look counts what the session owns."""
    session = story.running(story.alice)
    session.survival.lose("Service")
    story.product.own(session.session, "Service")
    story.product.own(session.session, "Service", suffix="-2", watched=False)

    with pytest.raises(Violated, match="owns 2 of kind Service after one was lost; expected 1"):
        session.survival.must_have_again("Service", "recreate")


def test_what_was_not_lost_cannot_be_had_again(story: Story) -> None:
    """The story is wrong, not the product."""
    session = story.running(story.alice)

    with pytest.raises(SuiteWrong, match="a Pod that session 'alice-1' has again, but none was lost"):
        session.survival.must_have_again("Pod", "recreate")


def test_a_note_must_be_what_was_saved(story: Story) -> None:
    """Another text and none at all are told apart; a story without a note is wrong."""
    session = story.running(story.alice)

    with pytest.raises(SuiteWrong, match="no step before has saved one in session 'alice-1'"):
        session.survival.must_keep_note()

    session.survival.save_note()
    session.survival.must_keep_note()
    saved = story.product.notes.pop("alice-1")

    with pytest.raises(Violated, match=f"'{saved}' was saved in its home, and 'nothing' is there now"):
        session.survival.must_keep_note()

    story.product.notes["alice-1"] = "another"

    with pytest.raises(Violated, match="and 'another' is there now"):
        session.survival.must_keep_note()


def test_every_note_is_another(story: Story) -> None:
    """What an earlier scenario has saved cannot be taken for this one's."""
    session = story.running(story.alice)
    session.survival.save_note()
    first = story.product.notes["alice-1"]
    session.survival.save_note()

    assert first != story.product.notes["alice-1"]


def test_running_on_means_the_same_phase_and_the_same_pod(story: Story) -> None:
    """Neither a moment in another phase nor another pod is passed over."""
    session, other = story.running(story.alice), story.running(story.bob)
    session.survival.must_have_run_on()
    story.clock.advance(1)
    story.product.become(session.session, "Creating")
    story.product.become(session.session, "Running")
    story.product.forget(part(other.session, "Pod"))
    story.product.own(other.session, "Pod")

    with pytest.raises(Violated, match=r"phase: 'stays 'Running'' broken .*: was 'Creating'"):
        session.survival.must_have_run_on()
    with pytest.raises(Violated, match=r"its Pod: 'stays <\('uid-6',\)>' broken .*: was \(\)"):
        other.survival.must_have_run_on()


def test_what_never_ran_has_not_run_on(story: Story) -> None:
    """Neither without Running, nor with Running and no pod."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Creating")

    with pytest.raises(Violated, match="was not seen Running, so it has not run on"):
        session.survival.must_have_run_on()

    story.product.become(session.session, "Running")

    with pytest.raises(Violated, match="said Running, and no pod of it was seen"):
        session.survival.must_have_run_on()


def test_two_of_a_kind_are_seen_even_if_only_for_a_moment(story: Story) -> None:
    """What came and went is on the timeline."""
    session = story.running(story.alice)
    session.survival.must_never_have_owned_two()
    story.product.own(session.session, "Pod", suffix="-2")
    story.product.forget(part(session.session, "Pod", "-2"))

    with pytest.raises(
        Violated, match=r"two of a kind: 'never anything' broken .*: was \('Pod alice-1', 'Pod alice-1-2'\)"
    ):
        session.survival.must_never_have_owned_two()


def test_two_of_a_kind_that_the_watch_does_not_show_are_found(story: Story) -> None:
    """A fresh look by owner finds what carries no label."""
    session = story.running(story.alice)
    story.product.own(session.session, "Pod", suffix="-2", watched=False)

    with pytest.raises(Violated, match="a fresh look finds that it owns 2 of kind Pod"):
        session.survival.must_never_have_owned_two()


def test_no_room_is_what_the_scheduler_says(story: Story) -> None:
    """A pod that nobody has looked for a node for has not found none; one that has a node proves no fault."""
    session, other = story.alice.asks_for_session(), story.bob.asks_for_session()
    for each in (session, other):
        story.product.become(each.session, "Pending")
        story.product.own(each.session, "Pod")

    with pytest.raises(NotSeenInTime, match="the placement of its pod 'Unschedulable' not seen"):
        session.survival.must_find_no_room("start")

    story.product.place(session.session, "Unschedulable")
    session.acted_upon("another look")
    session.survival.must_find_no_room("start")
    story.product.place(other.session, "scheduled")
    other.acted_upon("another look")

    with pytest.raises(FaultUnproven, match="was to find no room, and a node has taken its pod"):
        other.survival.must_find_no_room("start")


def test_staying_is_broken_by_any_other_phase(story: Story) -> None:
    """The whole stretch is watched, and the first other phase ends it."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Pending")
    session.must_stay("Pending", "settle")

    assert 20.0 == story.clock.now().mono

    story.at(25, lambda: story.product.become(session.session, "Failed"))

    with pytest.raises(Violated, match=r"'stays 'Pending'' broken after 5\.00 s .*: was 'Failed'"):
        session.must_stay("Pending", "settle")


def test_a_notice_is_an_event_that_is_no_warning(story: Story) -> None:
    """A warning of the same reason does not count."""
    session = story.running(story.alice)
    story.product.warn(session.session, "SessionExpired")

    with pytest.raises(NotSeenInTime, match="Normal events a sequence containing 'SessionExpired' not seen"):
        session.must_have_notice("SessionExpired")

    session.acted_upon("another look")
    story.product.warn(session.session, "SessionExpired", kind="Normal")
    session.must_have_notice("SessionExpired")


@pytest.mark.parametrize("done", ["changed", "deleted"])
def test_a_template_is_put_back_at_the_end(story: Story, done: str) -> None:
    """What was done to a template is lifted with the other faults."""
    session = story.running(story.alice)
    act = story.stage.change_template_of if done == "changed" else story.stage.withdraw_template_of

    act(session)

    assert [f"desktop {done}"] == story.surroundings.faults

    story.scene.lift_faults()

    assert [] == story.surroundings.faults
