"""The runners that are compared, each as a person would start it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.figures import NotMeasured
from bench.projects import Project
from bench.timing import Command

PLAIN, ALLURE, BEHAVEX, OURS = "plain behave", "behave with allure-behave", "behavex", "sessionproof"
OUT = "results"


class Tools:
    """Commands that tell features of two equal projects: one with our hooks and catalogue, one without."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """
        :param folder: where the projects are made.
        :raises NotMeasured: if behavex is not installed.
        """
        self._environment = environment
        self.plain = Project(folder / "plain", ours=False)
        self.ours = Project(folder / "ours", ours=True)
        self._behave = Path(sys.executable).with_name("behave")
        found = shutil.which("behavex", path=str(Path(sys.executable).parent))
        if found is None:
            raise NotMeasured("behavex is not installed beside behave: uv sync --all-packages --group bench")
        self._behavex = found

    def feature(self, name: str, scenarios: int, act: str = "nothing is done") -> str:
        """Write the same feature into both projects; returns its path within them."""
        self.ours.feature(name, scenarios, act)
        return self.plain.feature(name, scenarios, act)

    def behave(self, feature: str) -> Command:
        """Behave as it comes, with its default format and without hooks."""
        return self._of(self.plain, self._behave, feature)

    def behave_with_allure(self, feature: str) -> Command:
        """Behave with the formatter of allure-behave, without hooks."""
        stock = "allure_behave.formatter:AllureFormatter"
        return self._of(self.plain, self._behave, "-f", stock, "-o", OUT, feature)

    def sessionproof(self, feature: str, workers: int = 0) -> Command:
        """
        Our runner, formatter and hooks: results, ledger, a world with its evidence for each scenario.

        :param workers: of the parallel runner; 0: the serial one.
        """
        runner = "sessionproof.runner:" + ("ParallelRunner" if workers else "SessionproofRunner")
        asked = [
            "--runner",
            runner,
            "-f",
            "sessionproof.reporting.formatter:SessionproofFormatter",
            "-o",
            OUT,
        ]
        jobs = ["--jobs", str(workers)] if workers else []
        return self._of(self.ours, self._behave, *asked, *jobs, feature)

    def behavex(self, feature: str, workers: int) -> Command:
        """Behavex with scenarios as the units of work, without its HTML report."""
        asked = ["--parallel-processes", str(workers), "--parallel-scheme", "scenario"]
        return self._of(self.plain, self._behavex, feature, *asked, "--no-report", "-o", OUT)

    def _of(self, project: Project, program: str | Path, *arguments: str) -> Command:
        return Command((program, *arguments), project.folder, self._environment)
