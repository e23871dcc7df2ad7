"""Reading and writing the status of sessions: by its subresource, and only when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vdi_operator import api, naming, sessions
from vdi_operator.sessions import Status


class Statuses:
    """
    The status of every session, without the lag of the watch.

    What was written a moment ago may not have come back by the watch yet; judging by the older value would,
    for instance, set the start time twice.
    """

    def __init__(self, client: api.Api) -> None:
        self._client = client
        self._written: dict[str, Mapping[str, Any]] = {}

    def current(self, body: Mapping[str, Any]) -> Status:
        """The newest status known of the session that *body* is a view of."""
        metadata = body["metadata"]
        written = self._written.get(metadata["uid"])
        if written and int(written["metadata"]["resourceVersion"]) > int(metadata["resourceVersion"]):
            return sessions.status_of(written)
        return sessions.status_of(body)

    async def write(self, body: Mapping[str, Any], new: Status) -> None:
        """
        Make *new* the status of the session, if it is not so already.

        :raises ApiError: if the API server did not accept it; a session that is gone is no error.
        """
        patch = new.patch_from(self.current(body))
        if not patch:
            return
        metadata = body["metadata"]
        path = api.path(
            naming.API_VERSION,
            naming.SESSIONS,
            metadata["namespace"],
            metadata["name"],
            "status",
        )
        try:
            written = await self._client.merge(path, {"metadata": {"uid": metadata["uid"]}, "status": patch})
        except (api.NotThere, api.Conflict):
            return  # gone, or already another session of the same name
        self._written[metadata["uid"]] = written

    def forget(self, uid: str) -> None:
        """Drop what is known of a session that is gone."""
        self._written.pop(uid, None)
