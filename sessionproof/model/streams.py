"""What a browser knows of a stream; nothing of it proves that a picture is live."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamState:
    """Page and browser at one moment; a stream that is not there has the values a stream begins with."""

    address: str = ""
    """Where the page is, without its query."""
    visible: bool = False
    """Whether a video or canvas is shown in the page."""
    has_stream: bool = False
    """Whether the video has a source."""
    paused: bool = True
    width: int = 0
    height: int = 0
    """Pixels of the picture as it arrives."""
    current_time: float = 0.0
    """Seconds the video says it has played; goes on while the picture stands."""
    connections: int = 0
    """WebRTC connections the page has made so far; the rest is about the last."""
    connection: str = ""
    ice: str = ""
    dtls: str = ""
    codec: str = ""
    pair: str = ""
    """The chosen candidate pair as ``local type/protocol - remote type/protocol``; empty: none."""
    round_trip_ms: float | None = None
    frames_received: int = 0
    frames_decoded: int = 0
    """Goes on while the picture stands: a server may send a still picture again and again."""
    frames_dropped: int = 0
    packets_lost: int = 0
    text: str = ""
    """The beginning of what the page says in words."""

    def __str__(self) -> str:
        picture = (
            f"{self.width}x{self.height}{' paused' if self.paused else ''}" if self.visible else "no picture"
        )
        transport = (
            f"connection {self.connections} {self.connection or 'none'}, ICE {self.ice or 'none'}, "
            f"DTLS {self.dtls or 'none'}, pair {self.pair or 'none'}, {self.codec or 'no codec'}, "
            f"{self.frames_decoded} frames decoded"
            if self.connections
            else "no WebRTC connection"
        )
        words = f", saying {self.text!r}" if self.text and not self.visible else ""
        return f"{self.address or 'an empty page'}: {picture}, {transport}{words}"
