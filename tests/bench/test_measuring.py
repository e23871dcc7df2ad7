"""Commands are timed whole, in turns, and a failed one is no measurement."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bench import overhead, parallel, timing
from bench.figures import NotMeasured
from bench.projects import Project
from bench.timing import Command, Took
from bench.tools import OURS, PLAIN


def python(program: str) -> Command:
    return Command((sys.executable, "-c", program), Path.cwd(), os.environ)


def test_failed_command_is_no_measurement():
    """What it said is in the message, for without it nobody knows why."""
    with pytest.raises(NotMeasured, match=r"ended with 3: out of luck"):
        python("import sys; print('out of luck'); sys.exit(3)").run()


def test_processor_time_is_beside_wall_time():
    """Waiting takes time and no processor; working takes both."""
    waited = python("import time; time.sleep(0.3)").run()
    worked = python("import time; e = time.process_time() + 0.3\nwhile time.process_time() < e: pass").run()

    assert waited.wall >= 0.3 > waited.processor
    assert worked.processor >= 0.3


def test_contenders_take_turns():
    """Every other round goes backwards; what warms up is not counted."""
    order: list[str] = []

    def run(name: str) -> Took:
        order.append(name)
        return Took(len(order), 0)

    taken = timing.in_turns({name: lambda name=name: run(name) for name in "ab"}, 2, lambda _: None)

    assert "ababba" == "".join(order)
    assert [3, 6] == [took.wall for took in taken["a"]]


def test_compiled_modules_are_kept_also_where_python_must_not(tmp_path, monkeypatch):
    """A machine that forbids them would have its compiler measured."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environment = timing.environment(tmp_path)

    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["PYTHONPYCACHEPREFIX"].startswith(str(tmp_path))


def test_our_overhead_is_what_we_take_more_in_the_same_round():
    """Start and slope are compared round by round, and carry the budgets."""

    def runs(start: float, each_ms: float, slow: float) -> overhead.Runs:
        one = [Took(start + slow, 0), Took(start, 0)]
        many = [Took(took.wall + 999 * each_ms / 1000, 0) for took in one]
        return overhead.Runs(one, many, 1000, (0, 0))

    found = {
        figure.name: figure
        for figure in overhead.over_plain(
            {
                PLAIN: runs(0.1, 0.3, 5),
                OURS: runs(0.2, 1.2, 5),
            }
        )
    }

    assert (0.1, 0.1) == pytest.approx(found["start over plain behave: sessionproof"].samples)
    assert (0.9, 0.9) == pytest.approx(found["a scenario over plain behave: sessionproof"].samples)
    assert found["start over plain behave: sessionproof"].kept
    assert found["a scenario over plain behave: sessionproof"].kept


def test_efficiency_is_work_by_workers_and_time():
    """Forty halves of a second on eight workers are ideal in two and a half seconds."""
    told = parallel.Told(Took(5.0, 1.0), 2.5, 8)
    found = {figure.name: figure for figure in parallel.figures({OURS: [told]}, (0, 0))}

    assert (100.0, True) == (
        found["efficiency: sessionproof, 8 workers"].median,
        found["efficiency: sessionproof, 8 workers"].kept,
    )
    assert 50.0 == found["with start: sessionproof, 8 workers"].median


def test_project_is_one_that_behave_runs(tmp_path):
    """A generated project passes by plain behave, and keeps when its scenarios did their work."""
    project = Project(tmp_path / "project", ours=False)
    feature = project.feature("waiting", 1, "work of half a second is done")
    behave = Path(sys.executable).with_name("behave")
    Command((behave, feature), project.folder, os.environ).run()
    ((began, ended),) = project.take_spans()

    assert ended - began >= 0.5
    assert [] == project.take_spans()


@pytest.mark.parametrize(("hears", "told"), [(True, "asked"), (False, "")])
def test_interrupted_measurement_ends_its_command(monkeypatch, tmp_path, hears, told):
    """Ctrl-C is passed on, the command's own clean-up is waited for; one that does not listen is killed."""
    said, ready = tmp_path / "said", tmp_path / "ready"
    program = f"""
import pathlib, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
pathlib.Path({str(ready)!r}).touch()
signal.sigwait([signal.{"SIGINT" if hears else "SIGUSR1"}])
pathlib.Path({str(said)!r}).write_text("asked")
"""

    def interrupted(_pid: int, _options: int) -> None:
        while not ready.exists():
            os.sched_yield()
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "wait4", interrupted)
    monkeypatch.setattr(timing, "CLEAN_SECONDS", 10 if hears else 0.2)
    with pytest.raises(KeyboardInterrupt):
        python(program).run()

    assert told == (said.read_text() if said.exists() else "")
