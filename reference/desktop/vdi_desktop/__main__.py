"""`python3 -m vdi_desktop`: run a desktop until asked to end; status 1, with the reason, if a part dies."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from vdi_desktop.desktop import Desktop, StartError
from vdi_desktop.processes import Died
from vdi_desktop.settings import SettingsError, from_environment


def main() -> int:
    """Run a desktop; return the status to end with."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s: %(message)s")
    try:
        asyncio.run(Desktop(from_environment(os.environ)).run())
    except (Died, StartError, SettingsError) as error:
        logging.getLogger("vdi_desktop").error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
