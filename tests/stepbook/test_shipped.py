"""The catalogue of the shipped steps: whole, fresh, quick to show, and known to the editor."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from sessionproof import stepbook
from sessionproof.catalogue import Catalogue, load
from sessionproof.cli import main
from sessionproof.stepbook import Stepbook
from sessionproof.words import WORDS, converters

ROOT = Path(__file__).parents[2]
REMEDY = "is stale: run `.venv/bin/sessionproof steps --write` and commit what it wrote"


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return load(ROOT / "scenarios.yaml")


@pytest.fixture(scope="module")
def shipped(known: Catalogue) -> Stepbook:
    return stepbook.read(ROOT, known)


def test_the_page_is_fresh(shipped: Stepbook) -> None:
    """What is documented is what can be said."""
    assert stepbook.page(shipped) == (ROOT / stepbook.PAGE).read_text(), f"{stepbook.PAGE} {REMEDY}"


def test_the_editor_knows_every_blank(shipped: Stepbook) -> None:
    """What an editor completes is what can be said."""
    settings = (ROOT / stepbook.EDITOR).read_text()

    assert stepbook.editor(shipped, settings) == settings, f"{stepbook.EDITOR} {REMEDY}"


def test_the_editor_knows_every_word() -> None:
    """Each kind of word is a parameter type of some blank; one that no step uses is taken out."""
    types = json.loads((ROOT / stepbook.EDITOR).read_text())["cucumber.parameterTypes"]

    assert set(converters()) == {each["name"].partition(":")[2] for each in types} - {""}


def test_every_step_has_an_example_and_a_target(shipped: Stepbook) -> None:
    """A phrase that no finished story says, or that no target can do, is taken out."""
    unsaid = [step.sentence for step in shipped.steps if step.example is None]
    homeless = [step.sentence for step in shipped.steps if not step.targets]

    assert [] == unsaid
    assert [] == homeless


def test_every_example_stands_where_it_is_said_to_stand(shipped: Stepbook) -> None:
    """A reader who goes there finds the sentence, or the outline's line that becomes it."""
    for step in shipped.steps:
        assert step.example is not None
        line = (ROOT / step.example.file).read_text().splitlines()[step.example.line - 1].strip()
        words = re.split(r"<[^>]+>", line.split(" ", 1)[1])
        assert all(part in step.example.sentence for part in words), step.example


def test_every_word_with_fixed_values_lists_them(known: Catalogue) -> None:
    """Each value that is listed may stand in the blank; what is not listed is a list, or any single word."""
    for word in WORDS:
        for value in word.values(known):
            assert re.fullmatch(word.pattern, value), (word, value)


def test_paths_of_the_editor_exist() -> None:
    """Features, steps and schemas lie where the settings look for them."""
    settings = json.loads((ROOT / stepbook.EDITOR).read_text())
    recommended = json.loads((ROOT / ".vscode/extensions.json").read_text())["recommendations"]

    for pattern in (*settings["cucumber.features"], *settings["cucumber.glue"]):
        assert list(ROOT.glob(pattern)), pattern
    for schema, file in settings["yaml.schemas"].items():
        assert (ROOT / schema).is_file()
        assert (ROOT / file).is_file()
    assert {"cucumberopen.cucumber-official", "redhat.vscode-yaml"} <= set(recommended)


def test_the_command_lists_steps_as_text_and_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shipped: Stepbook
) -> None:
    """From anywhere in the project; a word narrows it down."""
    monkeypatch.chdir(ROOT / "features")

    assert 0 == main(["steps"])
    assert capsys.readouterr().out.endswith(f"\n{len(shipped.steps)} steps\n")
    assert 0 == main(["steps", "--json", "phase", "anew"])
    (found,) = json.loads(capsys.readouterr().out)
    assert "Then" == found["keyword"]


def test_the_command_has_no_answer_to_a_word_of_no_step(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says the nearest words, and its exit code is that of no verdict."""
    monkeypatch.chdir(ROOT)

    code = main(["steps", "pasword"])

    assert 2 == code
    assert capsys.readouterr().err.startswith(
        "sessionproof: no step speaks of 'pasword'; did you mean 'password'"
    )


def test_writing_is_for_all_steps(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of some steps would be taken for all of them."""
    monkeypatch.chdir(ROOT)

    assert 2 == main(["steps", "--write", "door"])
    assert "leave out the words" in capsys.readouterr().err


def test_steps_come_in_well_under_a_second() -> None:
    """The best of three, in processor time, which a busy machine does not stretch much; Python's start is in it."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code = "from sessionproof.cli import main; main(['steps', '--json'])"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(once() for _ in range(3)) < 1.0
