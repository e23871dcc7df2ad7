"""The stories and steps of the repository, as behave reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from behave import register_type
from behave.parser import parse_file
from behave.runner_util import load_step_modules
from behave.step_registry import registry

from sessionproof import words

FEATURES = Path(__file__).parents[2] / "features"
FILES = sorted(FEATURES.rglob("*.feature"))


@pytest.fixture(scope="session")
def features() -> list[Any]:
    """Every feature of the repository."""
    return [parse_file(str(file)) for file in FILES]


@pytest.fixture(scope="session")
def definitions() -> Iterator[list[Any]]:
    """Every step definition; behave's one registry is left as empty as it was found."""
    registry.clear()
    register_type(**words.converters())
    load_step_modules([str(FEATURES / "steps")])
    yield [matcher for matchers in registry.steps.values() for matcher in matchers]
    registry.clear()
