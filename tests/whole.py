"""
The whole test, in the order in which it tells most soonest; what ``make test`` and CI run.

Each stage is a command of its own, so that a reader can run it alone. Results are counted from what the
stages wrote (JUnit files, Allure results), never from their exit codes alone; the last line printed is
``N passed, N failed``. A stage that wrote nothing, or ended badly although nothing in it failed, counts as
one failure.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
OUT = ROOT / ".sessionproof" / "whole"


@dataclass
class Count:
    """What a stage came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)

    def __add__(self, other: Count) -> Count:
        """What both came to."""
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.notes + other.notes,
        )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def announced(command: Sequence[str | Path]) -> list[str]:
    """The command as it is run, after it was said."""
    program, *arguments = map(str, command)
    say(f"\n$ {' '.join((Path(program).name, *arguments))}")
    return [program, *arguments]


def run(command: Sequence[str | Path]) -> int:
    """Runs one command in the checkout, its output passed through; an interrupt reaches it too."""
    return subprocess.run(announced(command), cwd=ROOT, check=False).returncode


LAST_WORDS = 12
"""Lines of a failed command that the summary repeats: often all that is kept of a run."""


def by_exit(*command: str | Path) -> Count:
    """A stage with a single verdict: its exit code."""
    last: deque[str] = deque(maxlen=LAST_WORDS)
    with subprocess.Popen(
        announced(command),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as running:
        for line in running.stdout or ():
            last.append(line.rstrip("\n"))
            say(last[-1])
    if running.returncode == 0:
        return Count(passed=1)
    said = "\n".join(last)
    return Count(failed=1, notes=[f"{Path(command[0]).name} ended with {running.returncode}:\n{said}"])


def by_junit(name: str, *arguments: str) -> Count:
    """A pytest stage, counted from its JUnit file."""
    results = OUT / f"{name}.xml"
    results.unlink(missing_ok=True)
    code = run([BIN / "pytest", *arguments, f"--junit-xml={results}"])
    if not results.exists():
        return Count(failed=1, notes=[f"{name}: pytest ended with {code} and wrote no results"])
    count = Count()
    for case in ET.parse(results).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
            count.notes.append(f"{case.get('classname')}::{case.get('name')}")
        elif (skip := case.find("skipped")) is not None:
            count.skipped += 1
            count.notes.append(f"skipped {case.get('name')}: {skip.get('message')}")
        else:
            count.passed += 1
    if code != 0 and not count.failed:
        count.failed += 1
        count.notes.append(f"{name}: pytest ended with {code} although no test failed")
    return count


def beside(*works: Callable[[], Count]) -> Count:
    """Several stages at the same time, for such as mostly wait; what they say comes as they say it."""
    with ThreadPoolExecutor(len(works)) as pool:
        return sum(pool.map(lambda work: work(), works), Count())


AT_ONCE = 4
"""How many stories, or power cases, run beside each other: mostly they wait, so two processors bear four."""
PARALLEL = ("--runner=sessionproof.runner:ParallelRunner", f"--jobs={AT_ONCE}", "-Dorder=random")


def stories(*arguments: str) -> Count:
    """The features, by ``behave``; a skip that ``expected_skips.yaml`` does not list is a failure."""
    code = run([BIN / "behave", *arguments])
    count = Count()
    expected = yaml.safe_load((ROOT / "tests" / "expected_skips.yaml").read_text()) or {}
    for path in sorted((ROOT / "allure-results").glob("*-result.json")):
        result = json.loads(path.read_text())
        if result["status"] == "passed":
            count.passed += 1
        elif result["status"] == "skipped" and result["fullName"] in expected:
            count.skipped += 1
        else:
            count.failed += 1
            message = (result.get("statusDetails") or {}).get("message", "")
            count.notes.append(
                f"{result['status']}: {result['fullName']}: {message.splitlines()[0] if message else ''}"
            )
    if (code != 0 or not count.passed) and not count.failed:
        count.failed += 1
        count.notes.append(f"behave ended with {code}, {count.passed} stories passed")
    return count


def nothing_is_left() -> Count:
    """After everything is down: the machine bears no trace, judged by looking at it."""
    found = subprocess.run(
        [BIN / "sessionproof", "status", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    status = json.loads(found.stdout)
    if status["leftovers"] == 0:
        return Count(passed=1)
    shown = subprocess.run(
        [BIN / "sessionproof", "status"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return Count(failed=1, notes=[shown.stdout])


FAR = "tests/targets"
"""Has a cluster of its own, so that it can be beside the others that have."""
UNIT = "not machine and not cluster and not power and not browser"
APART = "machine and not alone"


def stages(only: str | None) -> list[tuple[str, Callable[[], Count]]]:
    """Name and work of each stage, in order."""
    check = [
        ("ruff", lambda: by_exit(BIN / "ruff", "check", ".")),
        ("format", lambda: by_exit(BIN / "ruff", "format", "--check", ".")),
        ("layers", lambda: by_exit(BIN / "lint-imports")),
        (
            "types and unit",
            lambda: beside(lambda: by_exit(BIN / "mypy"), lambda: by_junit("unit", "-m", UNIT)),
        ),
    ]
    up = ("cluster", lambda: by_exit(BIN / "sessionproof", "up"))
    machine = [
        (
            "machine",
            lambda: beside(
                lambda: by_junit("far", "-m", APART, FAR),
                lambda: by_junit("machine", "-m", APART, f"--ignore={FAR}"),
            ),
        ),
        ("machine, alone", lambda: by_junit("machine-alone", "-m", "machine and alone")),
    ]
    clustered = (
        "on the cluster",
        lambda: beside(
            lambda: by_junit("cluster", "-m", "cluster"), lambda: by_junit("browser", "-m", "browser")
        ),
    )
    told = ("stories", lambda: stories(*PARALLEL))
    power = [
        ("power", lambda: by_junit("power", "-m", "power and not alone", "-n", str(AT_ONCE))),
        ("power, alone", lambda: by_junit("alone", "-m", "power and alone")),
    ]
    down = ("down", lambda: by_exit(BIN / "sessionproof", "down"))
    clean = ("nothing left", nothing_is_left)
    match only:
        case "check":
            return check
        case "power":
            return [up, *power]
        case _:
            return [*check, up, *machine, clustered, told, *power, down, clean]


def main() -> int:
    """Runs the stages and prints the table, the notes and the count; 0 when nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.whole", description=__doc__)
    parser.add_argument("--only", choices=["check", "power"], help="a part of it")
    only = parser.parse_args().only
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    # A cancelled CI job sends SIGTERM: end like Ctrl-C, so that the stage's own clean-up runs.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    rows: list[tuple[str, Count, float]] = []
    for name, work in stages(only):
        began = time.monotonic()
        rows.append((name, work(), time.monotonic() - began))
    say(f"\n{'stage':<16}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for name, count, seconds in rows:
        say(f"{name:<16}{count.passed:>8}{count.failed:>8}{count.skipped:>9}{seconds:>9.1f}")
    for name, count, _ in rows:
        for note in count.notes:
            say(f"[{name}] {note}")
    total = sum((count for _, count, _ in rows), Count())
    say(
        f"{total.passed} passed, {total.failed} failed"
        + (f", {total.skipped} skipped" if total.skipped else "")
    )
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
