"""Steps are read as behave loads them, and examples as the stories say them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from behave.step_registry import registry

from sessionproof import stepbook
from sessionproof.catalogue import load
from sessionproof.errors import SuiteWrong
from sessionproof.stepbook import Example, Parameter, Step, Stepbook

Find = Callable[[str], Step]


def test_a_step_has_its_phrase_meaning_place_and_subject(step: Find) -> None:
    """In one line each, without the types of the blanks."""
    writes = step("writes")

    assert 'When {persona} writes "{text}"' == writes.sentence
    assert "Writes on the door." == writes.meaning
    assert "Doors, as people use them." == writes.subject
    assert ("features/steps/doors.py", 9) == (writes.file, writes.line)


def test_a_blank_has_its_values_from_the_catalogue(step: Find) -> None:
    """With what each stands for; where anything may stand there are none."""
    persona, text = step("writes").parameters
    (budget,) = step("opens").parameters

    assert ("persona", "Persona", {"alice": "user", "bob": "admin"}) == (
        persona.name,
        persona.word,
        persona.values,
    )
    assert Parameter("text", "", ".+", "any text", {}) == text
    assert {"live": "5 s, pushed", "fps": "at least 15 1/s, 30 reported"} == budget.values


def test_an_example_is_the_first_finished_story(step: Find) -> None:
    """With its own words and its place; each row of an outline is a story."""
    assert (
        Example('When alice writes "now"', "Frozen", "features/doors.feature", 10) == step("writes").example
    )
    assert (3, 3, 1) == (step("writes").stories, step("a door").stories, step("opens").stories)


def test_a_step_that_no_finished_story_says_has_no_example(step: Find) -> None:
    """A story that is not finished shows nothing yet."""
    unsaid = step("nobody")

    assert (None, 0, (), ()) == (unsaid.example, unsaid.stories, unsaid.needs, unsaid.targets)


def test_a_target_supports_what_one_of_its_stories_says(step: Find) -> None:
    """A target does when it declares all that one of the stories with the step needs."""
    assert (("plain", "rich"), ()) == (step("writes").targets, step("writes").needs)
    assert (("rich",), ("freeze",)) == (step("opens").targets, step("opens").needs)


def test_the_registry_of_behave_is_left_alone(project: Path) -> None:
    """A run in the same process has its own steps before and after."""
    before = registry.steps

    stepbook.read(project, load(project / "scenarios.yaml"))

    assert before is registry.steps


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("def writes(", "def writes(:", "cannot be loaded: invalid syntax"),
        ("from behave import", "from behave_ import", "cannot be loaded: No module named 'behave_'"),
        ("nobody says this", "a {x:Person}", "cannot be loaded: format spec 'Person' not recognised"),
        (
            '@then("nobody',
            'from behave import *\nuse_step_matcher("re")\n@then("(nobody',
            "(nobody says this$' is no step",
        ),
        ('@then("nobody says this', '@given("a door', "cannot be loaded: @given"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_steps_that_cannot_be_loaded_are_told(project: Path, old: str, new: str, said: str) -> None:
    """With the place, and without a traceback."""
    file = project / "features/steps/doors.py"
    file.write_text(file.read_text().replace(old, new))

    with pytest.raises(SuiteWrong, match="steps") as caught:
        stepbook.read(project, load(project / "scenarios.yaml"))

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], 4),
        (["WRITES"], 1),
        (["opens", "witness"], 1),
        (["doors,"], 4),
        (["now"], 1),
    ],
)
def test_steps_are_found_by_what_they_speak_of(book: Stepbook, words: list[str], found: int) -> None:
    """Phrase, meaning, subject or example; of several words, all of them."""
    assert found == len(book.about(words).steps)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dor"], "no step speaks of 'dor'; did you mean 'door'?"),
        (["door", "zebra"], "no step speaks of 'zebra'; `sessionproof steps` lists all 4"),
        (
            ["writes", "nobody"],
            "no step speaks of 'writes' and 'nobody' at once; `sessionproof steps` lists all 4",
        ),
    ],
)
def test_what_no_step_speaks_of_is_told_with_the_nearest(book: Stepbook, words: list[str], said: str) -> None:
    """So that the next try finds it."""
    with pytest.raises(SuiteWrong) as caught:
        book.about(words)

    assert said == str(caught.value)
