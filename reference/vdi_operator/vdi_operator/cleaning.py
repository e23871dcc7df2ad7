"""Removing what a session owns, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from vdi_operator import api, objects
from vdi_operator.objects import Kind, Manifest
from vdi_operator.sessions import Session


async def remove(client: api.Api, session: Session, kinds: Iterable[Kind]) -> list[str]:
    """
    Begin the deletion of the session's objects of these kinds, all at once.

    The API server is asked, not the watch: an object made a moment ago must not be overlooked. Objects of the
    same name that belong to somebody else are left alone.

    :returns: what was found and may still be there, e.g. ``["Pod desk-1"]``; empty once all are gone.
    :raises ApiError: if it cannot be told what there is, or a deletion was not accepted.
    """
    found = await asyncio.gather(*(_remove(client, session, kind) for kind in kinds))
    return [name for name in found if name]


async def _remove(client: api.Api, session: Session, kind: Kind) -> str | None:
    name = kind.name_for(session.name)
    path = api.path(kind.api_version, kind.plural, session.namespace, name)
    try:
        manifest: Manifest = await client.get(path)
    except api.NotThere:
        return None
    if not objects.is_owned_by(manifest, session.uid):
        return None
    if not objects.is_leaving(manifest):
        await client.delete(path, uid=manifest["metadata"]["uid"])
    return f"{kind.title} {name}"
