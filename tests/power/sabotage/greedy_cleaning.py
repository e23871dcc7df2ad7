"""An operator that removes whatever carries a deleted session's label, no matter whose it is."""

import sys

from vdi_operator import api, cleaning, naming
from vdi_operator.__main__ import main

remove_own = cleaning.remove


async def remove_labelled(client, session, kinds):
    chosen = f"{naming.SESSION_LABEL}={session.name}"
    found = await client.get(api.path("v1", "services", session.namespace), labelSelector=chosen)
    for item in found["items"]:
        path = api.path("v1", "services", session.namespace, item["metadata"]["name"])
        await client.delete(path, uid=item["metadata"]["uid"])
    return await remove_own(client, session, kinds)


cleaning.remove = remove_labelled
sys.exit(main())
