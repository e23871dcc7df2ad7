"""An operator that gives a running session another pod when it finds that its template has changed."""

import sys

from vdi_operator.__main__ import main
from vdi_operator.objects import Kind
from vdi_operator.reconciling import Reconciler

make_missing = Reconciler._make_missing


async def make_missing_as_offered(self, session, status, launch, observed):
    offered, pod = await self._resolve(session), observed.usable(Kind.POD)
    if offered != launch and pod:
        await self._delete(session, Kind.POD, pod)
    return await make_missing(self, session, status, offered, observed)


Reconciler._make_missing = make_missing_as_offered
sys.exit(main())
