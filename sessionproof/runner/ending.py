"""How a run's verdict is told to the shell: four exit codes where behave has two."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from behave.exception import ConfigError, TagExpressionError

from sessionproof.errors import ExitCode
from sessionproof.reporting import results
from sessionproof.signals import interruption


def run(root: Path, arguments: Sequence[str]) -> ExitCode:
    """
    Run stories as ``behave`` would in *root*, and tell the verdict by its exit code.

    :param arguments: what ``behave`` is told.
    """
    from behave.__main__ import run_behave
    from behave.configuration import Configuration

    with contextlib.chdir(root):
        try:
            config = Configuration(list(arguments))
            failed = run_behave(config) != 0
        except (ConfigError, TagExpressionError) as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            return ExitCode.NOT_RUN
    if interruption.asked is not None:
        return ExitCode.INTERRUPTED
    if not failed:
        return ExitCode.PASSED
    folder = getattr(config, "results_folder", None)
    found = {result.get("status") for result in results.read(folder)} if folder else set()
    return ExitCode.FAILED if "failed" in found else ExitCode.NOT_RUN
