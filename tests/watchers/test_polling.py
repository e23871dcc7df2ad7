"""Polling into a timeline, look by look."""

import pytest

from sessionproof.errors import SuiteWrong, TargetUnavailable
from sessionproof.model.clock import VirtualClock
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting import ABSENT
from sessionproof.watchers.polling import HEARTBEAT, Poller

ROW = Subject("Row", "", "session 7")


def polled(answers):
    """The timeline after a poller got *answers*, one each 50 ms; an exception is raised."""
    clock = VirtualClock()
    timeline = Timeline(clock)
    given = iter(answers)

    def ask():
        answer = next(given)
        if isinstance(answer, Exception):
            raise answer
        return answer

    poller = Poller(timeline, "the database", ROW, ask)
    useful = [(poller.look(timeline.now()), clock.advance(0.05))[0] for _ in answers]
    return timeline, poller, useful


def test_only_changes_are_recorded():
    """Appeared, changed and gone; what stays the same is not repeated."""
    timeline, _, _ = polled([ABSENT, 1, 1, 2, ABSENT])

    assert [(Change.APPEARED, 1), (Change.CHANGED, 2), (Change.GONE, 2)] == [
        (entry.change, entry.value) for entry in timeline.entries()
    ]


def test_sign_of_life_tells_how_often_it_looked():
    """An unchanged value is confirmed now and then."""
    timeline, poller, _ = polled([1] * (HEARTBEAT + 1))

    assert f"unchanged in {HEARTBEAT} looks" == timeline.entries()[-1].note
    assert HEARTBEAT + 1 == poller.lag().looks


def test_outage_is_a_span_and_looking_goes_on():
    """A source that is away is told once, and its return too."""
    timeline, _, useful = polled([1, ConnectionRefusedError("refused"), TargetUnavailable("away"), 1])

    (span,) = timeline.spans("outage")

    assert "refused" == span.name
    assert span.end is not None
    assert all(useful)


@pytest.mark.parametrize("error", [SuiteWrong("bad password"), ZeroDivisionError("our own bug")])
def test_error_that_will_not_pass_ends_the_looking(error):
    """Wrong credentials and our own bugs are told at once and not asked again."""
    timeline, _, useful = polled([error])

    assert [False] == useful
    assert error is timeline.source_state("the database").refused["Row"]


def test_interval_above_50_ms_is_refused():
    """A poller that would miss short phases cannot be made."""
    with pytest.raises(ValueError, match="more than the"):
        Poller(Timeline(VirtualClock()), "the database", ROW, lambda: 1, every=0.1)


def test_close_ends_the_thread_in_time():
    """A running poller ends when asked."""
    poller = Poller(Timeline(), "the database", ROW, lambda: 1).start()

    assert poller.close()
