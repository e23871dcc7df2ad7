"""An operator that gives every session the same password."""

import sys

from vdi_operator.__main__ import main
from vdi_operator.objects import Credentials
from vdi_operator.reconciling import Reconciler

credentials_of = Reconciler._credentials_of


async def the_same_for_everyone(self, session, observed):
    own = await credentials_of(self, session, observed)
    return Credentials(own.username, "the-same-for-everyone")


Reconciler._credentials_of = the_same_for_everyone
sys.exit(main())
