"""What is said of something that a target's cluster has not."""

from __future__ import annotations

from sessionproof.errors import TargetUnavailable


class Lacking(TargetUnavailable):
    """Something that the stories need is not there."""

    def __init__(self, found: str, advice: str) -> None:
        super().__init__(f"{found}; {advice}")
        self.found = found
        """What was seen in its place."""
        self.advice = advice
        """What to do."""
