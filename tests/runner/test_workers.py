"""Workers that run beside each other, alone, die, and are ended; whatever happens, each story is told once."""

from __future__ import annotations

import os
import signal
import time

import pytest

from sessionproof.ledger.owners import start_time
from sessionproof.reporting import plan
from tests.runner.conftest import Project

STORY = "@suite.vdi\nFeature: More\n\n"


def add(project: Project, *stories: tuple[str, str, str]) -> None:
    """Write a feature of its own: each a name, its tags and one step."""
    told = "".join(
        f"  @VDI-01 {tags}\n  Scenario: {name}\n    Given a thing\n    {step}\n\n"
        for name, tags, step in stories
    )
    (project.root / "features" / "more.feature").write_text(STORY + told)


def await_waiting(project: Project, count: int) -> list[int]:
    """The processes that run a story that waits."""
    deadline = time.monotonic() + 30
    while len(found := list(project.root.glob("waiting.*"))) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} stories began"
        time.sleep(0.01)
    return [int(path.suffix[1:]) for path in found]


def await_gone(pids: list[int]) -> None:
    """Wait until none of the processes runs any more."""
    deadline = time.monotonic() + 30
    while alive := [pid for pid in pids if start_time(pid) is not None]:
        assert time.monotonic() < deadline, f"still there: {alive}"
        time.sleep(0.01)


def nothing_left(project: Project) -> bool:
    """No file of a world and no ledger."""
    return [*(project.root / "things").glob("*"), *project.ledgers] == []


def test_stories_run_beside_each_other(project: Project) -> None:
    """Two that wait for each other end both, each in a lane of its own, and nothing is left."""
    add(project, *((name, "", "Then two run at the same time") for name in ("One", "Two")))
    code, said = project.tell("-j", "2")

    assert (code, project.statuses()) == (0, {"passed": 8}), said
    lanes = {
        label["value"]
        for name in ("One", "Two")
        for label in project.results[name]["labels"]
        if label["name"] == "thread"
    }
    assert {"worker-1", "worker-2"} == lanes
    assert "8 of 8 done" in said
    assert nothing_left(project)


def test_what_is_exclusive_runs_alone(project: Project) -> None:
    """No other worker has even begun."""
    add(project, *((f"Alone {n}", "@exclusive", "Then nothing runs beside it") for n in range(3)))
    code, said = project.tell("-j", "4", "-D", "order=random")

    assert (code, project.statuses()) == (0, {"passed": 9}), said
    assert "the same again with -D order=random:" in said


@pytest.mark.parametrize(
    ("step", "how"),
    [("the worker is killed", "was killed by SIGKILL"), ("the worker leaves", "ended by itself with 3")],
)
def test_a_dead_worker_costs_its_own_story_only(project: Project, step: str, how: str) -> None:
    """That story is not run, with how the worker ended; a fresh one finishes what it left, and the rest is run."""
    add(project, *((f"Dies {n}", "", f"When {step}") for n in range(3)))
    code, said = project.tell("-j", "2", "--junit", "--junit-directory", str(project.root / "junit"))

    assert (code, project.statuses()) == (2, {"broken": 3, "passed": 6}), said
    for number in range(3):
        status, message = project.verdict(f"Dies {number}")
        assert status == "broken"
        assert message.startswith("started and never finished: worker "), message
        assert message.endswith(how), message
    assert nothing_left(project)
    assert "6 scenarios passed, 0 failed, 3 error" in said
    assert (project.root / "junit" / "TESTS-more.xml").read_text().count(how) >= 3


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_in_good_order(project: Project, sign: signal.Signals) -> None:
    """Workers clean up, each planned story has a result, the exit code says interrupted."""
    add(project, *((f"Waits {n}", "", "When it waits for the end") for n in range(4)))
    process = project.start("-j", "2", "features/more.feature")
    workers = await_waiting(project, 2)
    process.send_signal(sign)
    said, _ = process.communicate(timeout=30)

    assert (process.returncode, project.statuses()) == (130, {"broken": 4}), said
    assert sum("not executed" in project.verdict(f"Waits {n}")[1] for n in range(4)) == 2
    await_gone(workers)
    assert nothing_left(project)


def test_workers_do_not_outlive_the_run(project: Project) -> None:
    """The parent is killed: workers clean up and end, and the next command reports what never came."""
    add(project, *((f"Waits {n}", "", "When it waits for the end") for n in range(4)))
    process = project.start("-j", "2", "features/more.feature")
    workers = await_waiting(project, 2)
    process.kill()
    process.communicate()
    await_gone(workers)
    gaps = plan.close_gaps(project.root / "results")

    assert (gaps, project.statuses()) == (2, {"broken": 4})
    assert nothing_left(project)


def test_everything_is_killed(project: Project) -> None:
    """Parent and workers: the next run finishes what they left."""
    add(project, *((f"Waits {n}", "", "When it waits for the end") for n in range(4)))
    process = project.start("-j", "2", "features/more.feature")
    workers = await_waiting(project, 2)
    process.send_signal(signal.SIGSTOP)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    process.kill()
    process.communicate()
    await_gone(workers)
    assert len(project.ledgers) == 2
    gaps = plan.close_gaps(project.root / "results")
    assert (gaps, project.statuses()) == (4, {"broken": 4})

    code, said = project.tell("-j", "2", "features/part-000.feature")

    assert (code, project.statuses()) == (0, {"passed": 6}), said
    assert nothing_left(project)


def test_a_run_that_stops_at_the_first_failure_reports_the_rest(project: Project) -> None:
    """``--stop`` begins nothing more; what was not begun is not run."""
    add(project, ("Breaks", "@exclusive", "When the worker is asked too much"))
    steps = project.root / "features" / "steps" / "breaks.py"
    steps.write_text(
        "from behave import when\n\n@when('the worker is asked too much')\ndef breaks(context):\n    assert False\n"
    )
    code, said = project.tell("-j", "2", "--stop")

    assert (code, project.statuses()) == (1, {"broken": 6, "failed": 1}), said


def test_the_longest_of_the_last_run_is_begun_first(project: Project) -> None:
    """What plain ``behave`` took is known to the parallel one."""
    add(project, ("Slow", "", "When 0.300 seconds go by"))
    project.tell(runner="SessionproofRunner")
    _, said = project.tell("-j", "1")

    begun = [line for line in said.splitlines() if line.startswith("worker 1:")]
    assert "worker 1: More: Slow ..." == begun[0]
    assert " left)" in said
