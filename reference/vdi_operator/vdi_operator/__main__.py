"""``python -m vdi_operator``: run the operator until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

import kopf

from vdi_operator import handlers, settings

UNUSABLE_SETTINGS = 2
"""Exit code when a variable of the environment cannot be used."""


def main() -> int:
    """Run; returns the exit code."""
    try:
        effective = settings.from_environment(os.environ)
    except settings.SettingsError as error:
        sys.stderr.write(f"vdi-operator: cannot start:\n{error}\n")
        return UNUSABLE_SETTINGS
    kopf.configure(verbose=False)
    logging.getLogger("kopf.objects").setLevel(logging.WARNING)  # else a line for every event of every object
    asyncio.run(
        kopf.operator(
            registry=handlers.registry_for(effective),
            settings=handlers.kopf_settings(),
            clusterwide=not effective.watch_namespaces,
            namespaces=effective.watch_namespaces,
            standalone=True,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
