"""A Prometheus histogram as a measurement. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sessionproof.errors import TargetUnavailable
from sessionproof.model.measures import Measurement

Counts = Mapping[float, int]
"""Observations up to each bound, all series added up."""


def counts(written: str, metric: str) -> Counts:
    """
    Read a histogram.

    :param written: the exposition text.
    :raises TargetUnavailable: if the metric is not there.
    """
    found: dict[float, int] = {}
    for line in written.splitlines():
        bucket = re.fullmatch(rf'{metric}_bucket{{(?:[^}}]*,)?le="([^"]+)"[^}}]*}} (\S+)', line)
        if bucket:
            bound = float(bucket[1])
            found[bound] = found.get(bound, 0) + int(float(bucket[2]))
    if not found:
        raise TargetUnavailable(f"metric {metric}: not among {len(written.splitlines())} lines")
    return found


def measurement(now: Counts, before: Counts, name: str) -> Measurement:
    """
    Sum up, in milliseconds, what was observed in seconds between two readings.

    Each observation is taken for the upper bound of its bucket (nearest rank, so a percentile is never
    flattered); the error bound is the widest bucket that holds one. Observations beyond the last finite
    bound count as infinite.

    :raises TargetUnavailable: if nothing was observed in between.
    """
    samples: list[float] = []
    widest = 0.0
    below, counted = 0.0, 0
    for bound in sorted(now):
        upto = now[bound] - before.get(bound, 0)
        if upto > counted:
            samples += [bound * 1000] * (upto - counted)
            if bound != float("inf"):
                widest = max(widest, (bound - below) * 1000)
        below, counted = bound, max(counted, upto)
    if not samples:
        raise TargetUnavailable(f"{name}: nothing was observed in this story")
    return Measurement.of(name, "ms", samples, error_bound=widest)
