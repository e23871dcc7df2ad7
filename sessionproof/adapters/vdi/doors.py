"""The doors of a session: its login page, its stream's interfaces and its signalling socket."""

from __future__ import annotations

from collections.abc import Sequence

from sessionproof.clients.https import Https
from sessionproof.ports.access import Answer, Door

DOORS: tuple[Door, ...] = (
    Door("/", public=True),
    Door("/health", public=True),
    Door("/index.html"),
    Door("/api/turn"),
    Door("/api/status"),
    Door("/api/health"),
    Door("/api/sessions"),
    Door("/somewhere/else"),
    Door("/api/webrtc/signaling/", socket=True),
)
"""Every kind of address that the contract speaks of, and one that it does not."""


class SessionDoors:
    """Tries the doors behind one ingress."""

    def __init__(self, https: Https) -> None:
        self._https = https

    def try_each(self, url: str, credential: tuple[str, str] | None) -> Sequence[Answer]:
        """
        Request every door once.

        :raises Unanswered: if one does not answer at all.
        """
        return [self._answer(door, url, credential) for door in DOORS]

    def get(self, url: str) -> Answer:
        """Request the address itself, without a credential."""
        return self._answer(DOORS[0], url, None)

    def _answer(self, door: Door, url: str, credential: tuple[str, str] | None) -> Answer:
        said = self._https.get(url.rstrip("/") + door.path, credential, upgrade=door.socket)
        return Answer(door, said.status, said.body)
