"""Strangers' things are to be left alone."""

from __future__ import annotations

import pytest

from sessionproof.errors import FaultUnproven, SuiteWrong, Violated
from sessionproof.timeline import Subject
from tests.verbs.conftest import Story


def test_what_was_done_to_a_strangers_thing_is_told(story: Story) -> None:
    """Gone, replaced or taken over: the message says which thing and what of it."""
    session = story.running(story.alice)
    story.stage.others.lay_beside(session, ["Service", "Secret", "Pod"])
    story.stage.others.must_be_untouched()
    service, secret, pod = story.strangers.there
    del story.strangers.there[service]
    story.strangers.there[secret]["uid"] = "another"
    story.strangers.there[pod]["owners"] = ["alice-1"]

    with pytest.raises(Violated) as caught:
        story.stage.others.must_be_untouched()

    assert (
        "strangers' things were touched: Service stranger-alice-1: is gone; "
        "Secret stranger-alice-1: uid was 'stranger' and is 'another'; "
        "Pod stranger-alice-1: owners was None and is ['alice-1']"
    ) == str(caught.value)


def test_what_is_in_the_way_must_be_named(story: Story) -> None:
    """A message that does not name it helps nobody."""
    story.stage.others.lay_in_the_way(story.alice.person, "Service")
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Failed", message="Service 'alice-1' is taken")
    story.stage.others.must_be_named_by(session)
    story.product.become(session.session, "Failed", message="something is taken")

    with pytest.raises(Violated, match="its message is 'something is taken'; expected 'alice-1' in it"):
        story.stage.others.must_be_named_by(session)


def test_strangers_that_laid_nothing_are_a_mistake_of_the_story(story: Story) -> None:
    """Nothing laid is nothing proved."""
    session = story.running(story.alice)

    with pytest.raises(SuiteWrong, match="no step before has laid any"):
        story.stage.others.must_be_untouched()
    with pytest.raises(SuiteWrong, match="no step before has laid any"):
        story.stage.others.must_be_named_by(session)


def test_a_thing_that_was_not_there_proves_nothing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at when it is laid."""
    monkeypatch.setattr(story.strangers, "content", lambda _: None)

    with pytest.raises(FaultUnproven, match="Service alice-1 of a stranger was laid and is not there"):
        story.stage.others.lay_in_the_way(story.alice.person, "Service")

    assert [Subject("Service", "", "alice-1")] == list(story.strangers.there)
