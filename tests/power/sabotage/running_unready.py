"""An operator that passes through Creating and says Running at once, whether or not the desktop is ready."""

import sys

from vdi_operator import phases
from vdi_operator.__main__ import main
from vdi_operator.sessions import Phase

honest = phases.judge


def judge(session, status, observed, settings, now):
    started = status.phase in (Phase.CREATING, Phase.RUNNING)
    phases._is_endpoint = lambda *_: started
    return honest(session, status, observed, settings, now)


phases.judge = judge
sys.exit(main())
