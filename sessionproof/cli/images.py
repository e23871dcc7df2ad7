"""``images``: build the reference images from their recipes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sessionproof import errors
from sessionproof.cli import commands
from sessionproof.cli.console import Console

if TYPE_CHECKING:
    from sessionproof_cluster.images import BuiltImage

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
        "sudo sessionproof images --target laptop      and load them onto its nodes",
    )
    command.add_argument("--target", metavar="NAME", help="load them onto the nodes of this target's cluster")
    command.add_argument("name", nargs="*", help="folders of reference/ that hold an image.toml (all)")


def build(root: Path, names: Sequence[str], console: Console) -> list[BuiltImage]:
    """
    Build the reference images of the repository at *root*, or take them from the cache.

    :param names: folders of ``reference/``; every one with a recipe if empty.
    :raises SuiteWrong: if one of them holds no recipe.
    """
    from sessionproof_cluster import images

    folder = root / "reference"
    known = {recipe.parent.name: recipe.parent for recipe in sorted(folder.glob("*/image.toml"))}
    for name in names:
        if name not in known:
            raise errors.SuiteWrong(
                f"no recipe {folder / name / 'image.toml'}; there are: {', '.join(known)}"
            )
    return [images.build(known[name], console) for name in names or known]


def _images(options: argparse.Namespace) -> int:
    console = Console()
    root = commands.repository()
    target = None
    if options.target:
        from sessionproof import catalogue

        target = catalogue.load(root / "scenarios.yaml").target(options.target)
    try:
        built = build(root, options.name, console)
        if target is not None:
            from sessionproof import targets

            targets.load_images(target, [image.path for image in built], console)
    finally:
        console.finish()
    for image in built:
        size = image.unpacked_bytes / 1e6
        sys.stdout.write(f"{image.reference}  {size:.0f} MB unpacked  {image.path}\n")
    return errors.ExitCode.PASSED
