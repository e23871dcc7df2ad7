"""The hooks around real stories in a process of their own, with worlds that need no cluster."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
RUN = """
import sys
from pathlib import Path
from sessionproof.runner import run
sys.exit(run(Path.cwd(), sys.argv[1:]))
"""


@dataclass(frozen=True)
class Ran:
    """A run that is over."""

    code: int
    said: str
    folder: Path

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """By name."""
        found = [json.loads(path.read_text()) for path in self.folder.glob("*-result.json")]
        return {result["name"]: result for result in found}

    def verdict(self, name: str) -> tuple[str, str]:
        """Status and message."""
        result = self.results[name]
        return result["status"], (result.get("statusDetails") or {}).get("message", "")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the catalogue of this repository, in a place of its own."""
    root = tmp_path_factory.mktemp("around") / "project"
    shutil.copytree(HERE / "project", root, symlinks=True)
    for name in ("scenarios.yaml", "requirements.yaml"):
        shutil.copy(REPOSITORY / name, root)
    return root


def tell(project: Path, *arguments: str) -> Ran:
    """Run the stories as ``sessionproof run`` does."""
    asked = ["--runner=sessionproof.runner:SessionproofRunner"]
    asked += ["-f", "sessionproof.reporting.formatter:SessionproofFormatter", "-o", "results", *arguments]
    environment = os.environ | {"XDG_CACHE_HOME": str(project / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *asked],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout + done.stderr, project / "results")


@pytest.fixture(scope="module")
def ran(project: Path) -> Ran:
    return tell(project, "features/around.feature")


def test_each_story_ends_with_its_verdict_and_reason(ran: Ran) -> None:
    """Broken promises and leaks fail; what was not asked for is skipped with the reason."""
    assert ran.verdict("Holds") == ("passed", "")
    assert ran.verdict("Is broken") == ("failed", "Running was not seen in 3 s")
    assert ran.verdict("Leaks") == ("failed", "clean-up: pod desktop-1 is still there")
    assert ran.verdict("Takes long") == ("skipped", "long form, run only when asked for: -D soak=yes")
    assert ran.verdict("Needs what the target has not") == (
        "skipped",
        "target 'embedded' does not declare the capability 'operator-replicas'",
    )
    assert ran.verdict("Is not written yet")[0] == "skipped"
    assert ran.code == 1


def test_evidence_is_taken_before_the_world_closes(ran: Ran) -> None:
    """The failing step carries what was there at that instant, without its secrets."""
    step = ran.results["Is broken"]["steps"][-1]
    (evidence,) = step["attachments"]
    text = (ran.folder / evidence["source"]).read_text()
    assert evidence["name"] == "state"
    assert "closed: False" in text
    assert "hunter22" not in text


def test_labels_are_derived_from_the_ids(ran: Ran) -> None:
    """Severity and epic come from the catalogue, nobody writes them."""
    labels = {(label["name"], label["value"]) for label in ran.results["Holds"]["labels"]}
    assert ("severity", "critical") in labels
    assert ("requirement", "VDI-01") in labels
    assert "epic" in {name for name, _ in labels}


def test_cancelled_run_reports_what_never_came(project: Path) -> None:
    """After SIGTERM every planned story has a result, the exit code says interrupted."""
    ran = tell(project, "features/cancelled.feature")
    assert ran.code == 130
    assert ran.verdict("Is cut short")[0] == "broken"
    assert ran.verdict("Never comes")[0] == "broken"
    assert "not executed" in ran.verdict("Never comes")[1]


def test_a_leak_is_told_also_when_the_run_is_cancelled_meanwhile(project: Path) -> None:
    """The signal ends the run, and does not hide what the clean-up found."""
    ran = tell(project, "features/cancelled_late.feature")
    assert ran.code == 130
    assert ran.verdict("Leaks") == ("failed", "clean-up: pod desktop-1 is still there")
    assert "not executed" in ran.verdict("Never comes")[1]


def test_unknown_persona_ends_the_run_before_it_begins(project: Path) -> None:
    """A word that the catalogue does not know is told with its place and the nearest right one."""
    feature = project / "features" / "typo.feature"
    feature.write_text(
        "@suite.vdi\nFeature: Typo\n\n  @VDI-01\n  Scenario: Meets alcie\n    Given alcie is there\n"
    )
    ran = tell(project, "features/typo.feature")
    feature.unlink()
    assert ran.code == 2
    assert "features/typo.feature:6: unknown persona 'alcie'; did you mean 'alice'?" in ran.said
    assert ran.verdict("Meets alcie")[0] == "broken"


def test_unknown_target_breaks_every_planned_story(project: Path) -> None:
    """An error of before_all is the run's, and the reason of each story that was not told."""
    ran = tell(project, "-D", "target=nowhere", "features/around.feature")
    assert ran.code == 2
    assert {result["status"] for result in ran.results.values()} == {"broken"}
    assert "unknown target 'nowhere'" in ran.verdict("Holds")[1]
    errors = [json.loads(path.read_text()) for path in ran.folder.glob("*-globals.json")]
    assert "unknown target 'nowhere'" in errors[0]["errors"][0]["message"]
