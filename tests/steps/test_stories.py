"""Stories keep the form that a reader relies on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from behave.parser import parse_feature

from tests.steps.conftest import FEATURES, FILES

QUANTITY = re.compile(r"(?<!\w)\d+(\.\d+)?\s*(ms|us|s|sec|seconds?|min|minutes?|h|hours?|%|[KMG]i?B?)(?!\w)")
"""A number with its unit: such a number has a name and stands in scenarios.yaml."""
WIRE = re.compile(r"https?://|:\d{2,}|kubectl|\{|\}|\$")
"""Addresses, ports, commands, YAML and JSON."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(FEATURES).as_posix())
def test_a_story_has_the_form_of_a_story(file: Path) -> None:
    """The promise is described; Given brings about, When acts once, Then only looks; numbers have names."""
    assert [] == mistakes(file.read_text(encoding="utf-8"))


GOOD = """
Feature: A door
  It opens to its owner.

  Background:
    Given a house

  Scenario: In
    Given a door
    When it is tried five times
    Then it opens
"""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("  It opens to its owner.\n", "", "Feature 'A door' has no description"),
        ("    When it is tried five times\n", "", "Scenario 'In' acts 0 times"),
        ("    When it", "    When it rings\n    And it", "Scenario 'In' acts 2 times"),
        ("    Then it opens\n", "", "Scenario 'In' looks at nothing"),
        (
            "    Then it opens",
            "    Then it opens\n    Given another",
            "Scenario 'In': 'another' comes too late",
        ),
        ("five times", "within 5 s", "'it is tried within 5 s' holds a quantity: 5 s"),
        ("five times", "for 99.5 % of a day", "'it is tried for 99.5 % of a day' holds a quantity: 99.5 %"),
        ("it opens", "https://a.test opens", "'https://a.test opens' speaks of the wire: https://"),
        (
            "it opens\n",
            'it opens\n      """\n      so: it is\n      """\n',
            "'it opens' carries a block of text",
        ),
        ("Given a house", "When a house burns", "Background of 'A door' does more than bring about"),
    ],
)
def test_a_story_without_that_form_is_found(old: str, new: str, found: str) -> None:
    """Each rule can fail."""
    assert [] == mistakes(GOOD)
    assert found in mistakes(GOOD.replace(old, new, 1))


def mistakes(text: str) -> list[str]:
    """Everything in a feature's text that is not as a reader expects it."""
    feature = parse_feature(text)
    found = [] if feature.description else [f"Feature '{feature.name}' has no description"]
    grounds = [group.background for group in (feature, *feature.rules) if group.background]
    if any(step.step_type != "given" for ground in grounds for step in ground.steps):
        found.append(f"Background of '{feature.name}' does more than bring about")
    for scenario in feature.walk_scenarios():
        found += [*_order(scenario), *_wording(scenario)]
    return found


def _order(scenario: Any) -> list[str]:
    kinds = [step.step_type for step in scenario.steps]
    found = []
    if kinds.count("when") != 1:
        found.append(f"Scenario '{scenario.name}' acts {kinds.count('when')} times")
    if "then" not in kinds:
        found.append(f"Scenario '{scenario.name}' looks at nothing")
    order = ["given", "when", "then"]
    for before, step in zip(kinds, scenario.steps[1:], strict=False):
        if order.index(step.step_type) < order.index(before):
            found.append(f"Scenario '{scenario.name}': '{step.name}' comes too late")
    return found


def _wording(scenario: Any) -> list[str]:
    found = []
    for step in scenario.steps:
        if step.text:
            found.append(f"'{step.name}' carries a block of text")
        if quantity := QUANTITY.search(step.name):
            found.append(f"'{step.name}' holds a quantity: {quantity[0]}")
        if wire := WIRE.search(step.name):
            found.append(f"'{step.name}' speaks of the wire: {wire[0]}")
    return found
