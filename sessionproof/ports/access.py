"""The doors of a session: every address of its that must ask who comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Door:
    """One address of a session."""

    path: str
    socket: bool = False
    """Whether it is a WebSocket."""
    public: bool = False
    """Whether it must answer without a credential."""

    def __str__(self) -> str:
        return f"{'socket ' if self.socket else ''}{self.path}"


@dataclass(frozen=True)
class Answer:
    """What a door said."""

    door: Door
    status: int
    """HTTP status; 101 when a socket was upgraded."""
    body: str = ""

    @property
    def opened(self) -> bool:
        """Whether the visitor was let in; what lies behind the door may still be missing."""
        return self.status not in (401, 403, 429)


class Doors(Protocol):
    """Tries the doors of sessions."""

    def try_each(self, url: str, credential: tuple[str, str] | None) -> Sequence[Answer]:
        """
        Request every door of the session at *url* once over verified HTTPS.

        :param credential: user name and password, or None to show none.
        :raises TargetUnavailable: if a door does not answer at all.
        """
        ...

    def get(self, url: str) -> Answer:
        """Request one address without a credential."""
        ...
