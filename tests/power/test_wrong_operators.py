"""An operator that does not bear what happens to it, or to a session, turns the story red that tells of it."""

from __future__ import annotations

import pytest

from tests.power.conftest import Tell

pytestmark = pytest.mark.power

RESILIENCE = "resilience.feature"


def test_a_lifetime_that_begins_anew_is_seen(tell: Tell) -> None:
    """The end does not come when the lifetime is over, and the message says which limit it misses."""
    told = tell(
        "lifetime.feature",
        "A restarted operator does not give a session a second life",
        operator="lifetime_restarts",
    )

    told.must_have_failed(
        "the session is ended at the end of its lifetime, within the expire budget",
        "its end",
        "not seen in 5.0 s (budget expire)",
    )


def test_a_home_that_is_lost_with_its_pod_is_seen(tell: Tell) -> None:
    """The message has what was saved and what is there instead."""
    told = tell(
        RESILIENCE, "What a person has saved outlives the loss of the pod", operator="homeless_repair"
    )

    told.must_have_failed(
        "the note is still in the session", "was saved in its home", "'nothing' is there now"
    )


def test_a_part_that_stays_lost_is_seen(tell: Tell) -> None:
    """The message names the kind that does not come back."""
    told = tell(
        RESILIENCE,
        "A session whose service is removed by hand gets another",
        operator="no_repair",
        budgets={"recreate": 6},
    )

    told.must_have_failed(
        "the session has another service within the recreate budget",
        "its Service another one than alice-",
        "not seen in 6.0 s (budget recreate)",
    )


def test_a_strangers_thing_that_is_removed_is_missed(tell: Tell) -> None:
    """The message names the very thing."""
    told = tell(RESILIENCE, "A session that is deleted leaves strangers alone", operator="greedy_cleaning")

    told.must_have_failed(
        "the stranger's things are untouched", "strangers' things were touched: Service stranger-", "is gone"
    )


def test_a_second_pod_is_seen(tell: Tell) -> None:
    """The message names both."""
    told = tell(RESILIENCE, "while a session is Creating", operator="second_pod")

    told.must_have_failed("the session never owned two of a kind", "two of a kind", "'Pod alice-", "-2'")


def test_a_begun_deletion_that_is_forgotten_is_seen(tell: Tell) -> None:
    """The session is still there when the operator should be back."""
    told = tell(
        RESILIENCE, "while a session is Terminating", operator="forgetful", budgets={"agent_back": 12}
    )

    told.must_have_failed(
        "nothing of the session is left within the agent_back budget",
        "its object <absent> not seen in 12.0 s (budget agent_back)",
    )


def test_a_session_that_is_given_up_for_want_of_room_is_seen(tell: Tell) -> None:
    """It was to stay Pending; the message says what it became, and why no node took it."""
    told = tell(RESILIENCE, "A session for which there is no room waits", operator="impatient")

    told.must_have_failed(
        "the session stays Pending throughout the settle budget", "was 'Failed'", "nodes are available"
    )


def test_a_session_that_follows_its_changed_template_is_seen(tell: Tell) -> None:
    """It has not run on in the pod that it had."""
    told = tell(
        RESILIENCE,
        "A session whose template is changed is looked after as before",
        operator="follows_template",
    )

    told.must_have_failed("the session has run on in its pod all the while", "broken", "alice-")
