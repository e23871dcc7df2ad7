"""Where the project lies that behave runs: its root and its catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CATALOGUE = "scenarios.yaml"


def root_of(base: Path | str) -> Path:
    """The nearest folder above behave's *base* with a catalogue, else the one right above it."""
    base = Path(base).resolve()
    return next((folder for folder in base.parents if (folder / CATALOGUE).is_file()), base.parent)


def catalogue_for(config: Any) -> Path:
    """The catalogue that ``-D catalogue=PATH`` asks for, else the project's own."""
    told = config.userdata.get("catalogue")
    return Path(told).resolve() if told else root_of(config.base_dir) / CATALOGUE
