"""A real browser on a real desktop: what is live reads live, what stands reads standing."""

from __future__ import annotations

import contextlib
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from sessionproof.clients.browser import Browser, PageNotShown, Resolving, viewing
from sessionproof.model import stamps

pytestmark = pytest.mark.browser


def test_live_picture_gives_fresh_stamps_of_its_session(viewer, desktop, record_testsuite_property):
    """A live desktop gives distinct, fresh stamps that carry its own marker, without a clock error."""
    series = viewer.stamps(at_least=200, seconds=20)
    record_testsuite_property("series", str(series))
    record_testsuite_property("reading_cost_ms", viewer.reading_cost_ms)

    assert series.fresh >= 200
    assert series.foreign(stamps.marker_of(desktop.session)) == ()
    assert series.clock_errors == ()
    assert series.frozen_since is None


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
    # How fast is a budget's matter, and the machine's; here only that it was measured.
    assert all(0 < trip <= viewing.KEY_SECONDS * 1000 for trip in trips)


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


def test_wrong_password_is_refused_in_words_and_shows_no_picture(visitor, desktop):
    """A wrong password leaves the visitor on the login page, which says so; the right one then opens."""
    visitor.open(desktop.url)
    visitor.log_in("wrong")

    assert "not the password" in visitor.refusal()
    assert not visitor.stream_state().visible
    assert visitor.observations.last_answer(desktop.url).endswith(": 403")
    visitor.log_in(desktop.password)
    assert visitor.stamps(at_least=20, seconds=20).fresh >= 20


def test_nothing_is_concluded_from_a_page_without_a_picture(visitor, desktop):
    """Looking at a login page gives no reading, ends in time, and the picture counts as standing."""
    visitor.open(desktop.url)
    series = visitor.stamps(at_least=1, seconds=1)

    assert (series.readings, series.fresh, series.frozen_since) == ((), 0, series.began)
    assert 1 <= series.ended - series.began < 4


def test_untrusted_certificate_shows_no_page(desktop):
    """Without the CA the browser refuses the page, so that trust in it is what opened it above."""

    def open_untrusting() -> None:
        resolving = Resolving(("desktop.vdi.test:443",), f"127.0.0.1:{desktop.port}")
        with Browser(resolving) as stranger, contextlib.closing(stranger.viewer()) as visitor:
            visitor.open(desktop.url)

    # A thread has one browser, and this one has another already.
    with (
        ThreadPoolExecutor(1) as apart,
        pytest.raises(PageNotShown, match=r"vdi\.test/: no page is shown: .*ERR_CERT_AUTHORITY_INVALID"),
    ):
        apart.submit(open_untrusting).result(60)


def test_missing_login_page_is_told_with_what_is_there(visitor, desktop, monkeypatch):
    """Where a login page should be and is not, the message carries the answer and the page's words."""
    monkeypatch.setattr(viewing, "PAGE_SECONDS", 0.5)
    visitor.open(f"{desktop.url}health")

    with pytest.raises(PageNotShown, match=r"no login page .*; GET https://desktop\.vdi\.test/health: 200; "):
        visitor.log_in("any")
