"""What one person sees of a session and does in it; judged by stamps read out of the pixels."""

from __future__ import annotations

from collections.abc import Sequence

from sessionproof.errors import NotSeenInTime, SuiteWrong, Violated
from sessionproof.model.measures import Measurement
from sessionproof.model.stamps import StampSeries, marker_of
from sessionproof.ports.viewing import Viewer
from sessionproof.timeline import Moment
from sessionproof.verbs.scene import Judged, Scene
from sessionproof.verbs.session import StorySession

ENOUGH_TO_BE_LIVE = 20
"""Fresh, distinct stamps that prove a picture live: about a second's worth."""

LIVE_SECONDS = 5.0
"""Longest time to read them; a live picture takes about one."""

ENOUGH_TO_GO_ON = 5
"""Distinct stamps painted after a moment that prove that a picture goes on after it, however slowly."""

GO_ON_SECONDS = 10.0
"""Longest time to read them on a machine that is busy with many pictures; a live one takes a second."""

FRAME = 1 / 30
"""Seconds of one frame of the stream: no moment seen in a picture is known better than that."""

NO_PICTURE_SECONDS = 2.0
"""Time to look at a page that must stay without a picture: one that was on its way would have come."""

AFTERWARDS_SECONDS = 1.0
"""Time to look on after a picture must have ended: at thirty frames a second, a gap is seen at once."""

ENDLESS = 10_000
"""More stamps than come in any wait: reading goes on until time is up."""

VERDICT_SECONDS = 30.0
"""Longest time to read the stamps for a distribution."""


class Viewing:
    """One browser window on one session."""

    def __init__(self, scene: Scene, viewer: Viewer, session: StorySession) -> None:
        self._scene = scene
        self.viewer = viewer
        self.session = session
        self._cause = scene.timeline.now()
        self._read: StampSeries | None = None

    def __str__(self) -> str:
        return f"the picture of {self.session}"

    # -- what the person does --------------------------------------------------------------------------

    def open(self) -> None:
        """Go to the session's address."""
        self._acted("the URL is opened")
        self.viewer.open(self.session.url)

    def log_in(self, password: str) -> None:
        """Type a password into the login page and press Connect."""
        self._acted("a password is entered")
        self.viewer.log_in(password)

    def type(self, text: str) -> None:
        """Type into the desktop, each key when the one before was seen; the round trips are written down."""
        self._acted(f"{text!r} is typed")
        try:
            trips = self.viewer.type_text(text)
        except NotSeenInTime as error:
            raise NotSeenInTime(f"{self}: {error}; {self._goes_on()}") from error
        self._note(Measurement.of("key to pixel", "ms", trips, error_bound=FRAME * 1000), "input_p95", "p95")

    def reload_in_succession(self, times: int) -> None:
        """Reload as soon as each page has begun to connect."""
        for turn in range(times):
            self._acted(f"the page is reloaded ({turn + 1} of {times})")
            self.viewer.reload()

    def read_stamps(self, at_least: int) -> None:
        """Read fresh stamps until there are enough for a distribution."""
        self._acted(f"{at_least} stamps are read")
        self._read = self.viewer.stamps(at_least=at_least, seconds=VERDICT_SECONDS)
        self._must_be_own(self._read)
        if self._read.fresh < at_least:
            raise NotSeenInTime(
                f"{self}: {at_least} fresh stamps wanted in {VERDICT_SECONDS:.0f} s; {self._read}; "
                f"the page shows {self.viewer.stream_state()}; {self._goes_on()}"
            )

    # -- what must be seen -----------------------------------------------------------------------------

    def must_be_refused(self) -> None:
        """The login page says in words that the password is wrong."""
        words = self.viewer.refusal()
        if not words:
            state = self.viewer.stream_state()
            opened = "; the password opened it" if state.visible and state.has_stream else ""
            raise Violated(f"{self}: no refusal is visible on the login page; the page shows {state}{opened}")

    def must_show_no_picture(self) -> None:
        """The page has no visible video with a stream, and nothing it shows carries a stamp."""
        series = self.viewer.stamps(at_least=1, seconds=NO_PICTURE_SECONDS)
        state = self.viewer.stream_state()
        if series.distinct or (state.visible and state.has_stream):
            raise Violated(f"{self}: a picture is shown although the login was refused: {state}; {series}")

    def first_picture_must_come(self, budget: str) -> None:
        """A fresh stamp of the session is read within the budget, counted from what was done last."""
        limit = self._scene.budget(budget)
        left = limit.seconds - self._scene.timeline.now().after(self._cause)
        series = self.viewer.stamps(at_least=1, seconds=max(0.0, left))
        self._must_be_own(series)
        if series.first_fresh is None:
            waited = self._scene.timeline.now().after(self._cause)
            self._scene.judged.append(
                Judged(Measurement.of("first live picture", "s", [waited]), limit, "max", kept=False)
            )
            raise NotSeenInTime(
                f"{self}: no live picture within {limit}; {series}; the page shows {self.viewer.stream_state()}; "
                f"{self._goes_on()}"
            )
        took = max(0.0, series.first_fresh - self._cause.wall)
        self._scene.judge(Measurement.of("first live picture", "s", [took], error_bound=FRAME), budget, "max")

    def must_be_live(self) -> None:
        """Enough fresh, distinct stamps are read, and every one carries this session's marker."""
        series = self.viewer.stamps(at_least=ENOUGH_TO_BE_LIVE, seconds=LIVE_SECONDS)
        self._must_be_own(series)
        if series.fresh < ENOUGH_TO_BE_LIVE:
            raise Violated(
                f"{self}: is not live: {series.fresh} fresh stamps in {LIVE_SECONDS:.0f} s, "
                f"{ENOUGH_TO_BE_LIVE} wanted; {series}; the page shows {self.viewer.stream_state()}; {self._goes_on()}"
            )
        self._note(series.latency, "video_p50", "p50")

    def must_go_on_after(self, moment: Moment) -> None:
        """
        Enough distinct stamps are read that were painted after the moment, every one with this session's marker.

        How late they are seen is not judged here: that depends on how many others are watched.
        """
        began, left, painted = self._scene.timeline.now(), GO_ON_SECONDS, 0
        while painted < ENOUGH_TO_GO_ON and left >= FRAME:
            # What was on its way at the moment comes first, and looks as fresh as what is painted after it.
            series = self.viewer.stamps(at_least=ENOUGH_TO_GO_ON, seconds=left)
            self._must_be_own(series)
            painted = series.painted_since(moment.wall)
            left = GO_ON_SECONDS - self._scene.timeline.now().after(began)
        if painted < ENOUGH_TO_GO_ON:
            raise Violated(
                f"{self}: does not go on: {painted} stamps in {GO_ON_SECONDS:.0f} s that were painted after "
                f"{moment.iso()}, {ENOUGH_TO_GO_ON} wanted; {series}; "
                f"the page shows {self.viewer.stream_state()}; {self._goes_on()}"
            )
        if series.fresh:
            self._note(series.latency, "video_p50", "p50")

    def must_offer_exactly(self, relays: Sequence[str]) -> None:
        """The page connected, and gave its connections these STUN and TURN servers and no other."""
        state, offered = self.viewer.stream_state(), self.viewer.offered_ice_servers()
        if not state.connections:
            raise Violated(
                f"{self}: made no connection, so none was offered a server; the page shows {state}"
            )
        if sorted(offered) != sorted(relays):
            raise Violated(
                f"{self}: the browser was offered {', '.join(offered) or 'no server'}; "
                f"configured is {', '.join(relays) or 'none'}"
            )

    def must_be_webrtc(self) -> None:
        """The browser's own statistics tell of a WebRTC connection that carries video."""
        state = self.viewer.stream_state()
        facts = {
            "ICE": state.ice in ("connected", "completed"),
            "DTLS": state.dtls == "connected",
            "candidate pair": bool(state.pair),
            "frames decoded": state.frames_decoded > 0,
        }

        missing = [name for name, holds in facts.items() if not holds]
        if missing:
            raise Violated(f"{self}: is not carried by WebRTC, {', '.join(missing)} missing: {state}")

    def must_end(self, budget: str) -> None:
        """The last fresh stamp comes within the budget after what was done to the session last."""
        limit, cause = self._scene.budget(budget), self.session.cause
        left = limit.seconds - self._scene.timeline.now().after(cause)
        series = self.viewer.stamps(at_least=ENDLESS, seconds=max(0.0, left) + AFTERWARDS_SECONDS)
        if series.live and series.frozen_since is None:
            lasted = series.ended - cause.wall
            self._scene.judged.append(
                Judged(Measurement.of("picture's end", "s", [lasted]), limit, "max", kept=False)
            )
            raise Violated(f"{self}: is still live after {lasted:.1f} s; must end within {limit}; {series}")
        # Without a fresh stamp it ended before reading began, and nobody saw when.
        ended, bound = (
            (series.last_fresh, FRAME) if series.last_fresh else (cause.wall, series.began - cause.wall)
        )
        took = max(0.0, ended - cause.wall)
        self._scene.judge(Measurement.of("picture's end", "s", [took], error_bound=bound), budget, "max")

    def latency_must_be_within(self, budget: str) -> None:
        """The median time from paint to seen."""
        if self._read is None:
            raise SuiteWrong("the story judges the latency, but no step before has read the stamps for it")
        self._scene.judge(self._read.latency, budget, "p50")

    # -- inside ----------------------------------------------------------------------------------------

    def _must_be_own(self, series: StampSeries) -> None:
        expected = marker_of(self.session.session.subject.name)
        if foreign := series.foreign(expected):
            raise Violated(
                f"{self}: shows another session's picture: marker {foreign[0]:06x} instead of {expected:06x}; {series}"
            )

    def _goes_on(self) -> str:
        """
        What tells a picture that stands in a stream that goes on from a stream that has ended, and what is
        known to be wrong with the session.
        """
        before = self.viewer.stream_state()
        self.viewer.stamps(at_least=ENDLESS, seconds=AFTERWARDS_SECONDS)
        now = self.viewer.stream_state()
        frames = now.frames_decoded - before.frames_decoded
        if now.connections != before.connections:
            stream = "the page has just connected anew"
        elif frames > 0:
            stream = f"{frames} more frames in {AFTERWARDS_SECONDS:g} s: the stream goes on"
        else:
            stream = f"no more frames in {AFTERWARDS_SECONDS:g} s: the stream has stopped"
        return "; ".join([stream, *self.session.troubles()])

    def _acted(self, what: str) -> None:
        self._cause = self._scene.timeline.mark(what, self.session.session.subject)

    def _note(self, measured: Measurement, budget: str, at: str) -> None:
        """Write a measurement down beside its budget without judging it: another story does."""
        limit = self._scene.budget(budget)
        value: float = getattr(measured, at)
        self._scene.judged.append(Judged(measured, limit, at, kept=limit.kept_by(value)))
