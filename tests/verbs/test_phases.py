"""What must become of a session: its phases, in time and in order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sessionproof.errors import FaultUnproven, NotSeenInTime, TargetUnavailable, Violated
from sessionproof.waiting import KUBERNETES_WATCH
from tests.verbs.conftest import Story
from tests.verbs.fake_product import part


def test_a_phase_in_time_is_measured_from_the_request(story: Story) -> None:
    """What passes is written down with the time it took since it was asked for."""
    story.clock.advance(2)
    session = story.alice.asks_for_session()
    story.phases(session, Pending=2.5, Running=6)

    assert session is session.must_become("Running", "start")
    assert [("time to Running", 4.0, "start", True)] == story.written_down


def test_a_phase_that_comes_late_fails_with_all_that_was_seen(story: Story) -> None:
    """A second too late is too late, and the message has every phase with its second."""
    session = story.alice.asks_for_session()
    story.phases(session, Pending=0.5, Creating=2, Running=31)

    with pytest.raises(NotSeenInTime) as caught:
        session.must_become("Running", "start")

    assert (
        "session 'alice-1': phase 'Running' not seen in 30.0 s (budget start) from the kubernetes watch; "
        "seen: absent 0.0 s, 'Pending' 0.5 s, 'Creating' 2.0 s … last for 28.0 s"
    ) == str(caught.value)
    assert [("time to Running", 30.0, "start", False)] == story.written_down


def test_a_session_that_failed_is_not_waited_for(story: Story) -> None:
    """Failed ends the wait at once, with the session's own words, and keeps no budget."""
    session = story.alice.asks_for_session()
    story.at(3, lambda: story.product.become(session.session, "Failed", message="no node has the image"))

    with pytest.raises(Violated) as caught:
        session.must_become("Running", "start")

    assert (
        "session 'alice-1': became 'Failed' after 3.0 s while 'Running' was awaited; "
        "it says: 'no node has the image'"
    ) == str(caught.value)
    assert 3.0 == story.clock.now().mono
    assert [("time to Running", 3.0, "start", False)] == story.written_down


def test_a_session_may_be_expected_to_fail(story: Story) -> None:
    """Failed is a phase like another when it is the one awaited."""
    session = story.alice.asks_for_session()
    story.phases(session, Failed=3)

    session.must_become("Failed", "start")

    assert [("time to Failed", 3.0, "start", True)] == story.written_down


def test_a_failed_session_can_still_be_ended(story: Story) -> None:
    """A session that had failed before it was deleted becomes Terminating like any other."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Failed")
    story.clock.advance(2)
    story.alice.deletes(session)
    story.phases(session, Terminating=3)

    session.must_become("Terminating", "terminate")

    assert [("time to Terminating", 1.0, "terminate", True)] == story.written_down


def test_anew_does_not_count_what_was_before_the_fault(story: Story) -> None:
    """A session that never left Running has not become Running anew."""
    session = story.running(story.alice)
    session.survival.lose("Pod")

    with pytest.raises(NotSeenInTime, match=r"phase 'Running' not seen in 30\.0 s \(budget recreate\)"):
        session.must_become("Running", "recreate", anew=True)


def test_anew_is_counted_from_the_fault(story: Story) -> None:
    """The time to come back begins with the loss, not with the request."""
    session = story.running(story.alice)
    session.survival.lose("Pod")
    story.phases(session, Creating=1.5, Running=5)

    session.must_become("Running", "recreate", anew=True)

    assert [("time to Running", 4.0, "recreate", True)] == story.written_down


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["Pending", "Running"], "Pending, Running"),
        (["Pending", "Creating", "Terminating", "Running"], "Pending, Creating, Terminating, Running"),
        (["Creating", "Pending", "Running"], "Creating, Pending, Running"),
    ],
    ids=["one that was not promised", "one that is missing", "two in the wrong order"],
)
def test_phases_are_compared_one_by_one(story: Story, wanted: list[str], said: str) -> None:
    """Neither one more, nor one less, nor another order is taken for the promised way."""
    session = story.running(story.alice)

    session.must_have_gone_through(["Pending", "Creating", "Running"])

    with pytest.raises(Violated) as caught:
        session.must_have_gone_through(wanted)

    assert (
        "session 'alice-1': went through Pending 0.0 s, Creating 0.0 s, Running 1.0 s; "
        f"expected {said}; each as the watch saw it, counted from the request"
    ) == str(caught.value)


def test_a_gap_in_the_watch_leaves_the_way_unproven(story: Story) -> None:
    """Phases that the watch may have missed are not blamed on the product."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Pending")
    story.timeline.gap(KUBERNETES_WATCH, session.session.subject, story.timeline.now(), "410 Gone")
    story.product.become(session.session, "Running")

    with pytest.raises(
        TargetUnavailable, match=r"no verdict: .* missed by the kubernetes watch \(410 Gone\)"
    ):
        session.must_have_gone_through(["Pending", "Creating", "Running"])


def test_a_watch_that_is_away_leaves_the_way_unproven(story: Story) -> None:
    """What comes while nobody looks is not said to be missing; an outage that is over has missed nothing."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Pending")
    outage = story.timeline.open_span("connection refused", kind="outage", source=KUBERNETES_WATCH)

    with pytest.raises(TargetUnavailable, match=r"may have been missed by .* \(connection refused\)"):
        session.must_have_gone_through(["Pending", "Running"])

    story.timeline.close_span(outage)

    with pytest.raises(Violated):
        session.must_have_gone_through(["Pending", "Running"])


def test_leaving_running_after_the_loss_is_right(story: Story) -> None:
    """The pod goes, then the phase: seen in this order, or within what two watches may disagree on."""
    session = story.running(story.alice)
    story.clock.advance(2)
    session.survival.lose("Pod")
    story.clock.advance(0.2)
    story.product.become(session.session, "Creating")

    session.must_have_left_running_after_pod_loss()


def test_a_pod_that_is_going_counts_as_lost(story: Story) -> None:
    """Leaving Running when the pod's deletion has begun is in time."""
    session = story.running(story.alice)
    pod = part(session.session, "Pod")
    story.product.record(pod, {"metadata": {"deletionTimestamp": "now"}})
    story.clock.advance(2)
    story.product.become(session.session, "Creating")
    story.clock.advance(2)
    story.product.forget(pod)

    session.must_have_left_running_after_pod_loss()


def test_leaving_running_before_the_loss_is_found(story: Story) -> None:
    """A session that gives up Running while its pod is there is told by how much too early."""
    session = story.running(story.alice)
    story.product.become(session.session, "Creating")
    story.clock.advance(0.5)
    session.survival.lose("Pod")

    with pytest.raises(Violated) as caught:
        session.must_have_left_running_after_pod_loss()

    assert ("session 'alice-1': left Running 0.500 s before its pod was lost (seen to ± 0.100 s)") == str(
        caught.value
    )


def test_staying_running_after_the_loss_is_found(story: Story) -> None:
    """A phase that says Running without a pod is a lie."""
    session = story.running(story.alice)
    session.survival.lose("Pod")

    with pytest.raises(Violated, match="was not seen to leave Running, though its pod was lost at 20"):
        session.must_have_left_running_after_pod_loss()


def test_a_loss_nobody_saw_proves_nothing(story: Story) -> None:
    """Without a lost pod there is no verdict."""
    session = story.running(story.alice)

    with pytest.raises(FaultUnproven, match="the loss of its pod was not seen"):
        session.must_have_left_running_after_pod_loss()


def test_messages_are_looked_for_word_by_word(story: Story) -> None:
    """The message must hold the words; the failure shows both."""
    session = story.alice.asks_for_session(template="unknown")
    story.product.become(session.session, "Failed", message="Template not found: unknown")

    session.message_must_name_template()
    session.message_must_contain("not found")

    with pytest.raises(Violated) as caught:
        session.message_must_contain("ImagePull")

    assert (
        "session 'alice-1': its message is 'Template not found: unknown'; expected 'ImagePull' in it"
    ) == str(caught.value)

    story.product.become(session.session, "Failed", message="it did not work")

    with pytest.raises(Violated, match="is 'it did not work'; expected 'Template not found: unknown' in it"):
        session.message_must_name_template()


def test_a_session_without_a_message_says_nothing(story: Story) -> None:
    """A message that is not there does not fit any words."""
    session = story.running(story.alice)

    with pytest.raises(Violated, match="session 'alice-1': its message is None; expected 'None' in it"):
        session.message_must_contain("None")


def test_warnings_are_counted_from_the_phase_they_are_about(story: Story) -> None:
    """A warning soon after the failure is in time, however long the failure took."""
    session = story.alice.asks_for_session()
    story.phases(session, Failed=20)
    story.at(21, lambda: story.product.warn(session.session, "TemplateNotFound"))
    session.must_become("Failed", "start")

    session.must_have_warning("TemplateNotFound")

    assert ("time to the event TemplateNotFound", 1.0, "live", True) == story.written_down[-1]


def test_another_warning_is_not_the_one(story: Story) -> None:
    """Warnings of another reason, or about another session, do not count."""
    session, other = story.alice.asks_for_session(), story.bob.asks_for_session()
    story.product.become(session.session, "Failed")
    story.product.warn(session.session, "BackOff")
    story.product.warn(other.session, "TemplateNotFound")

    with pytest.raises(NotSeenInTime) as caught:
        session.must_have_warning("TemplateNotFound")

    assert (
        "session 'alice-1': Warning events a sequence containing 'TemplateNotFound' not seen in 5.0 s "
        "(budget live)"
    ) in str(caught.value)
    assert "('BackOff',)" in str(caught.value)


def test_pods_are_compared_with_the_template_field_by_field(story: Story) -> None:
    """What the template says holds; what the platform adds to the environment is its own affair."""
    session = story.running(story.alice)
    story.product.runs = replace(story.product.wanted, env={"LANG": "C", "SESSION": "alice-1"})

    session.pod_must_follow_template()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (
            "image",
            "desk:2",
            "image of the pod of session 'alice-1'\nExpected: 'desk:1'\n     but: was 'desk:2'",
        ),
        (
            "env",
            {"SESSION": "x"},
            "environment of the pod of session 'alice-1'\nExpected: a dictionary containing",
        ),
        ("env", {"LANG": "de"}, "value for 'LANG' was 'de'"),
        ("ports", {"http": 80}, "ports of the pod of session 'alice-1'\nExpected: <{'http': 8080}>"),
        ("ports", {"http": 8080, "vnc": 5900}, "ports of the pod of session 'alice-1'"),
        ("limits", {"cpu": 2.0}, "limits of the pod of session 'alice-1'"),
    ],
)
def test_a_pod_unlike_its_template_is_told_by_field(
    story: Story, field: str, value: object, said: str
) -> None:
    """Each field that differs fails with what was expected and what was found."""
    session = story.running(story.alice)
    story.product.runs = replace(story.product.wanted, **{field: value})  # type: ignore[arg-type]

    with pytest.raises(AssertionError) as caught:
        session.pod_must_follow_template()

    assert said in str(caught.value)


def test_requested_resources_are_waited_for_and_compared(story: Story) -> None:
    """The pod may take a while; then its limits are those asked for, or the failure shows both."""
    session = story.alice.asks_for_session(size="small")
    story.at(3, lambda: story.product.own(session.session, "Pod"))

    session.pod_must_have_requested_resources()

    assert [("time to the pod", 3.0, "start", True)] == story.written_down
    assert story.product.requests[-1].resources is not None

    story.product.runs = replace(story.product.wanted, limits={"cpu": 4.0, "memory": 1024.0})

    with pytest.raises(
        AssertionError, match=r"limits of the pod of session 'alice-1'\s+Expected: .*2\.0(.|\s)*4\.0"
    ):
        session.pod_must_have_requested_resources()


def test_a_pod_that_never_comes_is_told(story: Story) -> None:
    """Without a pod there are no limits to compare, and that is the product's fault."""
    session = story.alice.asks_for_session()

    with pytest.raises(NotSeenInTime, match=r"what it owns one of each kind \(Pod\) not seen in 30\.0 s"):
        session.pod_must_follow_template()


READY = {"metadata": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


def test_running_with_a_ready_pod_is_right(story: Story) -> None:
    """The pod is ready, then the session says so."""
    session = story.alice.asks_for_session()
    story.product.record(part(session.session, "Pod"), READY)
    story.clock.advance(0.5)
    story.product.become(session.session, "Running")

    session.must_have_become_running_when_ready()


def test_readiness_that_the_watch_has_not_shown_yet_is_waited_for(story: Story) -> None:
    """The pod's watch may be behind the session's; what the server wrote first was first."""
    session = story.alice.asks_for_session()
    story.clock.advance(8)
    session_of, versioned = session.session, {"resourceVersion": "7"}
    story.product.record(
        session_of.subject, {"status": {"phase": "Running"}} | {"metadata": {"resourceVersion": "8"}}
    )
    story.at(8.5, lambda: story.product.record(part(session_of, "Pod"), READY | {"metadata": versioned}))

    session.must_have_become_running_when_ready()


def test_running_before_the_pod_is_ready_is_found(story: Story) -> None:
    """A promise made too early is told by how much."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Running")
    story.clock.advance(3)
    story.product.record(part(session.session, "Pod"), READY)

    with pytest.raises(Violated) as caught:
        session.must_have_become_running_when_ready()

    assert "session 'alice-1': said Running 3.000 s before its pod was ready (seen to ± 0.100 s)" == str(
        caught.value
    )


def test_running_without_a_ready_pod_is_found(story: Story) -> None:
    """A pod that is there and never ready is no reason to say Running."""
    session = story.alice.asks_for_session()
    story.product.become(session.session, "Running")
    story.product.record(part(session.session, "Pod"), {"metadata": {}, "status": {}})

    with pytest.raises(Violated, match="said Running, and its pod was never seen ready"):
        session.must_have_become_running_when_ready()


def test_a_session_that_never_ran_said_nothing_too_early(story: Story) -> None:
    """It is not Running at all, which is what the message says."""
    session = story.alice.asks_for_session()

    with pytest.raises(Violated, match="was not seen Running"):
        session.must_have_become_running_when_ready()
