"""An operator that never looks after a session once it is Running: what is lost then stays lost."""

import sys

from vdi_operator.__main__ import main
from vdi_operator.reconciling import Reconciler
from vdi_operator.sessions import Phase

make_missing = Reconciler._make_missing


async def make_missing_at_first(self, session, status, launch, observed):
    if status.phase is not Phase.RUNNING:
        await make_missing(self, session, status, launch, observed)


Reconciler._make_missing = make_missing_at_first
sys.exit(main())
