"""Where the project lies that behave runs: its root and its catalogue."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sessionproof import catalogue

CATALOGUE = "scenarios.yaml"


def root_of(base: Path | str) -> Path:
    """The project's root: the folder above behave's *base*, which is the one that holds ``steps/``."""
    return Path(base).resolve().parent


def catalogue_for(config: Any) -> Path:
    """The catalogue that ``-D catalogue=PATH`` asks for, else the project's own."""
    told = config.userdata.get("catalogue")
    return Path(told).resolve() if told else root_of(config.base_dir) / CATALOGUE


@cache
def catalogue_in(file: Path) -> catalogue.Catalogue:
    """
    The catalogue in *file*, read once for runner and hooks.

    :raises CatalogueError: with every mistake in it.
    """
    return catalogue.load(file)
