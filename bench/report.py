"""Writes what was measured: a page for people, its pictures, and the samples themselves as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import bars
from bench.bars import number
from bench.figures import Figure, Section
from bench.tools import OURS

PAGE, SAMPLES = "benchmarks.md", "benchmarks.json"
_TITLES = {
    "cluster": "The embedded cluster",
    "runner": "The runner, beside plain behave and behavex",
    "beacon": "Reading the beacon",
}
_PICTURES = {
    "runner": (
        ("a scenario: ", "benchmarks-scenario.svg", "What a scenario of three empty steps costs"),
        ("a scenario, 2 workers: ", "benchmarks-workers.svg", "The same with two workers"),
        ("efficiency: ", "benchmarks-efficiency.svg", "How busy workers are: 40 scenarios of 0.5 s"),
    )
}
"""By section: the figures whose names begin so, the file, the title."""


def read(folder: Path) -> dict[str, Section]:
    """What was measured before, by section; empty if nothing was."""
    file = folder / SAMPLES
    if not file.exists():
        return {}
    return {each["name"]: Section.of(each) for each in json.loads(file.read_text(encoding="utf-8"))}


def write(folder: Path, sections: Mapping[str, Section]) -> Path:
    """Write page, pictures and samples; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = [_rounded(sections[name].plain()) for name in _TITLES if name in sections]
    (folder / SAMPLES).write_text(json.dumps(plain) + "\n", encoding="utf-8")
    # Whoever writes the page from the file gets the same page.
    shown = list(read(folder).values())
    for section in shown:
        for file, picture in pictures(section).items():
            (folder / file).write_text(picture, encoding="utf-8")
    page = folder / PAGE
    page.write_text(rendered(shown), encoding="utf-8")
    return page


def rendered(sections: Sequence[Section]) -> str:
    """The page."""
    parts = [
        "# Benchmarks",
        "",
        "Written by `make bench`; the samples behind every line are in `benchmarks.json`. A budget is judged by",
        "the median. *Load* is the machine's load average over a minute, before and after the measurement: where",
        "it is well above what the measurement itself brings about, others were at work and figures are too high.",
        "",
        _verdict(sections),
    ]
    for section in sections:
        parts += ["", *_section(section)]
    missing = [title for name, title in _TITLES.items() if name not in {each.name for each in sections}]
    if missing:
        parts += ["", f"Not measured: {'; '.join(missing)}."]
    return "\n".join(parts) + "\n"


def missed(sections: Sequence[Section]) -> list[Figure]:
    """The figures whose budget was not kept."""
    return [figure for section in sections for figure in section.figures if figure.kept is False]


def pictures(section: Section) -> dict[str, str]:
    """The pictures of a section, as SVG, by file name."""
    found = {}
    for prefix, file, title in _PICTURES.get(section.name, ()):
        rows = [
            (figure.name.removeprefix(prefix), figure)
            for figure in section.figures
            if figure.name.startswith(prefix)
        ]
        if rows:
            found[file] = bars.drawn(title, rows, ours=OURS)
    return found


def _verdict(sections: Sequence[Section]) -> str:
    judged = [figure for section in sections for figure in section.figures if figure.budget]
    if not judged:
        return "No budget has been judged yet."
    wrong = missed(sections)
    said = f"**{len(judged) - len(wrong)} of {len(judged)} budgets are kept.**"
    return said + (f" Missed: {'; '.join(figure.name for figure in wrong)}." if wrong else "")


def _section(section: Section) -> list[str]:
    about = ", ".join(f"{name} {value}" for name, value in section.machine.items())
    lines = [f"## {_TITLES[section.name]}", "", f"Measured {section.at} on: {about}.", ""]
    for _, file, title in _PICTURES.get(section.name, ()):
        if file in pictures(section):
            lines += [f"![{title}]({file})", ""]
    timed = any(figure.processor for figure in section.figures)
    heading = ["what", "unit", "n", "min", "median", "p95", "max", *["processor"] * timed]
    heading += ["budget", "verdict", "load"]
    lines += [_row(heading), _row(["---", "---", *["---:"] * (5 + timed), "---:", "---", "---:"])]
    lines += [_row(_cells(figure, timed)) for figure in section.figures]
    if section.notes:
        lines += ["", *(f"- {note}" for note in section.notes)]
    return lines


def _cells(figure: Figure, timed: bool) -> list[str]:
    spread = (min(figure.samples), figure.median, figure.within(0.95), max(figure.samples))
    cells = [figure.name, figure.unit, str(figure.n), *map(number, spread)]
    if timed:
        cells.append(number(figure.middle_processor) if figure.processor else "")
    cells.append(str(figure.budget or ""))
    cells.append({True: "kept", False: "**missed**", None: ""}[figure.kept])
    return [*cells, f"{figure.load[0]:.1f} → {figure.load[1]:.1f}"]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rounded(value: object) -> object:
    """Five decimals: a hundredth of a microsecond where milliseconds are meant."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value
