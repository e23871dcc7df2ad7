"""The step catalogue for a terminal, and as records for other programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sessionproof.stepbook.entries import Parameter, Step, Stepbook

WIDTH = 110
SHORT = 90
"""As many characters of values stand beside their blank; more of them stand once, at the end."""


def records(book: Stepbook) -> list[dict[str, Any]]:
    """Everything that is known of each step, as JSON can hold it."""
    return [asdict(step) for step in book.steps]


def text(book: Stepbook) -> str:
    """The steps by subject; then, once, the values that are too many to stand beside each blank."""
    lines: list[str] = []
    for subject, steps in groupby(book.steps, key=lambda step: (step.subject, step.file)):
        lines += [f"{subject[0]} ({subject[1]})", ""]
        for step in steps:
            lines += [*_step(step), ""]
    for parameter in long_lists(book.steps):
        lines += [f"{parameter.word}: {parameter.meaning}"]
        width = max(map(len, parameter.values))
        lines += [f"    {value:<{width}}  {means}".rstrip() for value, means in parameter.values.items()]
        lines += [""]
    lines.append(f"{len(book.steps)} steps" if len(book.steps) != 1 else "1 step")
    return "\n".join(lines) + "\n"


def support(step: Step) -> str:
    """The targets in words, and what the stories ask of one."""
    on = ", ".join(step.targets) or "none"
    return on + (f" (needs {', '.join(step.needs)})" if step.needs else "")


def is_short(values: Mapping[str, str]) -> bool:
    """Whether *values* stand beside their blank."""
    return len(", ".join(values)) <= SHORT


def long_lists(steps: Iterable[Step]) -> list[Parameter]:
    """One blank of each kind whose values are shown once, in the order of first use."""
    found: dict[str, Parameter] = {}
    for parameter in (each for step in steps for each in step.parameters):
        if not is_short(parameter.values):
            found.setdefault(parameter.word, parameter)
    return list(found.values())


def allowed(parameter: Parameter) -> str:
    """What may stand in a blank, in one line."""
    if not parameter.values:
        return parameter.meaning
    return ", ".join(parameter.values) if is_short(parameter.values) else f"{parameter.meaning}, listed below"


def _step(step: Step) -> list[str]:
    rows = [(f"{{{parameter.name}}}", allowed(parameter)) for parameter in step.parameters]
    example = step.example
    rows.append(("example", example.sentence if example else "none: no finished story says it"))
    if example:
        rows.append(("", f"{example.file}:{example.line} {example.story}"))
    rows.append(("targets", support(step)))
    width = max(len(name) for name, _ in rows)
    lines = [f"  {step.sentence}"]
    lines += textwrap.wrap(step.meaning, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    for name, value in rows:
        start = f"      {name:<{width}}  "
        lines += textwrap.wrap(value, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
    return lines
