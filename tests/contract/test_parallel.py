"""What workers did is told by behave's own formatters and reporters as if there had been none."""

from __future__ import annotations

import re

import pytest

from .conftest import OURS, PARALLEL, Behave

STORIES = "not @excluded and not @deadly"
MEASURED = re.compile(
    r'"duration": [\d.e-]+|in [\d.]+s|time(stamp)?="[^"]*"|0min [\d.]+s|\.(serial|parallel):\w+'
)
"""What differs between any two runs."""
TRACEBACK = re.compile(r"Traceback.*?(?=\n?\]\]>)", re.DOTALL)
"""Of hooks that failed in a worker: an error's words travel, its frames do not."""


@pytest.fixture(scope="module")
def told(behave: Behave, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """By runner: the text of each formatter's file and of each JUnit file, the summary, without what is measured."""
    found = {}
    for runner in (OURS, PARALLEL):
        folder = tmp_path_factory.mktemp("told")
        shown = [
            part
            for name in ("plain", "json.pretty", "rerun", "progress3")
            for part in ("-f", name, "-o", str(folder / name))
        ]
        ran = behave(
            *("--tags", STORIES, "-j", "3", *shown, "--junit", "--junit-directory", str(folder / "junit")),
            runner=runner,
        )
        texts = {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}
        texts["summary"] = summary(ran.said)
        found[runner] = {name: TRACEBACK.sub("", MEASURED.sub("…", text)) for name, text in texts.items()}
    return found


def summary(said: str) -> str:
    """What behave says at the end."""
    return said[said.index("\nFailing scenarios:") : said.index("Took ")]


def test_the_same_files_are_written(told: dict[str, dict[str, str]]) -> None:
    """Each formatter has its file, and JUnit one for each feature."""
    assert told[OURS].keys() == told[PARALLEL].keys()
    assert {"plain", "json.pretty", "TESTS-verdicts.xml", "TESTS-ground.xml"} <= told[OURS].keys()


@pytest.mark.parametrize(
    "name",
    ["plain", "json.pretty", "rerun", "progress3", "summary", "TESTS-verdicts.xml", "TESTS-ground.xml"],
)
def test_what_is_told_is_the_same(told: dict[str, dict[str, str]], name: str) -> None:
    """Order, verdicts, messages and counts."""
    assert told[OURS][name] == told[PARALLEL][name]
