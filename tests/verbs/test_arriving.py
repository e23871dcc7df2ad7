"""A session's address, its doors, and what arrives inside."""

from __future__ import annotations

import pytest

from sessionproof.errors import NotSeenInTime, SuiteWrong, Violated
from sessionproof.ports.access import Door
from sessionproof.timeline import Change, Subject
from sessionproof.verbs import doors
from tests.verbs.conftest import Story

URL = "https://alice-1.test"
RIGHT = ("user", "password of alice-1")
WRONG = ("user", "not-the-password")


# -- its address -------------------------------------------------------------------------------------------


def answering(story: Story, status: int | str, *, at: float) -> None:
    """The address is answered so from that second on."""
    address = Subject("Address", "", URL)
    story.at(at, lambda: story.timeline.record(f"GET {URL}", address, Change.CHANGED, status))


def test_an_address_that_answers_in_time_is_right(story: Story) -> None:
    """Answers of another kind are waited over; the time is counted from the step."""
    session = story.running(story.alice)
    answering(story, "connection refused", at=1)
    answering(story, 503, at=2)
    answering(story, 200, at=4)

    session.url_must_answer(200, "live")

    assert [("time until the URL answers 200", 3.0, "live", True)] == story.written_down


def test_an_address_that_answers_otherwise_is_told_with_what_it_said(story: Story) -> None:
    """The failure has every answer with its second."""
    session = story.running(story.alice)
    answering(story, "connection refused", at=1)
    answering(story, 503, at=2)

    with pytest.raises(NotSeenInTime) as caught:
        session.url_must_answer(404, "live")

    assert (
        "https://alice-1.test: answer <404> not seen in 5.0 s (budget live) from GET https://alice-1.test; "
        "seen: absent 0.0 s, 'connection refused' 0.0 s, 503 1.0 s … last for 4.0 s"
    ) == str(caught.value)


def test_an_address_that_was_never_reported_is_told(story: Story) -> None:
    """Nothing can be opened that has no address; that is the product's fault."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Running")

    with pytest.raises(Violated, match="session 'alice-1': never reported an address"):
        session.url_must_answer(200, "live")


# -- its doors ---------------------------------------------------------------------------------------------


def test_doors_closed_to_all_but_the_owner_are_right(story: Story) -> None:
    """Whatever is shown but the right credential, private doors are closed and public ones serve."""
    session = story.running(story.alice)
    story.running(story.bob)

    for credential in ("no credential", "a wrong password", "another user's credential"):
        doors.attempt(story.stage, session, credential).must_be_closed()

    doors.attempt(story.stage, session, "the right credential").must_be_open()


@pytest.mark.parametrize(
    ("credential", "shown"),
    [
        ("no credential", None),
        ("a wrong password", WRONG),
        ("another user's credential", ("user", "password of bob-2")),
    ],
)
def test_one_open_door_is_enough_to_fail(
    story: Story, credential: str, shown: tuple[str, str] | None
) -> None:
    """The door is named with what it answered, sockets as such."""
    session = story.running(story.alice)
    story.running(story.bob)
    story.product.statuses[shown] = {"/stream": 101}

    with pytest.raises(Violated) as caught:
        doors.attempt(story.stage, session, credential).must_be_closed()

    assert (
        f"session 'alice-1': doors that are wrong about {credential}: socket /stream is open: 101"
    ) == str(caught.value)


@pytest.mark.parametrize("status", [401, 503])
def test_a_public_door_must_serve_a_visitor_without_a_credential(story: Story, status: int) -> None:
    """A login page that asks for a login, or that is not there, is told as closed."""
    session = story.running(story.alice)
    story.product.statuses[None] = {"/": status}

    with pytest.raises(Violated, match=f"wrong about no credential: / is closed: {status}"):
        doors.attempt(story.stage, session, "no credential").must_be_closed()


@pytest.mark.parametrize("status", [401, 429])
def test_a_public_door_may_refuse_a_wrong_credential(story: Story, status: int) -> None:
    """Who shows something wrong may be turned away everywhere, also for guessing too often."""
    session = story.running(story.alice)
    story.product.statuses[WRONG] = {"/": status, "/api": status}

    doors.attempt(story.stage, session, "a wrong password").must_be_closed()


def test_a_dead_backend_is_no_closed_door(story: Story) -> None:
    """An ingress that finds nothing behind it has refused nobody."""
    session = story.running(story.alice)
    story.product.statuses[None] = {"/api": 503}

    with pytest.raises(Violated, match="/api is open: 503"):
        doors.attempt(story.stage, session, "no credential").must_be_closed()


@pytest.mark.parametrize("status", [401, 403, 429, 502, 503])
def test_a_right_credential_that_is_refused_is_told(story: Story, status: int) -> None:
    """The positive control fails when a door stays closed or nothing lives behind it."""
    session = story.running(story.alice)
    story.product.statuses[RIGHT] = {"/api": status}

    with pytest.raises(Violated) as caught:
        doors.attempt(story.stage, session, "the right credential").must_be_open()

    assert (f"session 'alice-1': doors that do not open to the right credential: /api: {status}") == str(
        caught.value
    )


def test_what_lies_behind_an_open_door_may_be_missing(story: Story) -> None:
    """Not found is an answer from inside."""
    session = story.running(story.alice)
    story.product.statuses[RIGHT] = {"/api": 404}

    doors.attempt(story.stage, session, "the right credential").must_be_open()


@pytest.mark.parametrize("known", [(), (Door("/", public=True),)], ids=["no door", "public doors only"])
def test_doors_that_ask_nobody_prove_nothing(story: Story, known: tuple[Door, ...]) -> None:
    """Without a private door every answer would be right."""
    session = story.running(story.alice)
    story.product.doors = known

    with pytest.raises(SuiteWrong, match="has no door that asks who comes"):
        doors.attempt(story.stage, session, "no credential")


def test_a_credential_that_is_none_of_the_known_is_refused(story: Story) -> None:
    """A slip of the pen must not be taken for the right credential."""
    session = story.running(story.alice)

    with pytest.raises(SuiteWrong, match="tries the doors with 'a wrong pasword', which is no credential"):
        doors.attempt(story.stage, session, "a wrong pasword")


def test_another_user_must_have_a_session(story: Story) -> None:
    """Another user's credential is one that was really issued to somebody else."""
    session = story.running(story.alice)
    story.running(story.alice)

    with pytest.raises(SuiteWrong, match="another user's credential, but only one user has a session"):
        doors.attempt(story.stage, session, "another user's credential")


# -- what arrives in it ------------------------------------------------------------------------------------


def test_text_that_arrives_whole_is_right(story: Story) -> None:
    """Key by key what was typed; nothing, where nothing was typed."""
    session, other = story.running(story.alice), story.running(story.bob)
    story.product.log["alice-1"] = "proof 42"

    session.must_have_received("proof 42")
    other.must_have_received("")


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        ("prof 42", "'prof 42' arrived in it; expected 'proof 42'; key 4 is 'f' instead of 'o'"),
        ("prooof 42", "'prooof 42' arrived in it; expected 'proof 42'; key 5 is 'o' instead of 'f'"),
        ("proof 42x", "'proof 42x' arrived in it; expected 'proof 42'; key 9 is 'x'"),
        ("proof 4", "'proof 4' arrived in it; expected 'proof 42'; nothing after key 7"),
        ("", "'' arrived in it; expected 'proof 42'"),
    ],
    ids=["lost", "doubled", "foreign", "cut off", "nothing"],
)
def test_text_that_does_not_arrive_whole_is_told_by_key(story: Story, arrived: str, said: str) -> None:
    """The first key that is wrong is named, beside both texts."""
    session = story.running(story.alice)
    story.product.log["alice-1"] = arrived

    with pytest.raises(Violated) as caught:
        session.must_have_received("proof 42")

    assert f"session 'alice-1': {said}" == str(caught.value)


def test_a_key_that_strays_into_another_session_is_told(story: Story) -> None:
    """Nothing must arrive where nothing was typed."""
    other = story.running(story.bob)
    story.product.log["bob-1"] = "p"

    with pytest.raises(Violated, match="session 'bob-1': 'p' arrived in it; expected ''; key 1 is 'p'"):
        other.must_have_received("")
