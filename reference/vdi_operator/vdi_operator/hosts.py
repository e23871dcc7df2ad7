"""Which session is published under which host: no two live ones ever share one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from vdi_operator import api, naming, objects
from vdi_operator.objects import Manifest
from vdi_operator.sessions import Session, Status
from vdi_operator.settings import Settings


class Hosts:
    """
    Claims on hosts.

    The truth is what is published in the cluster (by any operator) and what live sessions report; claims in
    memory only bridge the time until a claimed host is published.
    """

    def __init__(
        self, client: api.Api, settings: Settings, reported: Callable[[], Mapping[str, str | None]]
    ) -> None:
        """:param reported: gives the URL of every live session by uid."""
        self._client = client
        self._settings = settings
        self._reported = reported
        self._claims: dict[str, str] = {}

    async def claim(self, session: Session, status: Status, route: Manifest | None) -> str:
        """
        The host of *session*: the one it has, else its user's, else one that is its own.

        :param route: what publishes the session now, if anything does.
        :raises ApiError: if the published hosts cannot be read.
        """
        held = (
            (objects.host_of(route) if route else None)
            or (urlsplit(status.url).hostname if status.url else None)
            or self._claims.get(session.uid)
        )
        if held is None:
            published = await self._published()
            # From here to the claim nothing is awaited, so that two sessions cannot both find the host free.
            reported = {uid: urlsplit(url).hostname for uid, url in self._reported().items() if url}
            claims = [*published.items(), *reported.items(), *self._claims.items()]
            taken = {host for uid, host in claims if uid != session.uid}
            held = naming.host(session.user, self._settings.domain)
            if held in taken:
                held = naming.other_host(session.user, session.namespace, session.name, self._settings.domain)
        self._claims[session.uid] = held
        return held

    def release(self, uid: str) -> None:
        """Give up the claim of a session that is no longer live."""
        self._claims.pop(uid, None)

    async def _published(self) -> dict[str | None, str | None]:
        kind = objects.route_kind(self._settings)
        found = await self._client.get(
            api.path(kind.api_version, kind.plural), labelSelector=naming.SESSION_LABEL
        )
        return {objects.owner_uid(item): objects.host_of(item) for item in found["items"]}
