"""What GitHub runs is the whole test, and what it leaves is the report; what a commit runs is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
KNOWN = {
    "actions/checkout": "v4",
    "actions/cache/restore": "v4",
    "actions/cache/save": "v4",
    "actions/upload-artifact": "v4",
}
"""The actions that are used, and the versions whose inputs these are."""
INPUTS = {
    "actions/cache/restore": {"path", "key", "restore-keys"},
    "actions/cache/save": {"path", "key"},
    "actions/upload-artifact": {"name", "path", "if-no-files-found", "include-hidden-files"},
}


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def job(workflow: dict[Any, Any]) -> dict[str, Any]:
    """The one job."""
    (job,) = workflow["jobs"].values()
    return dict(job)


@pytest.fixture(scope="module")
def hooks() -> list[dict[str, Any]]:
    """What pre-commit runs."""
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    return list(repository["hooks"])


def test_it_runs_for_pushes_and_requests_once_each(workflow: dict[Any, Any], job: dict[str, Any]) -> None:
    """A newer push ends the run of an older one; none runs for ever; none may write to the repository."""
    events = workflow[True]  # YAML reads "on" so

    assert {"push", "pull_request", "workflow_dispatch"} == set(events)
    assert workflow["concurrency"]["cancel-in-progress"] is True
    assert {"contents": "read"} == workflow["permissions"]
    assert 55 < job["timeout-minutes"] <= 120


def test_it_runs_the_whole_test(job: dict[str, Any]) -> None:
    """The same script that a person would run."""
    commands = [step["run"] for step in job["steps"] if "run" in step]

    assert ".ci/run" in commands
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_steps_are_well_formed(job: dict[str, Any]) -> None:
    """Each runs a command or a known action with inputs that it has."""
    for step in job["steps"]:
        assert ("run" in step) != ("uses" in step), step
        if "uses" in step:
            action, _, version = step["uses"].partition("@")
            assert KNOWN[action] == version
            assert set(step.get("with", {})) <= INPUTS.get(action, set())


def test_the_report_is_kept_also_of_a_red_run(job: dict[str, Any]) -> None:
    """Report, results and JUnit files are artifacts, whatever the test came to."""
    kept = [step for step in job["steps"] if step.get("uses", "").startswith("actions/upload-artifact")]
    (report,) = (step for step in job["steps"] if step.get("run", "").endswith("sessionproof report"))

    assert all(step["if"] == "always()" for step in (report, *kept))
    assert {"allure-report", "allure-results", ".sessionproof/whole/*.xml"} == {
        path for step in kept for path in step["with"]["path"].split()
    }


def test_what_is_cached_is_named_by_its_recipes(job: dict[str, Any]) -> None:
    """Another recipe is another cache; each pattern names files that are there."""
    (restore,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/cache/restore"))
    patterns = re.findall(r"'([^']+)'", restore["with"]["key"])

    assert {"cluster/sessionproof_cluster/binaries/**", "reference/**", "uv.lock"} <= set(patterns)
    assert [] == [pattern for pattern in patterns if not any(ROOT.glob(pattern))]


def test_hooks_run_the_locked_tools(hooks: list[dict[str, Any]]) -> None:
    """Not what a registry has today: each program is of the environment that uv.lock made."""
    assert {"ruff", "format", "types", "layers", "stories", "steps"} == {hook["id"] for hook in hooks}
    for hook in hooks:
        assert "system" == hook["language"]
        assert (ROOT / hook["entry"].split()[0]).exists(), hook["entry"]


def test_hooks_for_stories_look_where_stories_are(hooks: list[dict[str, Any]]) -> None:
    """A change of a step, of a story or of a word is looked at before it is committed."""
    for hook in hooks:
        for changed in ("features/vdi/lifecycle.feature", "features/steps/sessions.py", "scenarios.yaml"):
            if hook["id"] in ("stories", "steps"):
                assert re.search(hook["files"], changed), (hook["id"], changed)


def test_the_hook_for_stories_passes(hooks: list[dict[str, Any]]) -> None:
    """The dry run that it is ends well on what is there."""
    (stories,) = (hook for hook in hooks if hook["id"] == "stories")
    done = subprocess.run(stories["entry"].split(), cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
