"""A parallel run whose worker is killed while it lives a real session, and one whose parent is."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sessionproof_cluster import Cluster

from sessionproof.ledger.owners import Owner, registry
from sessionproof.reporting import plan
from tests.power import staging
from tests.power.staging import ROOT, Platform

_log = logging.getLogger(__name__)
pytestmark = [pytest.mark.power, pytest.mark.alone]

STORIES = (
    "A session is held until its clean-up is done",
    "A session that loses its pod comes back, and only then leaves Running",
    "Deleting a session removes everything it owned",
)
"""The first holds a part by a fault."""
SECONDS = 240.0
MOMENT = 5.0
"""Seconds from the end of what a process says to its own."""


class ParallelRun:
    """``behave`` with two workers on a few stories of a session's life, from outside."""

    def __init__(self, platform: Platform) -> None:
        self.results = platform.folder / "results"
        arguments = ["--no-color", "-D", f"catalogue={platform.catalogue()}"]
        arguments += ["--runner", "sessionproof.runner:ParallelRunner", "-j", "2"]
        arguments += ["-f", "sessionproof.reporting.formatter:SessionproofFormatter", "-o", str(self.results)]
        arguments += [part for name in STORIES for part in ("-n", name)]
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "behave",
                *arguments,
                str(ROOT / "features" / "vdi" / "lifecycle.feature"),
            ],
            cwd=platform.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.runs: set[str] = set()
        """Ids of its workers' runs, as far as they were seen."""

    def worker_that_made_a_session(self) -> int:
        """Wait until a worker of the run has planned a session in its ledger; its process."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            for pid, run in self.workers():
                ledgers = (ROOT / ".sessionproof" / "ledger").glob(f"{run}*.jsonl")
                if any('"VDISession"' in file.read_text() for file in ledgers):
                    return pid
            time.sleep(0.2)
        raise AssertionError(f"no worker made a session: {self.end()}")

    def workers(self) -> Iterator[tuple[int, str]]:
        """Process and run of each worker that lives now."""
        for file in registry().glob("*.json"):
            try:
                owner = Owner.read(json.loads(file.read_text()))
                parent = int(Path(f"/proc/{owner.pid}/stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if parent == self.process.pid:
                self.runs.add(file.stem)
                yield owner.pid, file.stem

    def left(self) -> list[str]:
        """What is there of any of its workers, by looking and in the ledgers."""
        ledgers = [file.name for file in (ROOT / ".sessionproof" / "ledger").glob("*")]
        return [
            *(str(found) for run in self.runs for found in staging.left_of(run)),
            *(name for name in ledgers if any(name.startswith(run) for run in self.runs)),
        ]

    def end(self) -> str:
        """Wait for the end; all that was said."""
        said, _ = self.process.communicate(timeout=SECONDS)
        _log.info("said: %s", said)
        return said

    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Status and message by story."""
        found: dict[str, tuple[str, str]] = {}
        for file in self.results.glob("*-result.json"):
            result: dict[str, Any] = json.loads(file.read_text())
            found[result["name"]] = (
                result["status"],
                (result.get("statusDetails") or {}).get("message", ""),
            )
        return found


def test_a_killed_worker_costs_one_story(cluster: Cluster, tmp_path: Path) -> None:
    """A fresh worker finishes what the dead one left and lives the rest; nothing is left of either."""
    platform = Platform(cluster, tmp_path)
    run = ParallelRun(platform)
    try:
        os.kill(run.worker_that_made_a_session(), signal.SIGKILL)
    finally:
        said = run.end()

    told = run.verdicts()
    lost = [message for status, message in told.values() if status == "broken"]
    assert sorted(status for status, _ in told.values()) == ["broken", "passed", "passed"], said
    assert "was killed by SIGKILL" in lost[0]
    assert run.left() == []


def test_workers_clean_up_when_their_parent_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    """They end by themselves and leave nothing; the next command says what was not run."""
    platform = Platform(cluster, tmp_path)
    run = ParallelRun(platform)
    try:
        run.worker_that_made_a_session()
        workers = [os.pidfd_open(pid) for pid in dict(run.workers())]
    finally:
        run.process.kill()
        run.end()  # workers have its output too: it ends with the last of them, a moment before they do
    plan.close_gaps(run.results)

    assert len(workers) == 2
    for worker in workers:
        assert select.select([worker], [], [], MOMENT)[0], "a worker is still there"
        os.close(worker)
    assert {"broken"} == {status for status, _ in run.verdicts().values()}
    assert len(run.verdicts()) == len(STORIES)
    assert run.left() == []
