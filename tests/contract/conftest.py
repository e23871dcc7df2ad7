"""Runs behave on a fixture project in a process of its own and reads back what was reported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
OURS = "sessionproof.runner:SessionproofRunner"
PARALLEL = "sessionproof.runner:ParallelRunner"
PLAIN = "behave.runner:Runner"


@dataclass(frozen=True)
class Ran:
    """A run of behave that is over."""

    code: int
    said: str
    folder: Path
    verdicts: list[tuple[str, str, str]]
    """behave's own: place, name and status of every scenario when the last hook ran."""

    @property
    def results(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*-result.json"))]

    @property
    def globals(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*-globals.json"))]

    def named(self, name: str) -> dict[str, Any]:
        """The only result of that name."""
        (found,) = [result for result in self.results if result["name"] == name]
        return found


Behave = Callable[..., Ran]


@pytest.fixture(scope="session")
def behave(tmp_path_factory: pytest.TempPathFactory) -> Behave:
    def run(*arguments: str, project: str = "stories", runner: str = OURS, cwd: str = ".") -> Ran:
        folder = tmp_path_factory.mktemp("run")
        own = folder / "behave.json"
        asked = ["--runner", runner, "-f", "sessionproof.reporting.formatter:SessionproofFormatter"]
        asked += ["-o", str(folder / "results"), "-D", f"verdicts={own}", *arguments]
        ended = subprocess.run(
            [sys.executable, "-m", "behave", *asked],
            cwd=HERE / project / cwd,
            capture_output=True,
            text=True,
            check=False,
        )
        verdicts = [tuple(each) for each in json.loads(own.read_text())] if own.exists() else []
        return Ran(ended.returncode, ended.stdout + ended.stderr, folder / "results", verdicts)

    return run
