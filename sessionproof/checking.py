"""Whether the stories of a run can be told at all: selection, tags, steps and the words in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from behave import runner as behave_runner

from sessionproof.catalogue import Catalogue, CatalogueError, check_tags, stories_of
from sessionproof.catalogue.places import unknown
from sessionproof.catalogue.tags import PLAIN
from sessionproof.reporting import identity
from sessionproof.reporting.listener import is_selected
from sessionproof.words import Word


def problems_of(runner: Any, known: Catalogue | None, root: Path) -> list[str]:
    """
    Every mistake in what *runner* is about to run, each with its place; empty if there is none.

    :param known: the catalogue; without one, tags and words are not looked up.
    """
    planned = [
        scenario
        for feature in runner.features
        for scenario in feature.walk_scenarios()
        if is_selected(scenario, runner.config)
    ]
    problems = list(_unknown_tags(runner.config, runner.features, known))
    if not planned and not problems:
        problems.append(
            "no scenario is selected; check the paths, --tags and --name that were given (a run of nothing "
            "proves nothing)"
        )
    # What is not finished may have steps that nobody wrote yet.
    finished = [scenario for scenario in planned if "wip" not in scenario.effective_tags]
    for scenario in finished:
        problems += _scenario(scenario, root)
    # behave begins a new registry for each run: looked up when it is needed, not when this is imported.
    problems += _steps(finished, behave_runner.the_step_registry, known, root)
    if known:
        for feature in runner.features:
            stories = stories_of(feature, _shown(feature.filename, root))
            problems += [str(problem) for problem in check_tags(known, stories)]
    return list(dict.fromkeys(problems))


def _unknown_tags(config: Any, features: Sequence[Any], known: Catalogue | None) -> Iterator[str]:
    asked = list(_names(config.tag_expression))
    if asked == [None]:
        yield (
            f"--tags {' '.join(map(str, config.tags or []))}: this is the old form of a tag expression; "
            "write it with not, and, or, as in --tags 'not @soak and (@demo or @VDI-03)'"
        )
        return
    used = {
        str(tag) for feature in features for s in identity.scenarios_of(feature) for tag in s.effective_tags
    }
    if known:
        used |= {*PLAIN, *known.requirements, *(f"needs.{name}" for name in known.capabilities)}
        used |= {f"suite.{name}" for name in known.suites}
    for name in asked:
        if name is not None and name not in used:
            yield f"--tags @{name}: {unknown('tag', name, used)}"


def _names(expression: Any) -> Iterator[str | None]:
    """Tag names of an expression; None for one in the old form, which behave reads in another way."""
    if hasattr(expression, "ands"):
        if expression.ands:
            yield None
    elif hasattr(expression, "terms"):
        for term in expression.terms:
            yield from _names(term)
    elif hasattr(expression, "term"):
        yield from _names(expression.term)
    elif hasattr(expression, "name"):
        yield str(expression.name).removeprefix("@")


def _scenario(scenario: Any, root: Path) -> Iterable[str]:
    if scenario.steps:
        return
    first = scenario.description[0] if scenario.description else ""
    hint = f"; '{first}' was read as its description: is the keyword misspelt?" if first else ""
    yield f"{_shown(scenario.filename, root)}:{scenario.line}: scenario '{scenario.name}' has no steps{hint}"


def _steps(planned: Sequence[Any], registry: Any, known: Catalogue | None, root: Path) -> Iterator[str]:
    judged: dict[tuple[str, str], str] = {}
    for scenario in planned:
        for step in scenario.all_steps:
            key = (step.step_type, step.name)
            if key not in judged:
                judged[key] = _step(step, registry, known)
            if judged[key]:
                yield f"{_shown(step.filename, root)}:{step.line}: {judged[key]}"


def _step(step: Any, registry: Any, known: Catalogue | None) -> str:
    match = registry.find_match(step)
    if match is None:
        return f"undefined step: {step.keyword} {step.name}"
    for argument in match.arguments or ():
        if known and isinstance(argument.value, Word):
            try:
                argument.value.check(known)
            except CatalogueError as error:
                return str(error)
    return ""


def _shown(filename: str, root: Path) -> str:
    path = Path(filename).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(filename)
