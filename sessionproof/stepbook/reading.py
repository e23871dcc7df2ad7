"""Reads the step definitions as behave loads them, and finds who says them in the stories."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behave import register_type
from behave.runner_util import load_step_modules
from behave.step_registry import registry

from sessionproof.catalogue import Catalogue, read_features
from sessionproof.errors import SuiteWrong
from sessionproof.stepbook.entries import Example, Parameter, Step, Stepbook
from sessionproof.words import WORDS, converters

_BLANK = re.compile(r"\{(\w+)(?::(\w+))?\}")
_WORDS = {word.__name__: word for word in WORDS}


def read(root: Path, known: Catalogue) -> Stepbook:
    """
    The steps of the project at *root*, beside the stories of its ``features/``.

    :raises SuiteWrong: if a step file cannot be loaded.
    :raises CatalogueError: if a feature file cannot be parsed.
    """
    definitions = _definitions(root / "features" / "steps")
    told = list(_told(root, definitions))
    return Stepbook(tuple(_step(each, told, known, root) for each in definitions))


@dataclass(frozen=True)
class _Told:
    """A definition that a story says."""

    definition: Any
    example: Example
    story: tuple[str, int]
    """Where the scenario, or the row of an outline, begins."""
    needs: frozenset[str]


def _definitions(folder: Path) -> list[Any]:
    """Every definition; behave's one registry is left as it was found."""
    before = registry.steps
    registry.clear()
    try:
        register_type(**converters())
        load_step_modules([str(folder)])
        if bad := registry.error_handler.bad_step_definitions:
            raise SuiteWrong("; ".join(f"{each.location}: {each.pattern!r} is no step" for each in bad))
        found = [each for definitions in registry.steps.values() for each in definitions]
    except (SyntaxError, ImportError, NameError, ValueError) as error:  # behave's own are ValueErrors
        raise SuiteWrong(f"the steps in {folder} cannot be loaded: {error}") from error
    finally:
        registry.clear()
        registry.steps = before
    return sorted(found, key=lambda each: (_file(each), each.location.line))


def _told(root: Path, definitions: Iterable[Any]) -> Iterator[_Told]:
    """What the stories say, in their order; one that is not finished is no example."""
    meant: dict[tuple[str, str], Any] = {}
    for shown, feature in read_features(root / "features"):
        for scenario in feature.walk_scenarios():
            tags = {str(tag) for tag in scenario.effective_tags}
            if "wip" in tags:
                continue
            needs = frozenset(tag.removeprefix("needs.") for tag in tags if tag.startswith("needs."))
            for step in scenario.all_steps:
                key = (step.step_type, step.name)
                if key not in meant:
                    meant[key] = next((each for each in definitions if _fits(each, *key)), None)
                if meant[key] is not None:
                    sentence = f"{step.step_type.capitalize()} {step.name}"
                    name = scenario.name.partition(" -- @")[0]  # what behave adds to an outline's row
                    example = Example(sentence, name, shown, step.line)
                    yield _Told(meant[key], example, (shown, scenario.line), needs)


def _fits(definition: Any, kind: str, text: str) -> bool:
    return definition.step_type in (kind, "step") and definition.match(text) is not None


def _step(definition: Any, told: Iterable[_Told], known: Catalogue, root: Path) -> Step:
    own = [each for each in told if each.definition is definition]
    stories = {each.story: each.needs for each in own}
    kind = definition.step_type
    return Step(
        keyword="*" if kind == "step" else kind.capitalize(),
        phrase=_BLANK.sub(r"{\1}", definition.pattern),
        meaning=" ".join((inspect.getdoc(definition.func) or "").split()),
        subject=_subject(definition.func.__globals__),
        file=_file(definition).relative_to(root).as_posix(),
        line=definition.location.line,
        parameters=tuple(_parameter(name, word, known) for name, word in _BLANK.findall(definition.pattern)),
        example=own[0].example if own else None,
        stories=len(stories),
        needs=tuple(sorted(frozenset.intersection(*stories.values()))) if stories else (),
        targets=tuple(
            target.name
            for target in known.targets.values()
            if any(all(target.can(need) for need in needs) for needs in stories.values())
        ),
    )


def _parameter(name: str, word: str, known: Catalogue) -> Parameter:
    if not word:
        return Parameter(name, "", ".+", "any text", {})
    kind = _WORDS[word]
    return Parameter(name, word, kind.pattern, kind.meaning, kind.values(known))


def _file(definition: Any) -> Path:
    """Where a definition stands, also when behave was started elsewhere."""
    return Path(definition.func.__globals__["__file__"])


def _subject(module: dict[str, Any]) -> str:
    return " ".join((module.get("__doc__") or "").split("\n\n")[0].split())
