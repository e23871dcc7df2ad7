"""Steps and stories need each other, and a step is a sentence and a call."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tests.steps.conftest import FEATURES

STEPS = [
    (file.name, function)
    for file in sorted((FEATURES / "steps").glob("*.py"))
    for function in ast.parse(file.read_text(encoding="utf-8")).body
    if isinstance(function, ast.FunctionDef)
]
ids = [f"{file}-{function.name}" for file, function in STEPS]

TELLS = {
    "given": r"(Witness: |A fault: |An? |[A-Z][a-z]+s )",
    "when": r"[A-Z][a-z]+s ",
    "then": r"(Witness: |The positive control: )",
}
"""How a docstring begins: what is looked at, or what is done."""


def told(features: list[Any]) -> set[tuple[str, str]]:
    """Every step of every story, outlines filled in: its type and its words."""
    return {
        (step.step_type, step.name)
        for feature in features
        for scenario in feature.walk_scenarios()
        for step in scenario.all_steps
    }


def fits(definition: Any, step: tuple[str, str]) -> bool:
    return definition.step_type == step[0] and definition.match(step[1]) is not None


def test_every_step_of_a_story_is_defined_once(features: list[Any], definitions: list[Any]) -> None:
    """No step is left undefined, and none could mean two things."""
    meanings = {step: sum(fits(each, step) for each in definitions) for step in told(features)}

    assert {} == {step: count for step, count in meanings.items() if count != 1}


def test_every_definition_is_used_by_a_story(features: list[Any], definitions: list[Any]) -> None:
    """A phrase that no story says any more is taken out."""
    steps = told(features)

    assert [] == [each.pattern for each in definitions if not any(fits(each, step) for step in steps)]


@pytest.mark.parametrize(("file", "function"), STEPS, ids=ids)
def test_a_step_says_what_it_looks_at_or_does(file: str, function: ast.FunctionDef) -> None:
    """A Then names its witness or says that it is a control; a When says what it does; one sentence each."""
    said = ast.get_docstring(function) or ""

    for kind in kinds_of(function):
        assert re.match(TELLS[kind], said), f"{file}: {function.name} ({kind}): {said!r}"
    assert said.endswith(".")


@pytest.mark.parametrize(("file", "function"), STEPS, ids=ids)
def test_a_step_is_a_single_call(file: str, function: ast.FunctionDef) -> None:
    """Parse, call, done: no branch, loop, variable or second thought."""
    assert is_single_call(function), f"{file}: {function.name}"


@pytest.mark.parametrize(
    "body",
    [
        "x = context.world.a()",
        "if x: context.world.a()",
        "context.world.a()\n    context.world.b()",
        "assert context.world",
        "context.a()",
    ],
)
def test_anything_but_a_single_call_is_found(body: str) -> None:
    """The rule above can fail."""
    (function,) = ast.parse(f'def step(context):\n    """Witness: it."""\n    {body}\n').body

    assert isinstance(function, ast.FunctionDef)
    assert not is_single_call(function)


def test_step_files_import_no_other_step_file() -> None:
    """behave loads them under another identity: what they shared would exist twice."""
    modules = {file.stem for file in (FEATURES / "steps").glob("*.py")}

    for file in sorted((FEATURES / "steps").glob("*.py")):
        assert imported(file).isdisjoint(modules), file.name


def is_single_call(function: ast.FunctionDef) -> bool:
    """Whether the function is a docstring and one call of something of the world."""
    if len(function.body) != 2:
        return False
    statement = function.body[1]
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and ast.unparse(statement.value).startswith("context.world.")
    )


def kinds_of(function: ast.FunctionDef) -> list[str]:
    return [
        decorator.func.id
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)
    ]


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {name.rpartition(".")[2] for name in names}
