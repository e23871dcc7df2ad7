"""What samples come to, and which budget they keep."""

from __future__ import annotations

import pytest

from bench.figures import Budget, Figure, Section, differences, slopes


def figure(*samples: float, budget: Budget | None = None) -> Figure:
    return Figure("a thing", "s", samples, (0.5, 1.5), budget)


@pytest.mark.parametrize(
    ("budget", "samples", "kept"),
    [
        (Budget(2.0), (1, 2, 9), True),
        (Budget(2.0), (1, 2.1, 2.2), False),
        (Budget(95, lower=True), (90, 95, 99), True),
        (Budget(95, lower=True), (90, 94.9, 99), False),
        (None, (1,), None),
    ],
)
def test_the_median_is_judged(budget, samples, kept):
    """A budget is kept or missed by the median, whichever way it is meant; no budget, no verdict."""
    assert kept == figure(*samples, budget=budget).kept


def test_percentile_is_a_value_that_was_seen():
    """Nearest rank: of twenty samples the 95th percentile is the nineteenth."""
    assert 19 == figure(*range(20, 0, -1)).within(0.95)
    assert 3 == figure(1, 2, 3).within(0.95)
    assert 1 == figure(1).within(0.95)


def test_nothing_measured_is_no_figure():
    """A figure without a sample is refused with its name."""
    with pytest.raises(ValueError, match="'a thing' has no samples"):
        figure()


def test_rounds_are_compared_with_themselves():
    """What a slow round adds to both contenders is in neither difference."""
    assert (1, 1) == differences((11, 101), (10, 100))
    with pytest.raises(ValueError):
        differences((1, 2), (1,))


def test_cost_of_one_scenario_is_what_the_others_take_more():
    """The start is in both runs, so it is in no slope."""
    assert (2.0, 2.0) == pytest.approx(slopes((1.0, 5.0), (2.998, 6.998), 999))


def test_section_survives_its_file():
    """What is read back is what was written."""
    section = Section("cluster", "now", {"kernel": "6"}, (figure(1, 2, budget=Budget(3)),), ("a note",))

    assert section == Section.of(section.plain())
