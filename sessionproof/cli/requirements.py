"""``requirements``: every promise, and the scenarios that show it."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from sessionproof import errors
from sessionproof.cli import commands
from sessionproof.cli.console import table

if TYPE_CHECKING:
    from sessionproof.cli.commands import Commands


def add_to(those: Commands) -> None:
    """Add the command of this module."""
    command = commands.add(
        those,
        "requirements",
        _requirements,
        "list every requirement with the scenarios that show it",
        "sessionproof requirements",
        "sessionproof requirements --json | jq '.[] | select(.scenarios == [])'",
    )
    command.add_argument("--json", action="store_true", help="as JSON on standard output")


def _requirements(options: argparse.Namespace) -> int:
    from sessionproof import catalogue

    folder = commands.repository()
    known = catalogue.load(folder / "scenarios.yaml")
    stories = catalogue.read_stories(folder / "features")
    if wrong := catalogue.check_tags(known, stories):
        raise catalogue.CatalogueError(wrong)
    shown: dict[str, list[str]] = {id: [] for id in known.requirements}
    for story in stories:
        for tag in story.tags:
            if tag in shown:
                shown[tag].append(str(story))
    if options.json:
        rows = [
            {"id": r.id, "priority": r.priority, "suite": r.suite, "text": r.text, "scenarios": shown[r.id]}
            for r in known.requirements.values()
        ]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return errors.ExitCode.PASSED
    lines = [
        (
            r.id,
            r.priority,
            r.suite,
            str(len(shown[r.id]) or "-"),
            r.text + (f" ({r.reason})" if r.reason else ""),
        )
        for r in known.requirements.values()
    ]
    built = sum(1 for scenarios in shown.values() if scenarios)
    sys.stdout.write(table(lines, ("ID", "P", "SUITE", "SCENARIOS", "TEXT")) + "\n")
    sys.stdout.write(f"\n{built} of {len(shown)} requirements have scenarios; {len(stories)} scenarios\n")
    return errors.ExitCode.PASSED
