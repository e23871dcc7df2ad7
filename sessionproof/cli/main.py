"""Parses the command line, runs one command, and turns what went wrong into a message and an exit code."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType

from sessionproof import errors
from sessionproof.cli import clean, cluster, images, requirements, runs, steps

_DESCRIPTION = """\
Tells the stories of session platforms against real infrastructure, and publishes what was seen.

From nothing to a report:
  sudo sessionproof up            a real three-node Kubernetes on this machine
  sudo sessionproof demo          cluster, reference platform, demo stories, report
  behave                          all stories, while the cluster is up
  sessionproof report --serve     open the report
  sudo sessionproof down          leave nothing behind but the caches
"""
_EPILOG = """\
exit codes: 0 all held; 1 the product broke a promise; 2 no verdict (bad input, target away); 130 interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that *arguments*, by default the command line, ask for; returns the exit code."""
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return _fail(options, "interrupted", errors.ExitCode.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone: not worth a word
        return errors.ExitCode.PASSED
    except errors.SessionproofError as error:
        return _fail(options, str(error), error.exit_code)
    except Exception as error:
        if not _is_cluster_error(error):
            raise
        return _fail(options, str(error), errors.ExitCode.NOT_RUN)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        "sessionproof",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--debug", action="store_true", help="show where an error came from")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in (cluster, images, runs, requirements, steps, clean):
        group.add_to(commands)
    return whole


def _fail(options: argparse.Namespace, message: str, code: errors.ExitCode) -> int:
    if options.debug:
        traceback.print_exc()
    sys.stderr.write(f"sessionproof: {message}\n")
    return int(code)


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _is_cluster_error(error: Exception) -> bool:
    """The cluster package stands below this one and has a family of its own."""
    known = sys.modules.get("sessionproof_cluster.errors")
    return known is not None and isinstance(error, known.ClusterError)
