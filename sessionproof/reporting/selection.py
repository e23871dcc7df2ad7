"""Whether a selection of stories makes sense, before anything is made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sessionproof.catalogue import Catalogue, CatalogueError, check_tags, stories_of
from sessionproof.catalogue.places import unknown
from sessionproof.catalogue.tags import PLAIN
from sessionproof.reporting import identity


def problems_of(
    config: Any,
    features: Sequence[Any],
    planned: Sequence[Any],
    registry: Any,
    known: Catalogue | None,
    root: Path,
) -> list[str]:
    """Every mistake in what was asked for and in the planned scenarios, each with its place; all at once."""
    problems = list(_unknown_tags(config, features, known))
    if not planned and not problems:
        problems.append(
            "no scenario is selected; check the paths, --tags and --name that were given (a run of nothing "
            "proves nothing)"
        )
    for scenario in planned:
        problems += _scenario(scenario, root)
    problems += _steps(planned, registry, known, root)
    if known is not None:
        for feature in features:
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
    if known is not None:
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
    if known is None:
        return ""
    for argument in match.arguments or ():
        check = getattr(argument.value, "check", None)
        if check is not None:
            try:
                check(known)
            except CatalogueError as error:
                return str(error)
    return ""


def _shown(filename: str, root: Path) -> str:
    path = Path(filename).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(filename)
