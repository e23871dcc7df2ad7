"""The end of a lifetime: neither early nor late, whatever becomes of the operator."""

from __future__ import annotations

import pytest

from sessionproof.errors import NotSeenInTime, SuiteWrong, TargetUnavailable, Violated
from sessionproof.verbs.lifetime import Lifetime
from sessionproof.verbs.session import StorySession
from tests.verbs.conftest import Story

LIVES = 12


def living(story: Story) -> tuple[StorySession, Lifetime]:
    """A session that is Running from the second 1 on and whose lifetime ends at the second 13."""
    session = story.alice.asks_for_session(lifetime=LIVES)
    story.clock.advance(1)
    story.product.become(session.session, "Running", started=story.clock.now().wall)
    return session, story.stage.lifetime(session)


def ends(story: Story, session: StorySession, *, at: float, stamped: float | None = None) -> None:
    """The deletion is asked for at that second, and stamped so or otherwise."""
    stamp = story.clock.now().wall - story.clock.now().mono + (at if stamped is None else stamped)
    story.at(at, lambda: story.product.become(session.session, "Running", ending=stamp))


def test_an_end_in_time_is_measured_from_the_end_of_the_lifetime(story: Story) -> None:
    """What passes is written down, and later budgets are counted from the end."""
    session, lifetime = living(story)
    ends(story, session, at=14.5)

    lifetime.must_end("expire")

    assert [("time past its lifetime", 1.5, "expire", True)] == story.written_down
    assert 14.5 == session.cause.mono


def test_an_end_that_comes_late_is_told(story: Story) -> None:
    """A second too late is too late."""
    session, lifetime = living(story)
    ends(story, session, at=19)

    with pytest.raises(NotSeenInTime, match=r"its end anything not seen in 5\.0 s \(budget expire\)"):
        lifetime.must_end("expire")

    assert [("time past its lifetime", 5.0, "expire", False)] == story.written_down


def test_an_end_that_comes_early_is_told(story: Story) -> None:
    """By the watch, which is only ever late."""
    session, lifetime = living(story)
    ends(story, session, at=11)

    with pytest.raises(Violated, match=r"was ended before its lifetime of 12 s was over; .* after 10\.00 s"):
        lifetime.must_end("expire")


def test_an_early_end_that_was_seen_late_is_told_by_its_stamp(story: Story) -> None:
    """One clock has stamped both the start and the end."""
    session, lifetime = living(story)
    ends(story, session, at=13.5, stamped=12)

    with pytest.raises(Violated, match="its end is stamped 1 s before its lifetime of 12 s was over"):
        lifetime.must_end("expire")


def test_clocks_that_differ_give_no_verdict(story: Story) -> None:
    """An end that is stamped after it was seen was stamped by another clock."""
    session, lifetime = living(story)
    ends(story, session, at=14, stamped=17)

    with pytest.raises(TargetUnavailable, match=r"stamped 3\.0 s after it was seen here"):
        lifetime.must_end("expire")


def test_a_start_that_is_rewritten_moves_no_end(story: Story) -> None:
    """The first start that was told counts."""
    session, lifetime = living(story)
    wall = story.clock.now().wall
    story.at(7, lambda: story.product.become(session.session, "Running", started=wall + 6))
    ends(story, session, at=19.5)

    with pytest.raises(NotSeenInTime, match="its end"):
        lifetime.must_end("expire")


def test_an_operator_that_is_away_owes_the_end_when_it_is_back(story: Story) -> None:
    """Lateness counts from its return, or not at all if it never returns."""
    session, lifetime = living(story)
    story.stage.operator.dies_while(session, "Running")
    story.at(17, lambda: story.surroundings.replica("operator-2"))
    ends(story, session, at=20)

    lifetime.must_end("expire")

    assert ("time past its lifetime", 3.0, "expire", True) == story.written_down[-1]


def test_an_operator_that_does_not_come_back_is_told(story: Story) -> None:
    """It had the time of its own budget to be ready again."""
    session, lifetime = living(story)
    story.stage.operator.dies_while(session, "Running")

    with pytest.raises(NotSeenInTime, match=r"replicas that are ready .* not seen in 30\.0 s"):
        lifetime.must_end("expire")


def test_the_middle_is_reached_running(story: Story) -> None:
    """Half of the lifetime from the start that was told; a session that leaves Running breaks it."""
    session, lifetime = living(story)
    lifetime.reach_middle()

    assert 7.0 == story.clock.now().mono

    other, another = living(story)
    story.at(9, lambda: story.product.become(other.session, "Failed"))

    with pytest.raises(Violated, match="'stays 'Running'' broken"):
        another.reach_middle()

    assert session.session.request.lifetime == LIVES


def test_a_half_that_shows_nothing_is_refused(story: Story) -> None:
    """An end that is late by the half must be too late."""
    session = story.alice.asks_for_session(lifetime=10)

    with pytest.raises(SuiteWrong, match=r"half of a lifetime of 10 s is within .*expire"):
        story.stage.lifetime(session).reach_middle()


def test_a_short_while_is_long_enough_to_tell_a_clock_begun_anew(story: Story) -> None:
    """What people ask for who want a short while is more than twice what an end may be late."""
    session = story.alice.asks_for_short_session()
    story.product.become(session.session, "Running", started=story.clock.now().wall)

    story.stage.lifetime(session).reach_middle()

    assert story.scene.budget("expire").seconds < story.clock.now().mono


def test_a_session_without_a_lifetime_has_no_end(story: Story) -> None:
    """The story is wrong that speaks of one; a platform that tells no start has broken a promise."""
    with pytest.raises(SuiteWrong, match="but nobody has given it one"):
        story.stage.lifetime(story.running(story.alice))

    session = story.bob.asks_for_session(lifetime=LIVES)

    with pytest.raises(Violated, match="never told when its lifetime began"):
        story.stage.lifetime(session).must_end("expire")
