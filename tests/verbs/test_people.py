"""What people do, and what a story may not ask of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sessionproof.errors import NotSeenInTime, SuiteWrong
from tests.verbs.conftest import Story
from tests.verbs.fake_product import EVERY_PART

MISUSES: dict[str, tuple[Callable[[Story], object], str]] = {
    "a session": (
        lambda story: story.stage.session,
        "the story speaks of the session, but no step before has asked for one",
    ),
    "somebody's session": (
        lambda story: (story.alice.asks_for_session(), story.stage.session_of("bob")),
        "the story speaks of bob's session, but no step before has bob ask for one",
    ),
    "a picture": (
        lambda story: story.stage.viewing,
        "the story speaks of a picture, but no step before has opened a session",
    ),
    "what somebody looks at": (
        lambda story: (story.alice.asks_for_session(), story.alice.viewing),
        "the story has alice look at a session she has not opened",
    ),
}


@pytest.mark.parametrize("misuse", MISUSES)
def test_a_story_that_speaks_of_what_is_not_there_is_wrong(story: Story, misuse: str) -> None:
    """The message names what no step has brought about, in the words of the story."""
    act, said = MISUSES[misuse]

    with pytest.raises(SuiteWrong) as caught:
        act(story)

    assert said == str(caught.value)


def test_the_session_is_the_one_asked_for_last(story: Story) -> None:
    """Without a name the last session is meant, with a name that person's last."""
    story.alice.asks_for_session()
    second = story.alice.asks_for_session()
    bobs = story.bob.asks_for_session()

    assert bobs is story.stage.session
    assert second is story.stage.session_of("alice")


def test_requests_are_made_with_the_rights_of_who_asks(story: Story) -> None:
    """Who asks, through which channel and for what reaches the product as it was said."""
    story.alice.asks_for_session(by="command line")
    session = story.bob.asks_for_session(persistent=False, template="missing-image")
    story.bob.deletes(session, by="command line")

    assert [("alice", "command line"), ("bob", "API")] == story.product.asked_by
    assert [("desktop", None), ("missing-image", False)] == [
        (request.template, request.persistent) for request in story.product.requests
    ]
    assert [("bob-2", "bob", "command line")] == story.product.deleted


def test_every_act_is_a_mark_in_the_record_and_a_new_cause(story: Story) -> None:
    """What people do is in the record, and later budgets are counted from it."""
    session = story.running(story.alice)
    story.clock.advance(3)
    story.alice.deletes(session)

    assert 4.0 == session.cause.mono
    assert ["alice asks for a session (API)", "alice deletes it (API)"] == [
        entry.note for entry in story.timeline.entries() if entry.note
    ]


def test_another_password_is_typed_into_another_session(story: Story) -> None:
    """One session's page gets the other one's password."""
    session, own = story.running(story.alice), story.running(story.bob)

    story.bob.enters(session, password_of=own)

    assert ["open https://alice-1.test", "log in with password of bob-2"] == story.windows[-1].did


def test_watching_a_session_means_that_a_live_picture_was_seen(story: Story) -> None:
    """Who is said to be watching has really seen something; a black picture fails that step."""
    story.at(1, lambda: story.product.own(story.stage.session.session, *EVERY_PART))
    story.at(
        2,
        lambda: story.product.become(story.stage.session.session, "Running", url="https://alice-1.test"),
    )

    with pytest.raises(NotSeenInTime, match="no live picture within 10 s"):
        story.alice.is_watching_a_session()

    assert ["open https://alice-1.test", "log in with password of alice-1"] == story.windows[-1].did


def test_a_held_session_has_lost_everything_else(story: Story) -> None:
    """The preparation ends when only the held part keeps the session, and fails when more is left."""
    session: list[str] = []

    def ends() -> None:
        own = story.stage.session
        story.product.become(own.session, "Terminating")
        story.losing(own, "Pod", "Secret", "Service", "Ingress", at=4)
        session.append(own.session.subject.name)

    story.at(1, lambda: story.product.own(story.stage.session.session, *EVERY_PART))
    story.at(2, lambda: story.product.become(story.stage.session.session, "Running"))
    story.at(3, ends)

    story.alice.has_deleted_session_with_held("PersistentVolumeClaim")

    assert ["alice-1"] == session
    assert ["PersistentVolumeClaim"] == story.product.held
    assert ("time until those parts are gone", 2.0, "terminate", True) == story.written_down[-1]
