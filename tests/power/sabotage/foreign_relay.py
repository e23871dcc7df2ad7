"""An operator that tells browsers of a server that nobody configured; its name leads nowhere."""

import os
import sys

from vdi_operator.__main__ import main

os.environ["TURN_URL"] = "stun:stun.nobody.invalid:3478"
sys.exit(main())
