"""The page says what was measured, and nothing else."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench import bars, report
from bench.figures import Budget, Figure, Section

DOCS = Path(__file__).resolve().parents[2] / "docs"


def section(*figures: Figure, name: str = "runner") -> Section:
    return Section(name, "2030-01-02 03:04 UTC", {"kernel": "6.1"}, figures, ("Read this.",))


QUICK = Figure("a scenario: sessionproof", "ms", (1, 2, 3), (0.1, 0.2), Budget(2.5), (0.5, 0.6, 0.7))
SLOW = Figure("start over plain behave: sessionproof", "s", (0.4, 0.5), (0.1, 0.2), Budget(0.15))


def test_missed_budget_is_shown_as_missed():
    """Each line carries its spread, its budget and whether the median kept it; the sum stands on top."""
    page = report.rendered([section(QUICK, SLOW)])

    assert "**1 of 2 budgets are kept.** Missed: start over plain behave: sessionproof." in page
    assert "| a scenario: sessionproof | ms | 3 | 1 | 2 | 3 | 3 | 0.6 | ≤ 2.5 | kept | 0.1 → 0.2 |" in page
    assert (
        "| start over plain behave: sessionproof | s | 2 | 0.4 | 0.45 | 0.5 | 0.5 |  | ≤ 0.15 | **missed** "
        "| 0.1 → 0.2 |" in page
    )
    assert [SLOW] == report.missed([section(QUICK, SLOW)])


def test_budget_without_a_measurement_is_not_on_the_page():
    """What was not measured is named as such; no limit stands where a result is expected."""
    page = report.rendered([section(SLOW)])

    assert "Not measured: The embedded cluster; Reading the beacon." in page
    assert "30" not in page.replace("2030", "")


def test_measuring_one_part_keeps_the_others(tmp_path):
    """Sections that were not measured again stay as they were, with their own date."""
    old = section(SLOW, name="beacon")
    report.write(tmp_path, {"beacon": old})
    report.write(tmp_path, {**report.read(tmp_path), "runner": section(QUICK)})

    assert {"runner": section(QUICK), "beacon": old} == report.read(tmp_path)
    assert (tmp_path / "benchmarks-scenario.svg").exists()


def test_picture_has_a_bar_for_each_and_the_budget_of_ours():
    """The picture is well-formed, names every row with its median, and draws one limit."""
    other = Figure("a scenario: <other>", "ms", (7.5,), (0, 0))
    rows = [("sessionproof", QUICK), ("<other>", other)]
    picture = bars.drawn("Costs", rows, ours="sessionproof")
    texts = [each.text for each in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]

    assert {"sessionproof", "<other>", "2 ms", "7.5 ms"} <= set(texts)
    assert 1 == picture.count("stroke-dasharray")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (1234.5, "1234"), (20.04, "20"), (0.1234, "0.123"), (-1.5, "-1.5"), (0.00004, "0")],
)
def test_numbers_have_three_digits_that_matter(value, shown):
    """No exponent, no digits that nobody measured."""
    assert shown == bars.number(value)


def test_published_page_is_what_the_samples_say():
    """Nobody has written into the page by hand."""
    sections = report.read(DOCS)

    assert (DOCS / report.PAGE).read_text(encoding="utf-8") == report.rendered(list(sections.values()))
