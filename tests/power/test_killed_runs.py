"""A run that is killed, whenever it is, leaves nothing that the next command does not find and remove."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from sessionproof_cluster import Cluster

from sessionproof.janitor import browsers
from sessionproof.ledger.homes import inhabitants
from tests.power import staging
from tests.power.staging import ROOT, Platform, Run

_log = logging.getLogger(__name__)
pytestmark = [pytest.mark.power, pytest.mark.alone]

COUNT = int(os.environ.get("SESSIONPROOF_KILLS", "4"))
"""How many runs are killed, each in a stretch of its own of the stories."""
SEED = 399
"""Four such moments find a platform half made, a browser at work, a first story's end and a claim that is held."""
STORIES = (
    ("streaming.feature", "A session deleted under its viewer leaves nothing, and the picture ends"),
    ("lifecycle.feature", "A session is held until its clean-up is done"),
)
"""One with a viewer, one with a part that is held by a fault."""
STEPS = 11
"""Steps of the two, the background's included."""
LONGEST = 4.0
"""Seconds after a step within which the run is killed, mostly soon."""


@dataclass(frozen=True)
class Moment:
    """When a run is killed: so long after so many steps have passed, or earlier if it is over before."""

    steps: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s after step {self.steps}"


def moments() -> list[Moment]:
    """Random, yet the same each time, and spread over the whole run."""
    chance = random.Random(SEED)
    return [
        Moment(int(chance.uniform(part, part + 1) * STEPS / COUNT), LONGEST * chance.random() ** 2)
        for part in range(COUNT)
    ]


@pytest.mark.parametrize("moment", moments(), ids=str)
def test_a_killed_run_leaves_nothing(cluster: Cluster, tmp_path: Path, moment: Moment) -> None:
    """``sessionproof janitor`` removes it all: objects, namespace, faults, browser; looking finds nothing."""
    run = Run(Platform(cluster, tmp_path), *STORIES)
    try:
        _kill_at(run, moment)
        assert run.process.returncode == -signal.SIGKILL, f"was over before it was killed:\n{run.text}"

        left = staging.left_of(run.id) if run.id else []
        lived = inhabitants(browsers.home_for(run.id, 0)) if run.id else []
        _log.info(
            "killed %s; left: %s; browser processes: %d",
            moment,
            "; ".join(map(str, left)) or "nothing",
            len(lived),
        )

        finished = _sessionproof("janitor")
        _log.info("janitor: %s", " | ".join(finished.stdout.splitlines() + finished.stderr.splitlines()))

        assert finished.returncode == 0, finished.stdout + finished.stderr
        if run.id:
            assert staging.left_of(run.id) == []
            assert not list((ROOT / ".sessionproof" / "ledger").glob(f"{run.id}*"))
            assert inhabitants(browsers.home_for(run.id, 0)) == []
        assert _browser_litter() == []
        leftovers = json.loads(_sessionproof("status", "--json").stdout)["leftovers"]
        assert leftovers == 0, _sessionproof("status").stdout
    finally:
        run.close()


def _kill_at(run: Run, moment: Moment) -> None:
    passed = 0
    if moment.steps:
        for line in run.lines():
            passed += " ... passed" in line
            if passed == moment.steps:
                break
    try:
        run.process.wait(moment.seconds)
    except subprocess.TimeoutExpired:
        _ = run.id  # it is listed while the run lives
        run.process.kill()
        run.process.wait()


def _browser_litter() -> list[str]:
    """What browsers are known to leave in the folder for temporary files; nothing of it lives in a home."""
    known = ("playwright", ".org.chromium")
    return [each.name for each in Path(tempfile.gettempdir()).iterdir() if each.name.startswith(known)]


def _sessionproof(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "sessionproof"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
