"""An operator that gives all sessions of one person the same host."""

import sys

from vdi_operator import naming
from vdi_operator.__main__ import main


def the_same_again(user, namespace, session, domain):
    return naming.host(user, domain)


naming.other_host = the_same_again
sys.exit(main())
