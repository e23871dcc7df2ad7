"""``steps``: every phrase that a story may say."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from sessionproof import errors
from sessionproof.cli import commands

if TYPE_CHECKING:
    from sessionproof.cli.commands import Commands


def add_to(those: Commands) -> None:
    """Add the command of this module."""
    command = commands.add(
        those,
        "steps",
        _steps,
        "list every step that stories may say, or those that speak of each WORD",
        "sessionproof steps",
        "sessionproof steps password",
        "sessionproof steps picture then",
        "sessionproof steps --json | jq '.[] | select(.stories > 5) | .phrase'",
    )
    command.add_argument("word", nargs="*", metavar="WORD", help="part of a phrase, a meaning or a value")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON on standard output")
    form.add_argument(
        "--write", action="store_true", help="write docs/steps.md and the editor's settings anew"
    )


def _steps(options: argparse.Namespace) -> int:
    from sessionproof import catalogue, stepbook

    folder = commands.repository()
    book = stepbook.read(folder, catalogue.load(folder / "scenarios.yaml"))
    if options.write:
        if options.word:
            raise errors.SuiteWrong("--write writes all steps: leave out the words")
        settings = folder / stepbook.EDITOR
        (folder / stepbook.PAGE).write_text(stepbook.page(book), encoding="utf-8")
        settings.write_text(stepbook.editor(book, settings.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(f"{stepbook.PAGE}, {stepbook.EDITOR}: {len(book.steps)} steps\n")
        return errors.ExitCode.PASSED
    found = book.about(options.word)
    if options.json:
        sys.stdout.write(json.dumps(stepbook.records(found), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(stepbook.text(found))
    return errors.ExitCode.PASSED
