"""``images``: build the reference images from their recipes."""

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
    """Add the command of this module."""
    command = commands.add(
        those,
        "images",
        _images,
        "build the images of the reference platforms; what is cached is not built again",
        "sudo sessionproof images",
        "sudo sessionproof images desktop",
    )
    command.add_argument("name", nargs="*", help="folders of reference/ that hold an image.toml (all)")


def _images(options: argparse.Namespace) -> int:
    from sessionproof_cluster import images

    root = commands.repository() / "reference"
    known = {recipe.parent.name: recipe.parent for recipe in sorted(root.glob("*/image.toml"))}
    for name in options.name:
        if name not in known:
            raise errors.SuiteWrong(f"no recipe {root / name / 'image.toml'}; there are: {', '.join(known)}")
    console = Console()
    try:
        for name in options.name or known:
            built = images.build(known[name], console)
            console.finish()
            size = built.unpacked_bytes / 1e6
            sys.stdout.write(f"{built.reference}  {size:.0f} MB unpacked  {built.path}\n")
    finally:
        console.finish()
    return errors.ExitCode.PASSED
