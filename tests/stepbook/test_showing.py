"""The catalogue as text, records, page and editor's settings."""

from __future__ import annotations

import json

from sessionproof import stepbook
from sessionproof.stepbook import Stepbook, showing

SHOWN = """\
Doors, as people use them. (features/steps/doors.py)

  When {persona} writes "{text}"
      Writes on the door.
      {persona}  alice, bob
      {text}     any text
      example    When alice writes "now"
                 features/doors.feature:10 Frozen
      targets    plain, rich

1 step
"""


def test_text_shows_all_of_a_step(book: Stepbook) -> None:
    """Phrase, meaning, blanks, example with its place, targets."""
    assert SHOWN == stepbook.text(book.about(["writes"]))


def test_text_says_when_a_step_is_not_used(book: Stepbook) -> None:
    """Nobody takes it for tried."""
    shown = stepbook.text(book.about(["nobody"]))

    assert "example  none: no finished story says it" in shown
    assert "targets  none" in shown


def test_values_that_are_many_stand_once(book: Stepbook) -> None:
    """After the steps, with what each stands for."""
    many = {f"budget_{n}": f"{n} s" for n in range(20)}
    (step,) = book.about(["opens"]).steps
    (parameter,) = step.parameters
    long = Stepbook((_with(step, parameter, many), _with(step, parameter, many)))

    shown = stepbook.text(long)

    assert 2 == shown.count("{budget}  a budget of scenarios.yaml, listed below")
    assert 1 == shown.count("    budget_7   7 s\n")
    assert "- `{budget}`: [Budget](#budget): a budget of scenarios.yaml, listed below" in stepbook.page(long)
    assert 1 == stepbook.page(long).count("- `budget_7`: 7 s\n")


def test_records_are_json(book: Stepbook) -> None:
    """Nothing is lost on the way."""
    (record,) = json.loads(json.dumps(stepbook.records(book.about(["opens"]))))

    assert "the door opens within the {budget} budget" == record["phrase"]
    assert "5 s, pushed" == record["parameters"][0]["values"]["live"]
    assert ("features/doors.feature", 11) == (record["example"]["file"], record["example"]["line"])
    assert (["freeze"], ["rich"]) == (record["needs"], record["targets"])


def test_the_page_names_stories_not_lines(book: Stepbook) -> None:
    """It must not be stale because a line above the story went away."""
    shown = stepbook.page(book)

    assert "“Frozen” ([features/doors.feature](../features/doors.feature))" in shown
    assert "doors.feature:" not in shown
    assert "### `Then nobody says this`" in shown


def test_the_editor_is_told_of_each_kind_of_blank_once(book: Stepbook) -> None:
    """And its other settings stay."""
    old = '{"a": 1, "cucumber.parameterTypes": [{"name": "gone", "regexp": "x"}]}'

    settings = json.loads(stepbook.editor(book, old))

    assert 1 == settings["a"]
    assert ["budget:Budget", "persona:Persona", "text"] == [
        each["name"] for each in settings["cucumber.parameterTypes"]
    ]


def test_support_tells_what_is_needed(book: Stepbook) -> None:
    """A reader sees why a target is missing."""
    (step,) = book.about(["opens"]).steps

    assert "rich (needs freeze)" == showing.support(step)


def _with(step: stepbook.Step, parameter: stepbook.Parameter, values: dict[str, str]) -> stepbook.Step:
    from dataclasses import replace

    return replace(step, parameters=(replace(parameter, values=values),))
