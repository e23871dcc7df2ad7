"""An operator that makes no volume claim and believes that it did."""

import sys

from vdi_operator.__main__ import main
from vdi_operator.objects import Kind
from vdi_operator.reconciling import Reconciler

make = Reconciler._make


async def make_all_but_the_claim(self, session, kind, manifest):
    if kind is not Kind.CLAIM:
        await make(self, session, kind, manifest)


Reconciler._make = make_all_but_the_claim
sys.exit(main())
