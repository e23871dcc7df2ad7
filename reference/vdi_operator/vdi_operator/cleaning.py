"""What a session owns by the word of the API server: finding it, and removing it and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from vdi_operator import api, objects
from vdi_operator.objects import Kind, Manifest
from vdi_operator.phases import Observed
from vdi_operator.sessions import Session


async def find(client: api.Api, session: Session, kinds: Iterable[Kind]) -> Observed:
    """
    The session's objects of these kinds, asked for one by one rather than remembered from the watch.

    Objects of the same name that belong to somebody else are not among them.

    :raises ApiError: if it cannot be told what there is.
    """
    found = await asyncio.gather(*(_find(client, session, kind) for kind in kinds))
    return Observed({kind: manifest for kind, manifest in found if manifest})


async def remove(client: api.Api, session: Session, kinds: Iterable[Kind]) -> list[str]:
    """
    Begin the deletion of the session's objects of these kinds, all at once.

    The API server is asked, not the watch: an object made a moment ago must not be overlooked. Objects of the
    same name that belong to somebody else are left alone.

    :returns: what was found and may still be there, e.g. ``["Pod desk-1"]``; empty once all are gone.
    :raises ApiError: if it cannot be told what there is, or a deletion was not accepted.
    """
    found = await find(client, session, kinds)
    staying = [
        (kind, manifest) for kind, manifest in found.objects.items() if not objects.is_leaving(manifest)
    ]
    await asyncio.gather(
        *(client.delete(_path(session, kind), uid=manifest["metadata"]["uid"]) for kind, manifest in staying)
    )
    return [f"{kind.title} {kind.name_for(session.name)}" for kind in found.objects]


def _path(session: Session, kind: Kind) -> str:
    return api.path(kind.api_version, kind.plural, session.namespace, kind.name_for(session.name))


async def _find(client: api.Api, session: Session, kind: Kind) -> tuple[Kind, Manifest | None]:
    try:
        manifest: Manifest = await client.get(_path(session, kind))
    except api.NotThere:
        return kind, None
    return kind, manifest if objects.is_owned_by(manifest, session.uid) else None
