"""What must come of requests that may be refused, and of lists."""

from __future__ import annotations

import pytest

from sessionproof.errors import NotSeenInTime, SuiteWrong, Violated
from sessionproof.ports.admission import Printed, Refusal
from sessionproof.verbs.admission import Asked
from tests.verbs.conftest import Story

TOLD = Refusal("it is invalid: spec.user: Required value", invalid=True)


def saying(story: Story, refusal: Refusal | None, **fields: str | int | None) -> Asked:
    """Alice has asked for something, and got this answer."""
    story.product.admission.refusal = refusal
    story.alice.asks_for_session_saying("API", fields)
    return story.stage.asked


def test_a_story_that_judges_what_nobody_did_is_wrong(story: Story) -> None:
    """Without the act before, there is nothing to judge."""
    for judge in (
        lambda: story.stage.asked,
        lambda: story.stage.listed,
        lambda: story.stage.tried,
        lambda: story.stage.held,
    ):
        with pytest.raises(SuiteWrong, match="but no step before has brought one about"):
            judge()


def test_a_refusal_at_admission_names_the_field(story: Story) -> None:
    """The refusal is because of the request itself, and tells which part of it."""
    asked = saying(story, TOLD, user=None)
    asked.must_be_refused_at_admission("user")
    asked.must_be_refused("user")
    asked.must_have_made_nothing()

    with pytest.raises(
        Violated, match=r"the refusal does not name spec\.template: it is invalid: spec\.user"
    ):
        asked.must_be_refused_at_admission("template")


def test_a_refusal_for_want_of_a_right_is_no_refusal_of_the_request(story: Story) -> None:
    """Who may not ask at all has not been told what is wrong with what she asked."""
    asked = saying(story, Refusal("forbidden: spec.user", invalid=False), user=None)

    with pytest.raises(Violated, match="was refused, but not because it is invalid: forbidden"):
        asked.must_be_refused_at_admission("user")


def test_what_is_let_in_is_not_refused(story: Story) -> None:
    """The message says what was made of it."""
    asked = saying(story, None, user=7)
    story.product.become(asked.session.session, "Pending")
    story.product.own(asked.session.session, "Pod")

    with pytest.raises(
        Violated, match=r"was let in; expected a refusal that names spec\.user; there is now: Pod"
    ):
        asked.must_be_refused_at_admission("user")
    with pytest.raises(Violated, match=r"a fresh look finds Pod .*alice-1, VDISession"):
        asked.must_have_made_nothing()


def test_a_session_may_be_refused_by_failing(story: Story) -> None:
    """Its message names the field and what was said of it."""
    asked = saying(story, None, name="a.desk")
    story.product.become(asked.session.session, "Failed", message="Session name 'a.desk' cannot be used")
    asked.must_be_refused("name")

    story.product.become(asked.session.session, "Failed", message="Session name cannot be used")

    with pytest.raises(Violated, match=r"expected 'a.desk' in it"):
        asked.must_be_refused("name")


def test_a_session_that_runs_was_not_refused(story: Story) -> None:
    """What should have been refused and runs is told with its phases."""
    asked = saying(story, None, name="a.desk")
    story.phases(asked.session, Pending=1, Running=2)

    with pytest.raises(NotSeenInTime, match=r"'Failed' not seen in 30\.0 s"):
        asked.must_be_refused("name")


def test_a_refused_session_does_not_become_anything(story: Story) -> None:
    """Nobody waits for it, and the message gives the refusal."""
    session = saying(story, TOLD, user=None).session

    with pytest.raises(Violated, match=r"was refused while 'Running' was awaited: it is invalid: spec\.user"):
        session.must_become("Running", "start")
    assert 0.0 == story.clock.now().mono


def test_a_host_follows_from_its_user(story: Story) -> None:
    """The user's own, or the one that is left if another session has it."""
    asked = saying(story, None, user="zoë@example.test")
    for host in ("zo-.test", "zo--2.test"):
        story.product.become(asked.session.session, "Running", url=f"https://{host}")
        asked.host_must_be_named("zo-")

    with pytest.raises(Violated, match=r"its host is 'zo--2.test'; expected 'zoe.test' or 'zoe-2.test'"):
        asked.host_must_be_named("zoe")


def test_a_list_shows_what_sessions_say(story: Story) -> None:
    """Each heading has the session's own value below it; what is printed stands in the message."""
    session = story.running(story.alice)
    row = {"NAME": "alice-1", "USER": "alice@example.test", "PHASE": "Running", "URL": "https://alice-1.test"}
    story.product.admission.printed = Printed("list vdi", (row | {"NAME": "bob-1"}, row), "the table")
    story.alice.lists("vdi")
    story.stage.listed.must_show(session, ["User", "Phase", "URL"])

    for wrong in (
        (row | {"PHASE": "Pending"},),
        (row | {"NAME": "bob-1"},),
        ({"NAME": "alice-1"},),
        (row, row),
    ):
        story.product.admission.printed = Printed("list vdi", wrong, "the table")
        story.alice.lists("vdi")
        with pytest.raises(Violated, match=r"`list vdi` does not show it with .*it printed:\nthe table"):
            story.stage.listed.must_show(session, ["User", "Phase", "URL"])
    with pytest.raises(SuiteWrong, match="speaks of a column Colour; known: User, Phase, URL"):
        story.stage.listed.must_show(session, ["Colour"])


def test_a_session_without_a_phase_is_listed_without_one(story: Story) -> None:
    """What the session does not say yet, the list does not say."""
    assert "" == story.alice.asks_for_session().phase
