"""What a person must see of a session, judged by a picture that is a function of time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sessionproof.errors import NotSeenInTime, SuiteWrong, Violated
from sessionproof.model.stamps import marker_of
from tests.verbs.conftest import Story
from tests.verbs.fake_viewer import LIVE, NO_STREAM, Picture

BOBS = Picture(marker_of("bob-1"))


# -- refused -----------------------------------------------------------------------------------------------


def test_a_refusal_in_words_is_right(story: Story) -> None:
    """The login page says so, and shows nothing."""
    viewing, window = story.watching(story.alice)
    window.picture, window.state, window.words = None, NO_STREAM, "That is not the password"
    story.alice.logs_in_wrongly()

    viewing.must_be_refused()
    viewing.must_show_no_picture()

    assert "log in with not-the-password" == window.did[-1]


def test_a_login_without_an_answer_is_told(story: Story) -> None:
    """Silence is no refusal; the failure tells what the page shows."""
    viewing, window = story.watching(story.alice)
    window.state = NO_STREAM

    with pytest.raises(Violated) as caught:
        viewing.must_be_refused()

    assert (
        "the picture of session 'alice-1': no refusal is visible on the login page; the page shows "
        "https://alice-1.test/: no picture, no WebRTC connection, saying 'Password'"
    ) == str(caught.value)


def test_a_login_that_was_let_in_is_told(story: Story) -> None:
    """A password that opens the desktop instead of being refused is called so."""
    viewing, _ = story.watching(story.alice)

    with pytest.raises(Violated, match=r"no refusal is visible .*; the password opened it$"):
        viewing.must_be_refused()


def test_a_stream_behind_a_refusal_is_told(story: Story) -> None:
    """A page that says no and streams all the same fails, black or not."""
    viewing, window = story.watching(story.alice)
    window.picture, window.words = None, "no"

    with pytest.raises(Violated, match=r"a picture is shown although the login was refused: .*1280x720"):
        viewing.must_show_no_picture()


def test_a_picture_without_a_stream_behind_a_refusal_is_told(story: Story) -> None:
    """A picture that is painted into the page otherwise is found by its stamps."""
    viewing, window = story.watching(story.alice)
    window.state = NO_STREAM

    with pytest.raises(Violated, match=r"a picture is shown although the login was refused: .*1 fresh of 1"):
        viewing.must_show_no_picture()


def test_a_standing_picture_behind_a_refusal_is_told(story: Story) -> None:
    """The last picture of somebody's desktop is one too many."""
    viewing, window = story.watching(story.alice)
    story.clock.advance(5)
    window.state = NO_STREAM
    window.picture = replace(story.picture_of(viewing.session), begins=0, ends=1)

    with pytest.raises(Violated, match=r"a picture is shown although the login was refused: .*1 stale"):
        viewing.must_show_no_picture()


# -- the first picture -------------------------------------------------------------------------------------


def test_a_first_picture_in_time_is_measured_from_the_action(story: Story) -> None:
    """The time runs from what the person did last to the first fresh stamp."""
    viewing, window = story.watching(story.alice)
    window.picture = replace(story.picture_of(viewing.session), begins=5)
    story.clock.advance(1)
    story.alice.logs_in()

    viewing.first_picture_must_come("frame_first")

    assert [("first live picture", 3.0, "frame_first", True)] == story.written_down


def test_no_first_picture_is_told_with_what_was_seen(story: Story) -> None:
    """A black page fails when its budget is over, with what page and browser know."""
    viewing, window = story.watching(story.alice)
    window.picture = None

    with pytest.raises(NotSeenInTime) as caught:
        viewing.first_picture_must_come("frame_first")

    assert (
        "the picture of session 'alice-1': no live picture within 10 s (budget frame_first); "
        "0 fresh of 0 distinct stamps in 0 pictures over 10.0 s; standing for 10.0 s; the page shows "
        "https://alice-1.test/: 1280x720, connection 1 connected, ICE connected, DTLS connected"
    ) in str(caught.value)
    assert [("first live picture", 10.0, "frame_first", False)] == story.written_down


def test_a_stale_picture_is_no_first_picture(story: Story) -> None:
    """What was painted long before it is seen does not count, however clear it is."""
    viewing, window = story.watching(story.alice)
    window.picture = replace(story.picture_of(viewing.session), latency_ms=700)

    with pytest.raises(
        NotSeenInTime, match=r"no live picture within 10 s .*0 fresh .*stale, the last 700 ms"
    ):
        viewing.first_picture_must_come("frame_first")


def test_a_first_picture_after_the_budget_is_not_looked_for(story: Story) -> None:
    """A step that comes too late does not give the product more time."""
    viewing, _ = story.watching(story.alice)
    story.clock.advance(11)

    with pytest.raises(NotSeenInTime, match="no live picture within 10 s"):
        viewing.first_picture_must_come("frame_first")


def test_a_first_picture_of_somebody_else_is_told(story: Story) -> None:
    """The first live picture must be the session's own."""
    viewing, window = story.watching(story.alice)
    window.picture = BOBS

    with pytest.raises(Violated, match="shows another session's picture"):
        viewing.first_picture_must_come("frame_first")


# -- live --------------------------------------------------------------------------------------------------


def test_a_live_picture_is_right_and_its_latency_is_written_down(story: Story) -> None:
    """Twenty fresh stamps of its own are enough; the latency is noted for the report, not judged here."""
    viewing, window = story.watching(story.alice)

    viewing.must_be_live()

    window.picture = replace(story.picture_of(viewing.session), latency_ms=80)

    viewing.must_be_live()

    assert [
        ("video latency", 20.0, "video_p50", True),
        ("video latency", 80.0, "video_p50", False),
    ] == story.written_down


def test_a_frozen_picture_is_told(story: Story) -> None:
    """A picture that stands after a few stamps is not live, whatever the browser counts."""
    viewing, window = story.watching(story.alice)
    window.picture = replace(story.picture_of(viewing.session), ends=1.2)

    with pytest.raises(Violated) as caught:
        viewing.must_be_live()

    assert str(caught.value).startswith(
        "the picture of session 'alice-1': is not live: 7 fresh stamps in 5 s, 20 wanted; 7 fresh of 7 distinct"
    )
    assert "standing for 4.8 s" in str(caught.value)
    assert "the page shows https://alice-1.test/: 1280x720" in str(caught.value)


@pytest.mark.parametrize(
    ("frames", "reconnects_at", "said"),
    [
        (30, float("inf"), "30 more frames in 1 s: the stream goes on"),
        (0, float("inf"), "no more frames in 1 s: the stream has stopped"),
        (30, 6.5, "the page has just connected anew"),
    ],
)
def test_why_a_picture_is_not_live_is_told(
    story: Story, frames: int, reconnects_at: float, said: str
) -> None:
    """A picture that stands is told from a stream that ended, and what is known of the session is added."""
    viewing, window = story.watching(story.alice)
    window.picture, window.frames_per_second, window.reconnects_at = None, frames, reconnects_at
    story.product.hints = [lambda _: "pod alice-1: OOMKilled", lambda _: None, lambda _: 1 / 0]  # type: ignore[list-item, return-value]

    with pytest.raises(Violated) as caught:
        viewing.must_be_live()

    assert str(caught.value).endswith(
        f"; {said}; pod alice-1: OOMKilled; (a hint failed: ZeroDivisionError('division by zero'))"
    )


def test_a_black_picture_is_told(story: Story) -> None:
    """Frames without a stamp are no picture of this session."""
    viewing, window = story.watching(story.alice)
    window.picture = None

    with pytest.raises(Violated, match="is not live: 0 fresh stamps in 5 s, 20 wanted"):
        viewing.must_be_live()


def test_a_foreign_picture_is_told_by_its_marker(story: Story) -> None:
    """A live picture of another session is worse than none."""
    viewing, window = story.watching(story.alice)
    window.picture = BOBS

    with pytest.raises(Violated) as caught:
        viewing.must_be_live()

    assert str(caught.value).startswith(
        "the picture of session 'alice-1': shows another session's picture: marker "
        f"{marker_of('bob-1'):06x} instead of {marker_of('alice-1'):06x}; 20 fresh of 20 distinct stamps"
    )


# -- carried by WebRTC -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ice", ["connected", "completed"])
def test_a_webrtc_stream_is_right(story: Story, ice: str) -> None:
    """Pair, ICE, DTLS and decoded frames, by the browser's own statistics."""
    viewing, window = story.watching(story.alice)
    window.state = replace(LIVE, ice=ice)

    viewing.must_be_webrtc()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("ice", "checking", "ICE missing"),
        ("dtls", "new", "DTLS missing"),
        ("pair", "", "candidate pair missing"),
        ("frames_decoded", 0, "frames decoded missing"),
    ],
)
def test_a_stream_on_another_way_is_told(story: Story, field: str, value: object, said: str) -> None:
    """Each sign that is missing is named, with all that the browser knows."""
    viewing, window = story.watching(story.alice)
    window.state = replace(LIVE, **{field: value})  # type: ignore[arg-type]

    with pytest.raises(Violated) as caught:
        viewing.must_be_webrtc()

    assert f"the picture of session 'alice-1': is not carried by WebRTC, {said}: {window.state}" == str(
        caught.value
    )


# -- its end -----------------------------------------------------------------------------------------------


def test_a_picture_that_ends_in_time_is_measured_from_the_deletion(story: Story) -> None:
    """The last fresh stamp counts, exact to a frame."""
    viewing, window = story.watching(story.alice)
    story.clock.advance(2)
    story.alice.deletes(viewing.session)
    assert window.picture
    window.picture.ends = 5

    viewing.must_end("viewer_told")

    assert [("picture's end", 2.0, "viewer_told", True)] == story.written_down


def test_a_picture_that_vanishes_ends_as_well(story: Story) -> None:
    """Whether it stands or is taken away, its last fresh stamp is its end."""
    viewing, window = story.watching(story.alice)
    story.alice.deletes(viewing.session)
    assert window.picture
    window.picture.goes = 4

    viewing.must_end("viewer_told")

    assert [("picture's end", 3.0, "viewer_told", True)] == story.written_down


def test_a_picture_that_goes_on_is_told(story: Story) -> None:
    """A picture that is still live after its budget has not ended, and no time is made up for it."""
    viewing, _ = story.watching(story.alice)
    story.alice.deletes(viewing.session)

    with pytest.raises(Violated) as caught:
        viewing.must_end("viewer_told")

    assert str(caught.value).startswith(
        "the picture of session 'alice-1': is still live after 6.0 s; must end within 5 s (budget viewer_told); "
    )
    assert [("picture's end", 6.0, "viewer_told", False)] == story.written_down


def test_a_picture_that_ends_late_is_told_with_its_time(story: Story) -> None:
    """An end after the budget is seen, and is over it."""
    viewing, window = story.watching(story.alice)
    story.alice.deletes(viewing.session)
    assert window.picture
    window.picture.ends = 6.5

    with pytest.raises(Violated, match=r"picture's end: max 5\.\d+ s is over 5 s \(budget viewer_told\)"):
        viewing.must_end("viewer_told")

    assert [("picture's end", 5.5, "viewer_told", False)] == story.written_down


def test_an_end_that_nobody_saw_is_as_inexact_as_it_is(story: Story) -> None:
    """A picture that had ended before reading began ended at some time since the deletion."""
    viewing, window = story.watching(story.alice)
    story.alice.deletes(viewing.session)
    story.clock.advance(2)
    window.picture = None

    viewing.must_end("viewer_told")

    (judged,) = story.scene.judged

    assert (0.0, 2.0) == (judged.measured.max, judged.measured.error_bound)


# -- how fast ----------------------------------------------------------------------------------------------


def test_latency_within_its_budget_is_right(story: Story) -> None:
    """The median of the stamps that were read is judged."""
    viewing, _ = story.watching(story.alice)
    viewing.read_stamps(at_least=100)

    viewing.latency_must_be_within("video_p50")

    assert [("video latency", 20.0, "video_p50", True)] == story.written_down
    assert 100 == story.scene.judged[0].measured.n


def test_latency_over_its_budget_is_told_with_its_spread(story: Story) -> None:
    """The failure has the figure judged, the budget and the whole distribution."""
    viewing, window = story.watching(story.alice)
    window.picture = replace(story.picture_of(viewing.session), latency_ms=80)
    viewing.read_stamps(at_least=100)

    with pytest.raises(Violated) as caught:
        viewing.latency_must_be_within("video_p50")

    assert str(caught.value).startswith("video latency: p50 80 ms is over 50 ms (budget video_p50); measured")
    assert str(caught.value).endswith("(n=100)")
    assert [("video latency", 80.0, "video_p50", False)] == story.written_down


def test_too_few_stamps_are_no_distribution(story: Story) -> None:
    """A verdict needs all the stamps it asked for."""
    viewing, window = story.watching(story.alice)
    assert window.picture
    window.picture.ends = 2

    with pytest.raises(NotSeenInTime, match=r"100 fresh stamps wanted in 30 s; 31 fresh .* the page shows"):
        viewing.read_stamps(at_least=100)


def test_stamps_of_somebody_else_are_no_distribution(story: Story) -> None:
    """The latency of a foreign picture is not this session's."""
    viewing, window = story.watching(story.alice)
    window.picture = BOBS

    with pytest.raises(Violated, match="shows another session's picture"):
        viewing.read_stamps(at_least=100)


def test_latency_is_not_judged_before_it_was_read(story: Story) -> None:
    """A story that judges what it never read is wrong."""
    viewing, _ = story.watching(story.alice)

    with pytest.raises(SuiteWrong, match="judges the latency, but no step before has read the stamps"):
        viewing.latency_must_be_within("video_p50")


def test_typing_writes_its_round_trips_down(story: Story) -> None:
    """Key to pixel is noted for the report; what arrived is judged by another verb."""
    _, window = story.watching(story.alice)
    window.trips = (30.0, 40.0, 120.0)

    story.alice.types("abc")

    assert "abc" == story.stage.typed
    assert [("key to pixel", 120.0, "input_p95", False)] == story.written_down


def test_a_key_that_no_picture_shows_is_told(story: Story) -> None:
    """The window's own words, whose picture it is, and whether its stream goes on."""
    viewing, window = story.watching(story.alice)
    window.loses_keys = True

    with pytest.raises(NotSeenInTime) as caught:
        viewing.type("abc")

    assert (
        "the picture of session 'alice-1': key 1 of 3 was sent and no picture showed it; "
        "no more frames in 1 s: the stream has stopped"
    ) == str(caught.value)


def test_reloads_are_counted_and_times_begin_with_the_last(story: Story) -> None:
    """Each reload is in the record; the first picture is counted from the last of them."""
    viewing, window = story.watching(story.alice)
    story.clock.advance(9.5)

    viewing.reload_in_succession(5)
    viewing.first_picture_must_come("frame_first")

    assert 5 == window.did.count("reload")
    assert "the page is reloaded (5 of 5)" in [entry.note for entry in story.timeline.entries()]
    assert [("first live picture", 0.0, "frame_first", True)] == story.written_down


def test_a_picture_goes_on_when_stamps_were_painted_after_the_moment(story: Story) -> None:
    """Pictures that are late count; those that were painted before do not, nor do another session's."""
    viewing, window = story.watching(story.alice)
    assert window.picture
    for late in (2000.0, 400.0, 20.0):
        window.picture.latency_ms = late
        moment = story.clock.now()
        viewing.must_go_on_after(moment)
        assert story.clock.now().after(moment) > late / 1000

    window.picture.ends = story.clock.now().mono
    story.clock.advance(1)
    moment = story.clock.now()
    with pytest.raises(Violated, match="does not go on: 0 stamps in 10 s that were painted after"):
        viewing.must_go_on_after(moment)

    window.picture.marker ^= 1
    with pytest.raises(Violated, match="shows another session's picture"):
        viewing.must_go_on_after(moment)


def test_only_configured_relays_are_offered(story: Story) -> None:
    """One too many, one too few, or no connection that could have been offered any: each is told."""
    viewing, window = story.watching(story.alice)
    viewing.must_offer_exactly([])
    window.offered = ["turn:mine.test:3478"]
    viewing.must_offer_exactly(["turn:mine.test:3478"])

    with pytest.raises(Violated, match=r"was offered turn:mine\.test:3478; configured is none"):
        viewing.must_offer_exactly([])

    window.offered = []
    with pytest.raises(Violated, match=r"was offered no server; configured is turn:mine\.test:3478"):
        viewing.must_offer_exactly(["turn:mine.test:3478"])

    window.state = NO_STREAM
    with pytest.raises(Violated, match="made no connection, so none was offered a server"):
        viewing.must_offer_exactly([])
