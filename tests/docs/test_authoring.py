"""A reader who does what docs/authoring.md shows has two stories that are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.on_the_cluster import POWER
from tests.docs.pages import ROOT, blocks
from tests.docs.project import Project

PAGE = ROOT / "docs" / "authoring.md"
STORY = "One person's end is nobody else's"
NEEDY = "A session becomes Running at the first attempt"
CHECKS = "pytest tests/verbs/test_restarts.py tests/steps"
"""A command of the block by which a reader checks what she wrote."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project, with everything written that the page shows."""
    made = Project.copy(tmp_path)
    made.follow(blocks(PAGE))
    return made


def test_what_the_page_shows_passes_the_checks_it_names(project: Project) -> None:
    """Stories and step have their form, the verb is seen failing, the step catalogue knows the new step."""
    (block,) = [each for each in blocks(PAGE) if CHECKS in each.commands]

    for command in block.commands:
        code, said = project.run(command)
        assert 0 == code, f"{block}: {command}\n{said}"
    assert "was never restarted" in (project.root / "docs/steps.md").read_text()
    assert f"Scenario: {STORY}" in said
    assert f"Scenario: {NEEDY}" in said


def test_the_page_is_followed_as_it_stands() -> None:
    """Each block with code names its file, so that none is left out."""
    unnamed = [
        str(block)
        for block in blocks(PAGE)
        if block.language in ("python", "gherkin") and not _named(block.text)
    ]

    assert [] == unnamed


@pytest.mark.power
def test_the_story_of_the_page_turns_red(project: Project) -> None:
    """On a platform that is wrong on purpose, by the case that the page shows."""
    code, said = project.run(POWER)

    assert 0 == code, said
    assert re.search(r"\b1 passed", said), said


def _named(text: str) -> bool:
    return text.startswith("# ") and (text.split("\n", 1)[0].endswith((".py", ".feature")))
