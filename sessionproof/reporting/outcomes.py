"""What a run came to, counted from its results and told to whoever started it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from sessionproof.errors import ExitCode
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
    interrupted: bool = False

    @classmethod
    def of(cls, folder: Path, planned: int | None = None, *, interrupted: bool = False) -> Outcome:
        """Count the results in *folder*; what was planned is their number if it is not given."""
        count = Counter(verdicts.of_status(result.get("status")) for result in results.read(folder))
        return cls(
            sum(count.values()) if planned is None else planned,
            count[Verdict.PASSED],
            count[Verdict.FAILED],
            count[Verdict.NOT_RUN],
            count[Verdict.SKIPPED],
            interrupted,
        )

    @property
    def reported(self) -> int:
        """How many results there are."""
        return self.passed + self.failed + self.not_run + self.skipped

    @property
    def good(self) -> bool:
        """Whether something was run, and everything that was run passed."""
        return self.passed > 0 and not self.failed and not self.not_run and self.reported == self.planned

    @property
    def exit_code(self) -> ExitCode:
        """What ``sessionproof run`` tells the shell."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.failed:
            return ExitCode.FAILED
        return ExitCode.PASSED if self.good else ExitCode.NOT_RUN

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


def write(root: Path, outcome: Outcome) -> None:
    """Leave the outcome where the process that started the run finds it."""
    _file(root).parent.mkdir(parents=True, exist_ok=True)
    results.write(_file(root), asdict(outcome))


def read(root: Path) -> Outcome | None:
    """The outcome of the run since ``forget``; None if it did not come to an end."""
    try:
        return Outcome(**json.loads(_file(root).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def forget(root: Path) -> None:
    """Remove the last run's outcome."""
    _file(root).unlink(missing_ok=True)


def _file(root: Path) -> Path:
    return root / ".sessionproof" / "outcome.json"
