"""Who a scenario is in every report: the same name, ids and labels in each run, wherever it was started."""

from __future__ import annotations

import hashlib
import platform
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from allure_commons.mapping import labels_set, parse_tag
from allure_commons.model2 import Label, Link, Parameter, TestResult
from allure_commons.utils import uuid4


class Derived(Protocol):
    """What a catalogue derives from a scenario's tags."""

    @property
    def severity(self) -> str | None: ...
    @property
    def epic(self) -> str | None: ...
    @property
    def requirements(self) -> tuple[Any, ...]:
        """Each with ``id``, ``priority`` and ``text``."""
        ...


Derive = Callable[[list[str]], Derived]

LANE = "worker-0"
"""The lane of the report's timeline, until it is known which worker runs the scenario."""

_HOST = socket.gethostname()
_LANGUAGE = f"cpython{platform.python_version_tuple()[0]}"


def scenarios_of(feature: Any) -> Iterator[Any]:
    """Every scenario and every row of an outline, inside rules and outside, in the order of the file."""
    return iter(feature.walk_scenarios())


def root_of(config: Any) -> Path:
    """The folder that names in reports are relative to: the one above the folder that holds ``steps/``."""
    base = getattr(config, "base_dir", None)
    return Path(base).resolve().parent if base else Path.cwd()


def describe(feature: Any, root: Path, derive: Derive | None = None) -> None:
    """
    Give every scenario of *feature* its ``result``: a ``TestResult`` that knows who it is, but no verdict.

    Scenarios that nothing tells apart (equal rows, equal names) get their number as a parameter.
    A feature that was described before stays as it is.
    """
    seen: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    for scenario in scenarios_of(feature):
        if getattr(scenario, "result", None) is not None:
            continue
        result = _result(scenario, root)
        key = (result.fullName, tuple((p.name, p.value) for p in result.parameters))
        seen[key] = number = seen.get(key, 0) + 1
        if number > 1:
            result.parameters.append(Parameter(name="occurrence", value=str(number)))
        _identify(result)
        _label(result, scenario, derive)
        scenario.result = result


def _result(scenario: Any, root: Path) -> TestResult:
    outline = scenario.parent if scenario._row is not None else None
    rule = _rule(scenario)
    path = _relative(scenario.feature.filename, root)
    plain = (outline or scenario).name or scenario.keyword
    feature = scenario.feature.name or Path(path).name
    return TestResult(
        uuid=uuid4(),
        name=(scenario.name or scenario.keyword).rsplit(" -- @", 1)[0],
        fullName=":".join([path, *([rule.name] if rule else []), plain]),
        titlePath=[*Path(path).parts[:-1], feature, *([rule.name] if rule else [])],
        parameters=_parameters(scenario, outline),
        description="\n".join([*scenario.feature.description, "", *scenario.description]).strip() or None,
    )


def _parameters(scenario: Any, outline: Any) -> list[Parameter]:
    if outline is None:
        return []
    row = scenario._row
    cells = [Parameter(name=name, value=value) for name, value in zip(row.headings, row.cells, strict=True)]
    for examples in outline.examples:
        if examples.name and examples.table is not None and any(row is own for own in examples.table.rows):
            return [*cells, Parameter(name="examples", value=examples.name)]
    return cells


def _identify(result: TestResult) -> None:
    result.testCaseId = _digest(result.fullName)
    result.historyId = _digest(result.fullName, *(f"{p.name}={p.value}" for p in result.parameters))


def _label(result: TestResult, scenario: Any, derive: Derive | None) -> None:
    rule = _rule(scenario)
    tags = list(
        dict.fromkeys(map(str, [*scenario.feature.tags, *(rule.tags if rule else ()), *scenario.tags]))
    )
    parsed = [parse_tag(tag) for tag in tags if not tag.startswith("suite.")]
    result.links.extend(item for item in parsed if isinstance(item, Link))
    labels = [item for item in parsed if isinstance(item, Label)]
    derived = derive(tags) if derive else None
    scenario.requirements = derived.requirements if derived else ()
    if derived:
        labels += [Label("requirement", requirement.id) for requirement in derived.requirements]
    own = {label.name for label in labels}
    defaults = {
        "severity": (derived.severity if derived else None) or "normal",
        "epic": derived.epic if derived else None,
        "feature": scenario.feature.name or Path(str(scenario.feature.filename)).name,
        "story": rule.name if rule else None,
    }
    labels += [Label(name, value) for name, value in defaults.items() if value and name not in own]
    labels += [
        Label("host", _HOST),
        Label("thread", LANE),
        Label("framework", "behave"),
        Label("language", _LANGUAGE),
    ]
    result.labels = labels_set(labels)


def _rule(scenario: Any) -> Any:
    above = scenario.parent
    while above is not None and getattr(above, "type", "") != "rule":
        above = above.parent
    return above


@cache
def _relative(filename: str, root: Path) -> str:
    path = Path(filename).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _digest(*parts: str) -> str:
    return hashlib.md5("\0".join(parts).encode(), usedforsecurity=False).hexdigest()
