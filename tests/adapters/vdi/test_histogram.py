"""Reading percentiles out of a Prometheus histogram."""

from __future__ import annotations

import pytest

from sessionproof.adapters.vdi import histogram
from sessionproof.errors import TargetUnavailable

TEXT = """
# TYPE t_seconds histogram
t_seconds_bucket{le="0.05"} 90.0
t_seconds_bucket{le="0.1"} 99.0
t_seconds_bucket{le="+Inf"} 100.0
t_seconds_sum 3.1
t_seconds_count 100.0
"""


def test_percentiles_are_upper_bounds_of_buckets() -> None:
    """A percentile never flatters: it is the upper bound of the bucket it falls into."""
    measured = histogram.measurement(histogram.counts(TEXT, "t_seconds"), {}, "t")

    assert (100, 50.0, 100.0, 100.0) == (measured.n, measured.p50, measured.p95, measured.p99)
    assert float("inf") == measured.max
    assert 50.0 == measured.error_bound


def test_only_what_came_since_counts() -> None:
    """What was observed before a story is no part of its distribution."""
    measured = histogram.measurement({0.05: 95, 0.1: 99, 1.0: 100}, {0.05: 90, 0.1: 94, 1.0: 95}, "t")

    assert (5, 50.0) == (measured.n, measured.max)


def test_series_with_other_labels_are_added_up() -> None:
    """A histogram split by labels is one distribution."""
    text = 't_seconds_bucket{a="x",le="1.0"} 1.0\nt_seconds_bucket{a="y",le="1.0"} 2.0\n'

    assert {1.0: 3} == histogram.counts(text, "t_seconds")


def test_missing_metric_is_no_measurement() -> None:
    """A metric that is not there is no verdict, and certainly no pass."""
    with pytest.raises(TargetUnavailable, match="u_seconds"):
        histogram.counts(TEXT, "u_seconds")


def test_nothing_observed_is_no_measurement() -> None:
    """A distribution of nothing is no verdict either."""
    with pytest.raises(TargetUnavailable, match="nothing was observed"):
        histogram.measurement({0.05: 3}, {0.05: 3}, "t")
