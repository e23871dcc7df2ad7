"""An operator that reports Running as soon as the pod has a node, whether or not the desktop is ready."""

import sys

from vdi_operator import phases
from vdi_operator.__main__ import main


def is_endpoint_anyway(pod, session):
    return True


phases._is_endpoint = is_endpoint_anyway
sys.exit(main())
