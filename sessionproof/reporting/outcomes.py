"""What a run came to, counted from its results for whoever asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sessionproof.reporting import results, verdicts
from sessionproof.reporting.verdicts import Verdict


@dataclass(frozen=True)
class Outcome:
    """The four verdicts of one run, counted."""

    planned: int
    passed: int
    failed: int
    not_run: int
    skipped: int

    @classmethod
    def of(cls, folder: Path, planned: int | None = None) -> Outcome:
        """Count the results in *folder*; what was planned is their number if it is not given."""
        count = Counter(verdicts.of_status(result.get("status")) for result in results.read(folder))
        return cls(
            sum(count.values()) if planned is None else planned,
            count[Verdict.PASSED],
            count[Verdict.FAILED],
            count[Verdict.NOT_RUN],
            count[Verdict.SKIPPED],
        )

    @property
    def reported(self) -> int:
        """How many results there are."""
        return self.passed + self.failed + self.not_run + self.skipped

    @property
    def good(self) -> bool:
        """Whether something was run, and everything that was run passed."""
        return self.passed > 0 and not self.failed and not self.not_run and self.reported == self.planned

    def __str__(self) -> str:
        said = (
            f"{self.planned} planned: {self.passed} passed, {self.failed} failed, {self.not_run} not run, "
            f"{self.skipped} skipped"
        )
        if self.reported != self.planned:
            said += f"; {self.reported} were reported, so that the record is wrong: this run has failed"
        elif self.planned and self.skipped == self.planned:
            said += "; every scenario was skipped, so that nothing was shown: this run has failed"
        return said
