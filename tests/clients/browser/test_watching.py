"""A real browser on a real desktop: what is live reads live, what stands reads standing."""

from __future__ import annotations

import signal

import pytest

from sessionproof.model import stamps

pytestmark = pytest.mark.machine


def test_live_picture_gives_fresh_stamps_of_its_session(viewer, desktop, record_testsuite_property):
    """A live desktop gives distinct, fresh stamps that carry its own marker, with few ms of reading error."""
    series = viewer.stamps(at_least=200, seconds=20)
    record_testsuite_property("series", str(series))
    record_testsuite_property("reading_cost_ms", viewer.reading_cost_ms)

    assert series.fresh >= 200
    assert series.foreign(stamps.marker_of(desktop.session)) == ()
    assert series.clock_errors == ()
    assert series.frozen_since is None
    assert series.latency.p50 < 100


def test_marker_of_another_session_is_noticed(viewer, desktop):
    """A reader who expects another session's picture is told whose picture this is."""
    series = viewer.stamps(at_least=5, seconds=10)

    assert (stamps.marker_of(desktop.session),) == series.foreign(stamps.marker_of("somebody-else"))


@pytest.mark.parametrize("what", ["beacon", "display"])
def test_frozen_desktop_reads_as_standing_while_the_video_plays(viewer, desktop, what):
    """With the application or the X server stopped the video plays on and the stamps say that it stands."""
    frozen = getattr(desktop, what)
    frozen.send_signal(signal.SIGSTOP)
    try:
        viewer.stamps(at_least=1000, seconds=0.5)
        before = viewer.stream_state()
        series = viewer.stamps(at_least=1, seconds=3)
        after = viewer.stream_state()
    finally:
        frozen.send_signal(signal.SIGCONT)

    assert after.current_time - before.current_time > 2
    assert series.fresh == 0
    assert series.frozen_since is not None
    assert viewer.stamps(at_least=20, seconds=10).fresh >= 20


def test_typed_text_arrives_and_every_key_is_seen_in_the_pixels(viewer, desktop, record_testsuite_property):
    """Each key raises the counter in the picture, and the log spells the text, capitals included."""
    before = desktop.typed()
    trips = viewer.type_text("Session proof 42")
    record_testsuite_property("trips_ms", sorted(round(trip) for trip in trips))

    assert f"{before}Session proof 42" == desktop.typed()
    assert len(trips) == 16
    assert all(0 < trip < 500 for trip in trips)


def test_stream_state_tells_of_webrtc_without_foreign_servers(viewer):
    """The browser's statistics name a connected WebRTC transport; no ICE server was offered."""
    state = viewer.stream_state()

    assert (state.dtls, bool(state.pair), state.has_stream) == ("connected", True, True)
    assert viewer.offered_ice_servers() == ()
    assert viewer.screenshot(clip=(0, 0, 100, 100)).startswith(b"\x89PNG")


def test_picture_is_live_again_after_a_reload(viewer):
    """A reload ends when the page connects anew, and its picture is live."""
    viewer.reload()

    assert viewer.stamps(at_least=20, seconds=20).fresh >= 20
