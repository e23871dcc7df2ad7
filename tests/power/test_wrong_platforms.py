"""A platform that is wrong, or goes wrong, turns the story red that should notice, and the message tells how."""

from __future__ import annotations

import pytest

from tests.power.conftest import Tell
from tests.power.faults import delete_ingress, freeze, kill

pytestmark = pytest.mark.power

LIVE = "A session applied from the command line shows a live picture"
READY_STORY = "A session becomes ready step by step and its address answers"
LIVE_STEP = "the picture is live and is the session's own"


def test_a_frozen_beacon_is_no_live_picture(tell: Tell) -> None:
    """The picture stands while its transport goes on: the message says both."""
    told = tell(
        "streaming.feature",
        LIVE,
        acts={"the first live picture is seen": freeze("session_beacon", "alice")},
    )

    told.must_have_failed(LIVE_STEP, "is not live: ", "fresh stamps in 5 s, 20 wanted", "the stream goes on")


def test_a_frozen_display_shows_no_key(tell: Tell) -> None:
    """
    A key that is typed into a display that stands never comes to be seen.

    Whether the picture is found standing before the first key or after it depends on how many pictures
    were still on their way when the display stopped.
    """
    told = tell(
        "streaming.feature",
        "What a person types arrives, in order",
        acts={"alice is watching a session": freeze("Xvnc", "alice")},
    )

    told.must_have_failed('alice types "Session proof 42"', "key", "standing for", "the stream has stopped")


def test_a_killed_stream_server_ends_the_picture(tell: Tell) -> None:
    """Its picture is not live, and the message says that a program of the desktop has ended."""
    told = tell(
        "streaming.feature",
        LIVE,
        acts={"the first live picture is seen": kill("-m selkies", "alice")},
    )

    told.must_have_failed(LIVE_STEP, "is not live: ", "the stream has stopped", "restarts: 1, the last after")


def test_a_lost_address_opens_no_page(tell: Tell) -> None:
    """An operator that does not put a deleted ingress back is told by the answer at the session's address."""
    told = tell(
        "streaming.feature",
        LIVE,
        operator="no_repair",
        acts={"has a running session, applied from the command line": delete_ingress("alice")},
    )

    told.must_have_failed("alice logs in", "no login page", "404")


def test_a_volume_that_is_not_made_is_missed(tell: Tell) -> None:
    """The message names the kind that is missing and why the pod waits."""
    told = tell(
        "lifecycle.feature",
        "A session gets exactly what it needs, and owns it",
        operator="no_volume",
        budgets={"start": 8},
    )

    told.must_have_failed(
        "within the start budget the session owns exactly one of each: pod, volume claim, secret, service, ingress",
        "no PersistentVolumeClaim",
    )


def test_a_finalizer_taken_off_early_is_seen(tell: Tell) -> None:
    """The session is gone while a part of it is still there, and the message names the part."""
    told = tell(
        "lifecycle.feature", "A session is held until its clean-up is done", operator="early_finalizer"
    )

    told.must_have_failed(
        "the session is still there, Terminating and held by its finalizer",
        "gone while PersistentVolumeClaim",
        "is still there",
    )


def test_running_without_creating_is_seen(tell: Tell) -> None:
    """The phases that were seen stand in the message."""
    told = tell("lifecycle.feature", READY_STORY, operator="running_too_early")

    told.must_have_failed(
        "the session went through Pending, Creating, Running", "expected Pending, Creating, Running"
    )


def test_running_before_the_desktop_is_ready_is_seen(tell: Tell) -> None:
    """The message says that the promise came too early."""
    told = tell("lifecycle.feature", READY_STORY, operator="running_unready")

    told.must_have_failed(
        "the session said Running only when its pod was ready", "said Running", "its pod was"
    )


def test_a_shared_password_is_seen(tell: Tell) -> None:
    """Another user's password opens the desktop: the message says that it was not refused."""
    told = tell("access.feature", "A password opens its own session only", operator="shared_password")

    told.must_have_failed("the login is refused in words", "no refusal is visible", "the password opened it")
