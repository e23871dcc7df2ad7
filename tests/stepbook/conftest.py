"""A small project: one file of steps, one feature, one catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sessionproof import stepbook
from sessionproof.catalogue import load
from sessionproof.stepbook import Step, Stepbook

CATALOGUE = """\
requirements: requirements.yaml
targets:
  plain: {adapter: vdi, cluster: {embedded: default}}
  rich: {adapter: vdi, cluster: {embedded: default}, capabilities: [freeze]}
personas:
  alice: {role: user}
  bob: {role: admin}
templates: {}
capabilities: {freeze: processes can be stopped}
suites: {vdi: {title: Doors, prefix: VDI}}
budgets:
  live: {value: 5, unit: s, why: pushed}
  fps: {value: 15, unit: 1/s, kind: lower, why: 30 reported}
"""
STEPS = '''\
"""Doors, as people use them.

More that no reader of the catalogue needs.
"""

from behave import given, then, when


@when('{persona:Persona} writes "{text}"')
def writes(context, persona, text):
    """Writes on
    the door."""


@given("a door")
def a_door(context):
    """A door that is there."""


@then("the door opens within the {budget:Budget} budget")
def opens(context, budget):
    """Witness: the door."""


@then("nobody says this")
def unsaid(context):
    """Witness: nothing."""
'''
FEATURE = """\
@suite.vdi
Feature: Doors
  They open.

  Background:
    Given a door

  @needs.freeze
  Scenario: Frozen
    When alice writes "now"
    Then the door opens within the live budget

  Scenario Outline: Open <at>
    When <who> writes "<at>"

    Examples:
      | who   | at |
      | alice | 1  |
      | bob   | 2  |

  @wip
  Scenario: Later
    When bob writes "later"
    Then nobody says this
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's root."""
    (tmp_path / "features/steps").mkdir(parents=True)
    (tmp_path / "features/steps/doors.py").write_text(STEPS)
    (tmp_path / "features/doors.feature").write_text(FEATURE)
    (tmp_path / "scenarios.yaml").write_text(CATALOGUE)
    (tmp_path / "requirements.yaml").write_text(
        "VDI-01: {priority: P0, text: it opens, budgets: [live, fps]}\n"
    )
    return tmp_path


@pytest.fixture
def book(project: Path) -> Stepbook:
    """Its catalogue of steps."""
    return stepbook.read(project, load(project / "scenarios.yaml"))


@pytest.fixture
def step(book: Stepbook) -> Callable[[str], Step]:
    """The one step whose phrase holds a word."""

    def step(word: str) -> Step:
        (found,) = (each for each in book.steps if word in each.phrase)
        return found

    return step
