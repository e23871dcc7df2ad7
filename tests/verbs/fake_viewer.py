"""A browser window on a picture that is a function of time: no browser, no pixels, no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sessionproof.errors import NotSeenInTime
from sessionproof.model.clock import VirtualClock
from sessionproof.model.stamps import CLOCK_MS, FRESH_MS, Reading, Stamp, StampSeries
from sessionproof.model.streams import StreamState

FRAME = 1 / 30

LIVE = StreamState(
    address="https://alice-1.test/",
    visible=True,
    has_stream=True,
    paused=False,
    width=1280,
    height=720,
    connections=1,
    connection="connected",
    ice="connected",
    dtls="connected",
    codec="video/H264",
    pair="host/udp - host/udp",
    frames_decoded=100,
)
NO_STREAM = StreamState(address="https://alice-1.test/", text="Password")


@dataclass
class Picture:
    """What is painted: a new stamp each frame from ``begins`` to ``ends``, the last one after that."""

    marker: int
    begins: float = 0.0
    """Seconds on the virtual clock."""
    ends: float = float("inf")
    goes: float = float("inf")
    """When it is not shown any more."""
    latency_ms: float = 20.0
    """From paint to seen."""

    def at(self, seconds: float, epoch: float) -> Stamp | None:
        """What is seen at a moment of the virtual clock; None while nothing is shown."""
        painted = min(seconds - self.latency_ms / 1000, self.ends)
        if painted < self.begins or seconds >= self.goes:
            return None
        return Stamp(round((epoch + painted) * 1000) % CLOCK_MS, int(painted / FRAME) % 65536, 0, self.marker)


class FakeViewer:
    """One window; a test sets what it shows."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.picture: Picture | None = None
        self.state = LIVE
        self.frames_per_second = 0
        """How many frames the browser decodes, whatever they show."""
        self.reconnects_at = float("inf")
        """When the page connects anew, on the virtual clock."""
        self.words = ""
        """What the login page says against a login."""
        self.trips: Sequence[float] = (30.0, 40.0)
        self.loses_keys = False
        self.did: list[str] = []
        self.offered: Sequence[str] = ()
        """STUN and TURN servers that the page was given."""

    def open(self, url: str) -> None:
        self.did.append(f"open {url}")

    def log_in(self, password: str) -> None:
        self.did.append(f"log in with {password}")

    def refusal(self) -> str:
        return self.words

    def stream_state(self) -> StreamState:
        now = self._clock.now().mono
        return replace(
            self.state,
            frames_decoded=self.state.frames_decoded + round(self.frames_per_second * now),
            connections=self.state.connections + (now >= self.reconnects_at),
        )

    def offered_ice_servers(self) -> Sequence[str]:
        return self.offered

    def stamps(self, *, at_least: int, seconds: float) -> StampSeries:
        began = self._clock.now()
        epoch = began.wall - began.mono
        readings: list[Reading] = []
        fresh: set[int] = set()
        # A rest that is lost in rounding would never pass.
        while len(fresh) < at_least and (left := seconds - self._clock.now().after(began)) > 1e-6:
            self._clock.advance(min(FRAME, left))
            now = self._clock.now()
            stamp = self.picture.at(now.mono, epoch) if self.picture else None
            if stamp:
                readings.append(Reading(now.wall * 1000, stamp))
                if (now.wall * 1000 - stamp.clock_ms) % CLOCK_MS <= FRESH_MS:
                    fresh.add(stamp.clock_ms)
        return StampSeries(began.wall, self._clock.now().wall, tuple(readings))

    def type_text(self, text: str) -> Sequence[float]:
        self.did.append(f"type {text}")
        if self.loses_keys:
            raise NotSeenInTime("key 1 of 3 was sent and no picture showed it")
        return self.trips

    def reload(self) -> None:
        self.did.append("reload")

    def snapshot(self) -> bytes:
        return b""
