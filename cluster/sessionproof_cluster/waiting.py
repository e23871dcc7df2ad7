"""Waiting for a state of the machine or the cluster, with one deadline on the monotonic clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")
INTERVAL = 0.05
"""Seconds between two looks, where nothing can be subscribed to."""


@dataclass(frozen=True)
class Deadline:
    """A point on the monotonic clock."""

    end: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The point *seconds* from now."""
        return cls(time.monotonic() + seconds)

    def until(self, look: Callable[[], Value | None]) -> Value | None:
        """The first thing *look* gives that is true; None if the deadline passes before."""
        while True:
            if found := look():
                return found
            if time.monotonic() >= self.end:
                return None
            time.sleep(INTERVAL)
