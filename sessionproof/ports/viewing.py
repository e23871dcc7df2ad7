"""Looking at a session as a person does: with a browser, by its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sessionproof.model.stamps import StampSeries
from sessionproof.model.streams import StreamState


class Viewer(Protocol):
    """One browser window of one person; times are on this machine's clocks."""

    def open(self, url: str) -> None:
        """Go to the address and wait for its page."""
        ...

    def log_in(self, password: str) -> None:
        """Fill in the login page and press Connect; the answer is not waited for."""
        ...

    def refusal(self) -> str:
        """The text of the login page's error, once it is visible; empty if none comes in time."""
        ...

    def stream_state(self) -> StreamState:
        """What page and browser know of the stream at this moment."""
        ...

    def offered_ice_servers(self) -> Sequence[str]:
        """Addresses of the STUN and TURN servers that the page gave to its connections, each once."""
        ...

    def stamps(self, *, at_least: int, seconds: float) -> StampSeries:
        """
        Read stamps from the picture from now on, until enough fresh ones were read or time is up.

        :param seconds: the longest time to read; what was read until then is returned.
        """
        ...

    def type_text(self, text: str) -> Sequence[float]:
        """
        Type into the picture, each key after the one before was seen in the pixels.

        :returns: milliseconds from each key to the first picture that shows it.
        """
        ...

    def reload(self) -> None:
        """Reload the page and wait until it has begun to connect anew."""
        ...

    def snapshot(self) -> bytes:
        """
        The window as a JPEG.

        :raises TargetUnavailable: if there is none any more.
        """
        ...
