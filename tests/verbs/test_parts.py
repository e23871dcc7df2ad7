"""What a session must own, and what must be left of it."""

from __future__ import annotations

import pytest

from sessionproof.errors import FaultUnproven, NotSeenInTime, SuiteWrong, Violated
from tests.verbs.conftest import Story
from tests.verbs.fake_product import EVERY_PART, FINALIZER, part

WITHOUT_VOLUME = ("Pod", "Secret", "Service", "Ingress")


# -- owning ------------------------------------------------------------------------------------------------


def test_owning_one_of_each_is_right(story: Story) -> None:
    """All that was promised and nothing else."""
    session = story.running(story.alice)

    session.must_own_exactly(EVERY_PART, "start")

    assert ("time to own everything", 0.0, "start", True) == story.written_down[0]


def test_a_part_that_is_not_made_is_named(story: Story) -> None:
    """The failure tells what is missing and what was there instead."""
    session = story.alice.asks_for_session()
    story.product.own(session.session, *WITHOUT_VOLUME)

    with pytest.raises(NotSeenInTime) as caught:
        session.must_own_exactly(EVERY_PART, "start")

    assert (
        "session 'alice-1': what it owns one of each kind (Ingress, PersistentVolumeClaim, Pod, Secret, Service) "
        "not seen in 30.0 s (budget start) from the kubernetes watch"
    ) in str(caught.value)
    assert str(caught.value).endswith("; last: no PersistentVolumeClaim")
    assert [("time to own everything", 30.0, "start", False)] == story.written_down


def test_a_part_made_twice_is_counted(story: Story) -> None:
    """Two of a kind are one too many."""
    session = story.running(story.alice)
    story.product.own(session.session, "Secret", suffix="-again")

    with pytest.raises(Violated) as caught:
        session.must_own_exactly(EVERY_PART, "start")

    assert (
        "session 'alice-1': owns 2 of kind Secret instead of 1, by a fresh look once it was Running"
    ) == str(caught.value)


def test_a_part_of_a_kind_that_was_not_promised_is_named(story: Story) -> None:
    """What nobody asked for is found although everything asked for is there."""
    session = story.running(story.alice)
    story.product.own(session.session, "ConfigMap")

    with pytest.raises(
        Violated, match=r"owns 1 of kind ConfigMap instead of 0, 1 of kind Pers.* instead of 0,"
    ):
        session.must_own_exactly(WITHOUT_VOLUME, "start")


def test_a_part_too_many_that_is_made_last_is_found(story: Story) -> None:
    """The count is taken when the session runs, not when the promised parts happen to be there."""
    session = story.alice.asks_for_session()
    story.product.own(session.session, *WITHOUT_VOLUME)
    story.at(2, lambda: story.product.own(session.session, "PersistentVolumeClaim"))
    story.phases(session, Running=3)

    with pytest.raises(Violated, match="owns 1 of kind PersistentVolumeClaim instead of 0"):
        session.must_own_exactly(WITHOUT_VOLUME, "start")


def test_a_fresh_look_corrects_the_watch(story: Story) -> None:
    """What the watch still shows, but is not there, is not owned."""
    session = story.running(story.alice)
    story.product.forget(part(session.session, "Secret"), watched=False)

    with pytest.raises(Violated, match="owns 0 of kind Secret instead of 1"):
        session.must_own_exactly(EVERY_PART, "start")


def test_missing_labels_are_listed(story: Story) -> None:
    """Each label that is not there is told with the object it is missing on."""
    session = story.running(story.alice)

    session.must_label_what_it_owns()

    story.product.unlabelled_parts = ["Pod alice-1: user=alice", "Secret alice-1: user=alice"]

    with pytest.raises(Violated) as caught:
        session.must_label_what_it_owns()

    assert (
        "session 'alice-1': labels missing on what it owns: Pod alice-1: user=alice, Secret alice-1: user=alice"
    ) == str(caught.value)


def test_labels_on_nothing_are_no_labels(story: Story) -> None:
    """A session that owns nothing has not labelled everything."""
    session = story.alice.asks_for_session()

    with pytest.raises(Violated, match="owns nothing, so there is nothing that could carry labels"):
        session.must_label_what_it_owns()


def test_never_having_owned_anything_is_judged_over_the_whole_past(story: Story) -> None:
    """A part that came and went before the step is found, with when."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Failed")

    session.must_never_have_owned_anything()

    story.clock.advance(2)
    story.product.own(session.session, "Secret")
    story.clock.advance(1)
    story.product.forget(part(session.session, "Secret"))
    story.clock.advance(5)

    with pytest.raises(Violated) as caught:
        session.must_never_have_owned_anything()

    assert str(caught.value).startswith(
        "session 'alice-1': what it owns: 'never anything' broken after 2.00 s of 8.0 s: was ('Secret alice-1',) at"
    )


def test_a_part_that_the_watch_did_not_show_is_found_afresh(story: Story) -> None:
    """The watch's silence is not enough."""
    session = story.alice.asks_for_session()
    story.product.own(session.session, "Secret", watched=False)

    with pytest.raises(Violated) as caught:
        session.must_never_have_owned_anything()

    assert "session 'alice-1': a fresh look still finds what it owns: Secret alice-1" == str(caught.value)


def test_coming_to_own_nothing_is_waited_for(story: Story) -> None:
    """What was made on the way to a failure may take its budget to go, and no longer."""
    session = story.running(story.alice)
    story.losing(session, *EVERY_PART, at=5)

    session.must_come_to_own_nothing("terminate")

    assert ("time to own nothing", 4.0, "terminate", True) == story.written_down[-1]

    story.product.own(session.session, "Pod")

    with pytest.raises(NotSeenInTime, match=r"what it owns nothing not seen in 10\.0 s .*'Pod alice-1'"):
        session.must_come_to_own_nothing("terminate")

    story.product.forget(part(session.session, "Pod"), really=False)

    with pytest.raises(Violated, match="a fresh look still finds what it owns: Pod alice-1"):
        session.must_come_to_own_nothing("terminate")


# -- its end -----------------------------------------------------------------------------------------------


def test_nothing_left_is_right(story: Story) -> None:
    """Parts and object go in time, counted from the deletion; both times are written down."""
    session = story.running(story.alice)
    story.alice.deletes(session)
    story.losing(session, *EVERY_PART, at=3)
    story.gone(session, at=4)

    session.must_leave_nothing("terminate")

    assert [
        ("time until the session is gone", 3.0, "terminate", True),
        ("time until nothing of it is left", 2.0, "terminate", True),
    ] == story.written_down


def test_an_object_that_the_watch_has_not_shown_yet_is_not_gone(story: Story) -> None:
    """Ended as soon as it was asked for: the watch is waited for until it has shown it, and shown it go."""
    session = story.alice.asks_for_session()
    story.product.forget(session.session.subject, watched=False)
    story.alice.deletes(session)
    story.at(1, lambda: story.product.record(session.session.subject, {"status": {"phase": "Pending"}}))
    story.gone(session, at=2)

    session.must_leave_nothing("terminate")

    assert ("time until the session is gone", 2.0, "terminate", True) == story.written_down[0]


def test_an_object_that_stays_is_told(story: Story) -> None:
    """A session that is still there after its budget fails."""
    session = story.running(story.alice)
    story.alice.deletes(session)
    story.losing(session, *EVERY_PART, at=3)

    with pytest.raises(NotSeenInTime, match=r"session 'alice-1': its object .*absent.* not seen in 10\.0 s"):
        session.must_leave_nothing("terminate")

    assert [("time until the session is gone", 10.0, "terminate", False)] == story.written_down


def test_a_part_that_stays_is_named(story: Story) -> None:
    """A part left behind fails, by name, within the same budget, and is written down as not kept."""
    session = story.running(story.alice)
    story.alice.deletes(session)
    story.losing(session, *WITHOUT_VOLUME, at=3)
    story.gone(session, at=4)

    with pytest.raises(NotSeenInTime) as caught:
        session.must_leave_nothing("terminate")

    assert "session 'alice-1': what it owns nothing not seen in 10.0 s (budget terminate)" in str(
        caught.value
    )
    assert "('PersistentVolumeClaim alice-1',) 2.0 s … last for 8.0 s" in str(caught.value)
    assert ("time until nothing of it is left", 10.0, "terminate", False) == story.written_down[-1]


def test_an_object_that_only_the_watch_saw_go_is_found(story: Story) -> None:
    """A fresh look that still finds the session wins over the watch."""
    session = story.running(story.alice)
    story.alice.deletes(session)
    story.losing(session, *EVERY_PART, at=2)
    story.at(3, lambda: story.product.forget(session.session.subject, really=False))

    with pytest.raises(Violated) as caught:
        session.must_leave_nothing("terminate")

    assert (
        "session 'alice-1': the watch saw it go, and a fresh look still finds it: phase 'Running', "
        f"finalizers ['{FINALIZER}']"
    ) == str(caught.value)


def test_a_part_that_the_watch_has_not_shown_yet_is_waited_for(story: Story) -> None:
    """A fresh look knows of it before the watch does; it comes and goes there in time."""
    session = story.running(story.alice)
    claim = part(session.session, "PersistentVolumeClaim", "-late")
    story.product.own(session.session, "PersistentVolumeClaim", suffix="-late", watched=False)
    story.alice.deletes(session)
    story.losing(session, *EVERY_PART, at=2)
    story.gone(session, at=3)
    story.at(4, lambda: story.product.record(claim, story.product.there[claim]))
    story.at(5, lambda: story.product.forget(claim))

    session.must_leave_nothing("terminate")

    assert story.clock.now().after(story.timeline.began) == 5


def test_a_part_that_only_the_watch_saw_go_is_found(story: Story) -> None:
    """A fresh look that still finds a part wins over the watch."""
    session = story.running(story.alice)
    story.alice.deletes(session)
    story.losing(session, *WITHOUT_VOLUME, at=2)
    story.at(2, lambda: story.product.forget(part(session.session, "PersistentVolumeClaim"), really=False))
    story.gone(session, at=3)

    with pytest.raises(
        Violated, match="a fresh look still finds what it owns: PersistentVolumeClaim alice-1"
    ):
        session.must_leave_nothing("terminate")


def test_being_rid_of_some_kinds_leaves_others_alone(story: Story) -> None:
    """Only the kinds named must go, each of them."""
    session = story.running(story.alice)
    story.losing(session, "Pod", "Secret", at=3)

    session.must_be_rid_of(["Pod", "Secret"], "terminate")

    with pytest.raises(NotSeenInTime, match=r"what it owns nothing not seen in 10\.0 s .*'Service alice-1'"):
        session.must_be_rid_of(["Pod", "Service"], "terminate")


# -- held up -----------------------------------------------------------------------------------------------


def test_being_held_is_seen_on_the_object(story: Story) -> None:
    """The object is there, with its finalizer and in its phase, while a part is."""
    session = story.running(story.alice)
    story.product.become(session.session, "Terminating")

    session.must_be_held("Terminating")

    with pytest.raises(Violated) as caught:
        session.must_be_held("Running")

    assert "session 'alice-1': held in phase 'Terminating'; expected 'Running'" == str(caught.value)


def test_a_session_that_went_while_a_part_was_held_is_told(story: Story) -> None:
    """A finalizer taken off early: the object goes, the part is still there."""
    session = story.running(story.alice)
    for kind in WITHOUT_VOLUME:
        story.product.forget(part(session.session, kind))
    story.product.forget(session.session.subject)

    with pytest.raises(Violated) as caught:
        session.must_be_held("Terminating")

    assert "session 'alice-1': gone while PersistentVolumeClaim alice-1 is still there" == str(caught.value)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "no finalizer"),
        (["other/holds"], r"\['other/holds'\]"),
        ([FINALIZER, "other/holds"], "other/holds"),
    ],
)
def test_a_session_held_by_something_else_is_told(story: Story, found: list[str], said: str) -> None:
    """Only its own finalizer, alone, shows that its own clean-up holds it."""
    session = story.running(story.alice)
    story.product.become(session.session, "Terminating", finalizers=found)

    with pytest.raises(Violated, match=rf"held by .*{said}.*; expected \['{FINALIZER}'\]"):
        session.must_be_held("Terminating")


def test_a_session_that_nothing_can_hold_proves_nothing(story: Story) -> None:
    """When every part is gone the fault did not hold, and there is no verdict on the product."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Terminating")

    with pytest.raises(FaultUnproven, match="nothing of it is left that could hold it"):
        session.must_be_held("Terminating")


def test_a_hold_is_a_bar_in_the_record_until_it_is_lifted(story: Story) -> None:
    """The fault's stretch runs from when it held to when it was lifted, and counts anew from there."""
    session = story.running(story.alice)
    session.hold("Pod")
    story.clock.advance(3)

    assert ["Pod"] == story.product.held

    session.lift_hold("Pod")
    (span,) = story.timeline.spans("fault")

    assert [] == story.product.held
    assert ("removal of the Pod held up", 1.0, 4.0) == (
        span.name,
        span.begin.mono,
        span.end and span.end.mono,
    )
    assert 4.0 == session.cause.mono


def test_what_is_not_held_cannot_be_let_go(story: Story) -> None:
    """A story that lifts what it never held is wrong."""
    session = story.running(story.alice)

    with pytest.raises(SuiteWrong) as caught:
        session.lift_hold("Pod")

    assert "the Pod of session 'alice-1' is not held up, so it cannot be let go" == str(caught.value)


def test_going_last_is_seen_in_the_record(story: Story) -> None:
    """Parts first, the session after them; within what two watches may disagree on, nobody is blamed."""
    session = story.running(story.alice)
    story.losing(session, *WITHOUT_VOLUME, at=2)
    story.gone(session, at=3)
    story.losing(session, "PersistentVolumeClaim", at=3.09)
    story.clock.advance(5)

    session.must_have_gone_last()


def test_a_part_that_outlived_its_session_is_told(story: Story) -> None:
    """A part that went later is named, with by how much."""
    session = story.running(story.alice)
    story.losing(session, *WITHOUT_VOLUME, at=2)
    story.gone(session, at=3)
    story.losing(session, "PersistentVolumeClaim", at=3.5)
    story.clock.advance(5)

    with pytest.raises(Violated) as caught:
        session.must_have_gone_last()

    assert (
        "session 'alice-1': gone 0.500 s before PersistentVolumeClaim alice-1 (seen to ± 0.100 s)"
    ) == str(caught.value)


def test_a_part_that_never_went_is_told(story: Story) -> None:
    """A part that is still there has not gone before its session."""
    session = story.running(story.alice)
    story.losing(session, *WITHOUT_VOLUME, at=2)
    story.gone(session, at=3)
    story.clock.advance(5)

    with pytest.raises(Violated, match=r"gone at 20\S+ while PersistentVolumeClaim alice-1 is still there"):
        session.must_have_gone_last()


def test_a_session_that_never_went_did_not_go_last(story: Story) -> None:
    """Nothing is last that is still there."""
    session = story.running(story.alice)

    with pytest.raises(Violated, match="session 'alice-1': was not seen to go"):
        session.must_have_gone_last()
