"""Writes a project of many small stories, for tests and measurements of what running itself costs."""

from __future__ import annotations

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
STEPS = 3
"""Steps of a scenario: one Given, one When, one Then."""

_STEPS = '''
import time

from behave import given, then, when


@given("a thing")
@then("it works")
def nothing(_context):
    """Does nothing."""


@when("{seconds:f} seconds go by")
def go_by(_context, seconds):
    """Takes as long as it says."""
    if seconds:
        time.sleep(seconds)
'''


def write(root: Path, scenarios: int, *, seconds: float = 0.0, per_feature: int = 100) -> Path:
    """
    Write a project of *scenarios* stories, each of which takes *seconds*, and return its folder.

    Run there, plain ``behave --runner behave.runner:Runner`` is behave without anything of ours; with
    :func:`add_hooks` its hooks are the suite's own, with this repository's catalogue and real worlds.
    """
    steps = root / "features" / "steps"
    steps.mkdir(parents=True)
    (steps / "steps.py").write_text(_STEPS)
    for first in range(0, scenarios, per_feature):
        numbers = range(first, min(first + per_feature, scenarios))
        told = "\n".join(_scenario(number, seconds) for number in numbers)
        name = f"part-{first // per_feature:03}"
        (root / "features" / f"{name}.feature").write_text(f"@suite.vdi\nFeature: {name}\n\n{told}")
    return root


def _scenario(number: int, seconds: float) -> str:
    return (
        f"  @VDI-01\n  Scenario: Story {number:04}\n    Given a thing\n"
        f"    When {seconds:.3f} seconds go by\n    Then it works\n"
    )


def add_hooks(root: Path) -> None:
    """Give the project the suite's hooks and words, and its catalogue."""
    shutil.copy(REPOSITORY / "environment.py", root / "features" / "environment.py")
    for name in ("scenarios.yaml", "requirements.yaml"):
        shutil.copy(REPOSITORY / name, root / name)
