"""Several who do the same at once: every one that fails is told."""

from __future__ import annotations

import pytest

from sessionproof.errors import SuiteWrong, Violated
from tests.verbs.conftest import Story
from tests.verbs.fake_product import EVERY_PART, part
from tests.verbs.fake_viewer import FakeViewer, Picture


@pytest.fixture
def crowd(story: Story) -> Story:
    """Alice and Bob have running sessions, asked for at the same moment."""
    story.stage.crowd.asks_at_once(["alice", "bob"], "desktop")
    for session in story.stage.sessions:
        name = session.session.subject.name
        story.product.own(session.session, *EVERY_PART)
        for kind in EVERY_PART:
            story.product.there[part(session.session, kind)]["metadata"]["uid"] = f"{kind} of {name}"
        story.product.become(session.session, "Running", url=f"https://{name}.test")
    return story


def test_a_crowd_is_everybody_who_asked(crowd: Story) -> None:
    """Each asks and deletes with her own rights."""
    crowd.stage.crowd.every_session_must_become("Running", "start_cold")
    crowd.stage.crowd.deletes_at_once()

    assert {("alice", "API"), ("bob", "API")} == set(crowd.product.asked_by)
    assert {"alice", "bob"} == {owner for _, owner, _ in crowd.product.deleted}


def test_a_crowd_of_nobody_is_a_mistake_of_the_story(story: Story) -> None:
    """Nothing is said of no session."""
    with pytest.raises(SuiteWrong, match="no step before has asked for one"):
        story.stage.crowd.every_session_must_become("Running", "start_cold")


def test_each_session_that_does_not_become_ready_is_told(crowd: Story) -> None:
    """The message counts them, names them, and says how each failed."""
    alice, bob = (crowd.stage.session_of(name) for name in ("alice", "bob"))
    crowd.product.become(alice.session, "Failed", message="no image")
    bob.acted_upon("it begins anew")
    crowd.product.become(bob.session, "Creating")
    alice.acted_upon("it begins anew")

    with pytest.raises(
        Violated,
        match=r"^2 of 2 failed: .*'alice-\d': phase 'Running' not seen.*'bob-\d': phase 'Running' not seen",
    ):
        crowd.stage.crowd.every_session_must_become("Running", "start_cold")


def test_having_running_sessions_means_that_they_run(story: Story) -> None:
    """The preparation fails with the sessions that do not."""
    story.at(1, lambda: story.product.become(story.stage.session_of("alice").session, "Running"))

    with pytest.raises(Violated, match=r"^1 of 2 failed: session 'bob-\d'"):
        story.stage.crowd.has_running_sessions(["alice", "bob"], "desktop", "start_cold")


def test_what_is_left_of_each_is_told(crowd: Story) -> None:
    """The one that is gone is not named."""
    alice, bob = (crowd.stage.session_of(name) for name in ("alice", "bob"))
    crowd.stage.crowd.deletes_at_once()
    crowd.losing(alice, *EVERY_PART, at=1)
    crowd.gone(alice, at=2)
    crowd.losing(bob, "Pod", at=1)
    crowd.gone(bob, at=2)

    with pytest.raises(
        Violated, match=r"^1 of 2 failed: session 'bob-\d': what it owns nothing not seen in 30\.0 s"
    ):
        crowd.stage.crowd.every_session_must_leave_nothing("terminate_10")


def test_nothing_is_shared(crowd: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host, a password or a part that two have is told with both; the password itself is not."""
    shares = crowd.stage.crowd.must_share_nothing
    kinds = ["Pod", "Service"]
    shares(kinds)
    alice, bob = (crowd.stage.session_of(name) for name in ("alice", "bob"))

    with monkeypatch.context() as patch:
        patch.setattr(crowd.product, "credential", lambda _: ("user", "pass-word"))
        with pytest.raises(Violated, match=r"have the same password$") as caught:
            crowd.stage.crowd.must_share_nothing(kinds)
        assert "pass-word" not in str(caught.value)

    crowd.product.there[part(bob.session, "Pod")]["metadata"]["uid"] = f"Pod of {alice.session.subject.name}"
    crowd.product.become(bob.session, "Running", url=alice.url)

    with pytest.raises(Violated, match=r"have the same Pod; .*have the same host, alice-\d\.test$"):
        crowd.stage.crowd.must_share_nothing(kinds)

    crowd.product.forget(part(bob.session, "Pod"))

    with pytest.raises(Violated, match=r"^1 of 2 failed: session 'bob-\d': owns 0 of kind Pod instead of 1$"):
        crowd.stage.crowd.must_share_nothing(kinds)


def test_all_pictures_go_on_when_the_last_is_open(crowd: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that was live once and stood when all were open is told, and so is one that never came."""
    sessions = crowd.stage.sessions
    pictures: list[Picture | None] = []
    open_window = crowd.stage.open_viewer

    def opened() -> FakeViewer:
        open_window()
        crowd.windows[-1].picture = pictures.pop(0)
        return crowd.windows[-1]

    monkeypatch.setattr(crowd.stage, "open_viewer", opened)

    pictures[:] = [crowd.picture_of(session) for session in sessions]
    crowd.stage.crowd.every_picture_must_be_live_at_once("start_cold")

    pictures[:] = [crowd.picture_of(session) for session in sessions]
    assert pictures[0]
    pictures[0].ends = crowd.clock.now().mono

    with pytest.raises(
        Violated, match=r"^1 of 2 failed: the picture of session .* does not go on: 0 stamps in 10 s"
    ):
        crowd.stage.crowd.every_picture_must_be_live_at_once("start_cold")

    pictures[:] = [crowd.picture_of(sessions[0]), None]

    with pytest.raises(
        Violated, match=r"^1 of 2 failed: the picture of session .*: no live picture within 60 s"
    ):
        crowd.stage.crowd.every_picture_must_be_live_at_once("start_cold")
