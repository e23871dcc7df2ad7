"""An operator that begins every lifetime anew when it is started."""

import sys
import time

from vdi_operator import phases
from vdi_operator.__main__ import main

began = time.time()


def expires_since_begun(session, status):
    if status.startTime is None:
        return None
    return max(began, status.startTime.timestamp()) + session.lifetime


phases.expires_at = expires_since_begun
sys.exit(main())
