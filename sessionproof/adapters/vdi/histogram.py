"""A Prometheus histogram as a measurement. Pure."""

from __future__ import annotations

import re

from sessionproof.errors import TargetUnavailable
from sessionproof.model.measures import Measurement


def measurement(written: str, metric: str, name: str) -> Measurement:
    """
    Sum up a histogram of seconds in milliseconds.

    Each observation is taken for the upper bound of its bucket (nearest rank, so a percentile is never
    flattered); the error bound is the widest bucket that holds one. Observations beyond the last finite
    bound count as infinite.

    :param written: the exposition text.
    :raises TargetUnavailable: if the metric is not there or has no observation.
    """
    buckets: dict[float, float] = {}
    for line in written.splitlines():
        found = re.fullmatch(rf'{metric}_bucket{{(?:[^}}]*,)?le="([^"]+)"[^}}]*}} (\S+)', line)
        if found:
            bound = float(found[1])
            buckets[bound] = buckets.get(bound, 0.0) + float(found[2])
    samples: list[float] = []
    widest = 0.0
    below, counted = 0.0, 0.0
    for bound in sorted(buckets):
        count = int(buckets[bound] - counted)
        if count > 0:
            samples += [bound * 1000] * count
            if bound != float("inf"):
                widest = max(widest, (bound - below) * 1000)
        below, counted = bound, max(counted, buckets[bound])
    if not samples:
        raise TargetUnavailable(f"metric {metric}: no observation among {len(written.splitlines())} lines")
    return Measurement.of(name, "ms", samples, error_bound=widest)
