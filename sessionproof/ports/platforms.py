"""A platform as a whole."""

from __future__ import annotations

from typing import Protocol

from sessionproof.model.measures import Measurement


class Platform(Protocol):
    """One running platform that scenarios are lent."""

    def must_be_healthy(self) -> None:
        """
        Look at the platform itself.

        :raises TargetUnavailable: with what is not healthy; no product is blamed before it runs.
        """
        ...


class Reconciles(Protocol):
    """A platform that publishes how long its reconciles take."""

    def reconcile_time(self) -> Measurement:
        """
        Reconcile times since the scenario began, from the product's own histogram, in milliseconds: a
        percentile is the upper bound of its bucket, so the error bound is the widest bucket below it.
        """
        ...
