"""A project whose stories kill their worker, or wait for a signal; the hooks are the suite's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.contract import projects

HERE = Path(__file__).parent
RUN = "import sys; from pathlib import Path; from sessionproof.runner import run; sys.exit(run(Path(), sys.argv[1:]))"
FORMAT = ["-f", "sessionproof.reporting.formatter:SessionproofFormatter", "-o", "results"]


@dataclass
class Project:
    """Where the stories are, and what ran there."""

    root: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *arguments: str, runner: str = "ParallelRunner") -> subprocess.Popen[str]:
        """Run stories as ``sessionproof run`` does, and do not wait."""
        command = [sys.executable, "-c", RUN, "--no-color", f"--runner=sessionproof.runner:{runner}", *FORMAT]
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=self.root,
            env=os.environ | {"XDG_CACHE_HOME": str(self.root / "cache")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def tell(self, *arguments: str, runner: str = "ParallelRunner") -> tuple[int, str]:
        """Exit code and all that was said."""
        process = self.start(*arguments, runner=runner)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """By name."""
        found = [json.loads(path.read_text()) for path in (self.root / "results").glob("*-result.json")]
        assert len(found) == len({result["name"] for result in found})
        return {result["name"]: result for result in found}

    def verdict(self, name: str) -> tuple[str, str]:
        """Status and message."""
        result = self.results[name]
        return result["status"], (result.get("statusDetails") or {}).get("message", "")

    def statuses(self) -> dict[str, int]:
        """How many results have each status."""
        found = [result["status"] for result in self.results.values()]
        return {status: found.count(status) for status in sorted(set(found))}

    @property
    def ledgers(self) -> list[Path]:
        """Of runs that have things standing."""
        return list((self.root / ".sessionproof" / "ledger").glob("*"))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Stories that do nothing, besides those that a test writes."""
    root = projects.write(tmp_path / "project", 6)
    projects.add_hooks(root)
    shutil.copy(HERE / "environment.py", root / "features" / "environment.py")
    shutil.copy(HERE / "steps.py", root / "features" / "steps" / "endings.py")
    made = Project(root)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
            process.communicate()
