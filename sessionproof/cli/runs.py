"""``run``, ``report`` and ``demo``: stories and what is published of them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from sessionproof import errors
from sessionproof.cli import commands
from sessionproof.cli.console import Console

if TYPE_CHECKING:
    from sessionproof.cli.commands import Commands


def add_to(those: Commands) -> None:
    """Add the commands of this module."""
    run = commands.add(
        those,
        "run",
        _run,
        "run stories like behave, with four exit codes instead of two",
        "sessionproof run",
        "sessionproof run -- --tags @VDI-03 features/vdi",
        "sessionproof run -j 3 -- --tags 'not @soak'",
        "sessionproof run --shuffle=4711 -j 2",
    )
    run.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        metavar="N",
        help="run scenarios in N workers side by side, each with a platform of its own; those tagged @exclusive "
        "run first and alone, of the others the longest one first",
    )
    run.add_argument(
        "--shuffle",
        nargs="?",
        type=_seed,
        const="random",
        metavar="SEED",
        help="run in random order; the seed is printed, and with it the order can be had again",
    )
    run.add_argument("behave", nargs=argparse.REMAINDER, metavar="...", help="what behave is told")
    report = commands.add(
        those,
        "report",
        _report,
        "write the report of the last run: the Allure site and the suite reports",
        "sessionproof report --serve",
        "sessionproof report --only suites",
    )
    report.add_argument("--serve", action="store_true", help="show it in a browser, until Ctrl-C")
    report.add_argument("--only", choices=("allure", "suites"), help="one of the two")
    commands.add(
        those,
        "demo",
        _demo,
        "go from nothing to a report: cluster, images, reference platform, demo stories",
        "sudo sessionproof demo",
    )


def _run(options: argparse.Namespace) -> int:
    from sessionproof import runner

    told = options.behave[1:] if options.behave[:1] == ["--"] else options.behave
    if options.jobs:
        told = ["--runner=sessionproof.runner:ParallelRunner", f"--jobs={options.jobs}", *told]
    if options.shuffle:
        told = [f"-Dorder={options.shuffle}", *told]
    return int(runner.run(commands.repository(), told))


def _jobs(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r}: give the number of workers, 1 or more")
    return int(text)


def _seed(text: str) -> str:
    if text != "random" and not text.isdecimal():
        raise argparse.ArgumentTypeError(
            f"{text!r}: a seed is a number; behave's own arguments come after --"
        )
    return text if text == "random" else f"random:{text}"


def _report(options: argparse.Namespace) -> int:
    from sessionproof import reporting

    console = Console()
    try:
        address = reporting.report(
            commands.repository(), only=options.only, serve=options.serve, progress=console
        )
    finally:
        console.finish()
    sys.stdout.write(f"report: {address}\n")
    return errors.ExitCode.PASSED


def _demo(_options: argparse.Namespace) -> int:
    commands.need_root("demo")
    from sessionproof.cli import demo

    return int(demo.demo(commands.repository()))
