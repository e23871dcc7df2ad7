"""Whatever ends a run, each planned scenario has one result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from allure_commons.model2 import TestResult as Result

from sessionproof.errors import SuiteWrong
from sessionproof.reporting import plan, results
from sessionproof.reporting.outcomes import Outcome
from sessionproof.reporting.plan import Plan


def planned(*uuids: str) -> list[Result]:
    return [Result(uuid=uuid, name=f"story {uuid}", fullName=f"f:{uuid}") for uuid in uuids]


def told(folder: Path) -> dict[str, str]:
    return {result["uuid"]: result["statusDetails"]["message"] for result in results.read(folder)}


def test_gaps_are_closed_by_what_is_known_of_them(tmp_path: Path) -> None:
    """Finished ones stay as they are; begun ones and others say which they are."""
    running = Plan(tmp_path)
    running.write(planned("a", "b", "c"))
    running.start("a")
    results.write(tmp_path / "a-result.json", {"uuid": "a", "statusDetails": {"message": "own"}})
    running.start("b")
    running.close()

    assert 2 == plan.close_gaps(tmp_path)
    assert {
        "a": "own",
        "b": "started and never finished: the run was ended from outside",
        "c": "not executed: the run was ended from outside",
    } == told(tmp_path)
    assert 0 == plan.close_gaps(tmp_path)


def test_a_living_run_is_left_alone(tmp_path: Path) -> None:
    """A report made meanwhile does not call its scenarios lost; a second run does not write there."""
    running = Plan(tmp_path)
    running.write(planned("a"))

    assert 0 == plan.close_gaps(tmp_path)
    with pytest.raises(SuiteWrong, match="another run is writing"):
        Plan(tmp_path)
    running.close()


def test_an_earlier_runs_results_go_and_foreign_files_stay(tmp_path: Path) -> None:
    """Old results would be folded into the new ones."""
    for name in ("x-result.json", "y-attachment.txt", ".gitkeep", "notes.md"):
        (tmp_path / name).write_text("{}")
    Plan(tmp_path).close()

    assert {".gitkeep", "notes.md", "plan.json", "started.jsonl"} == {
        path.name for path in tmp_path.iterdir()
    }


def test_half_a_line_of_a_killed_run_is_no_error(tmp_path: Path) -> None:
    """The last write may be cut."""
    running = Plan(tmp_path)
    running.write(planned("a"))
    running.start("a")
    running.close()
    with (tmp_path / "started.jsonl").open("a") as file:
        file.write('{"uuid": "b", "a')

    assert 1 == plan.close_gaps(tmp_path)


def test_the_outcome_counts_four_verdicts(tmp_path: Path) -> None:
    """Broken and unknown are both no verdict; a gap is told."""
    for number, status in enumerate(["passed", "failed", "broken", "unknown", "skipped"]):
        (tmp_path / f"{number}-result.json").write_text(json.dumps({"status": status}))

    outcome = Outcome.of(tmp_path, 6)

    assert (1, 1, 2, 1) == (outcome.passed, outcome.failed, outcome.not_run, outcome.skipped)
    assert not outcome.good
    assert "6 planned: 1 passed, 1 failed, 2 not run, 1 skipped; 5 were reported" in str(outcome)
