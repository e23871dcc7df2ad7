"""Mending a defect of an installed Python package, or failing when the text to mend is not there."""

from __future__ import annotations

from pathlib import Path

from sessionproof_cluster.images.errors import RecipeError
from sessionproof_cluster.images.recipe import FILE_NAME, Recipe


def apply(recipe: Recipe, library: Path) -> None:
    """
    Apply the recipe's patches below *library*.

    :raises RecipeError: if a text to replace is not there exactly once, as after an update of the package.
    """
    for index, patch in enumerate(recipe.patches):
        path = library / patch.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (count := text.count(patch.find)) != 1:
            raise RecipeError(
                recipe.directory / FILE_NAME,
                f"python.patch[{index}].find",
                f"{patch.find!r} is {count} times in {patch.file}, expected once; if a new release of the "
                f"package mended it, take the patch out ({patch.why})",
            )
        path.write_text(text.replace(patch.find, patch.replace), encoding="utf-8")
