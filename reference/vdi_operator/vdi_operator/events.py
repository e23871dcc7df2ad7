"""What people read in ``kubectl describe``: Kubernetes events about sessions."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from vdi_operator import api, naming
from vdi_operator.sessions import Session

_log = logging.getLogger(__name__)


class Events:
    """Posts events, each reason once in a session's life, however often its cause is met."""

    def __init__(self, client: api.Api) -> None:
        self._client = client

    async def post(self, session: Session, reason: str, message: str, *, warning: bool) -> None:
        """
        Post an event about *session*.

        Its name derives from session and reason, so that a repeated post (after a crash, say) is refused
        as a duplicate. An event that cannot be posted is logged and otherwise ignored: it must not hold up
        the work.
        """
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "namespace": session.namespace,
                "name": f"{session.name[:180]}.{session.uid}.{reason.lower()}",
            },
            "involvedObject": {
                "apiVersion": naming.API_VERSION,
                "kind": "VDISession",
                "namespace": session.namespace,
                "name": session.name,
                "uid": session.uid,
            },
            "type": "Warning" if warning else "Normal",
            "reason": reason,
            "message": message[:1024],
            "source": {"component": "vdi-operator"},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        try:
            await self._client.create(api.path("v1", "events", session.namespace), event)
        except api.Conflict:
            return
        except api.ApiError as error:
            _log.warning("event %s of %s/%s not posted: %s", reason, session.namespace, session.name, error)
