"""The ledger's files: written before the thing is made, readable whenever the writer died."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessionproof.ledger import Ledger, Owner, living_runs, read_runs, things

CHILD = """
import os, signal, sys
from pathlib import Path
from sessionproof.ledger import Ledger, things

folder, step = Path(sys.argv[1]), sys.argv[2]
def at(name):
    if name == step:
        os.kill(os.getpid(), signal.SIGKILL)
ledger = Ledger(folder / "ledger", "dead", runs=folder / "runs")
at("opened")
with ledger.planned(things.path(folder / "one"), scenario="s1") as entry:
    at("planned")
    (folder / "one").write_text("x")
    at("exists")
    entry.made(size="1")
at("made")
with ledger.planned(things.path(folder / "two")):
    (folder / "two").write_text("x")
at("second")
(folder / "one").unlink()
at("unlinked")
entry.removed()
at("removed")
(folder / "two").unlink()
ledger.clean({})
at("cleaned")
ledger.close()
at("closed")
"""
STANDING = {
    "opened": [],
    "planned": [("one", "planned")],
    "exists": [("one", "planned")],
    "made": [("one", "made")],
    "second": [("one", "made"), ("two", "made")],
    "unlinked": [("one", "made"), ("two", "made")],
    "removed": [("two", "made")],
    "cleaned": [],
    "closed": None,
}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of this process."""
    book = Ledger(tmp_path / "ledger", "run1", runs=tmp_path / "runs")
    yield book
    book.close()


@pytest.mark.parametrize("step", STANDING)
def test_a_kill_at_any_step_loses_nothing_that_exists(step: str, tmp_path: Path) -> None:
    """After kill -9 everything that exists is in the ledger; what the ledger has besides may be absent."""
    killed = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), step])
    runs = read_runs(tmp_path / "ledger")

    assert killed.returncode == -signal.SIGKILL
    if STANDING[step] is None:
        assert runs == []
        return
    (run,) = runs
    standing = [(Path(entry.thing.place["path"]).name, entry.state) for entry in run.entries]
    assert (run.id, run.lives, standing) == ("dead", False, STANDING[step])
    assert {name for name in ("one", "two") if (tmp_path / name).exists()} <= {name for name, _ in standing}


def test_what_is_planned_is_on_the_disk_before_the_block_runs(ledger: Ledger, tmp_path: Path) -> None:
    """The block that makes the thing already finds it in the file."""
    with ledger.planned(things.namespace("sp-x", cluster="embedded:default"), scenario="s1"):
        (run,) = read_runs(tmp_path / "ledger")

    (entry,) = run.entries
    assert (entry.thing.name, entry.state, entry.scenario) == ("namespace sp-x", "planned", "s1")
    assert dict(entry.thing.place) == {"cluster": "embedded:default", "name": "sp-x"}


def test_a_failed_making_stays_planned(ledger: Ledger, tmp_path: Path) -> None:
    """A create that raised may have created all the same."""
    with pytest.raises(OSError, match="no answer"), ledger.planned(things.path(tmp_path / "x")):
        raise OSError("no answer")

    assert [entry.state for entry in ledger.standing()] == ["planned"]
    ledger.clean({})


def test_the_same_thing_twice_is_one_entry(ledger: Ledger, tmp_path: Path) -> None:
    """Planned again before it was removed, a thing keeps its first place; after that it is a new one."""
    first = ledger.plan(things.path(tmp_path / "x"))
    again = ledger.plan(things.path(tmp_path / "x"))
    first.removed()
    later = ledger.plan(things.path(tmp_path / "x"))

    assert first is again
    assert later is not first
    ledger.clean({})


def test_facts_survive(ledger: Ledger, tmp_path: Path) -> None:
    """What was learnt at the making is there for whoever cleans up."""
    with ledger.planned(things.namespace("sp-x")) as entry:
        entry.made(uid="u-1")
    (run,) = read_runs(tmp_path / "ledger")

    assert run.entries[0].facts == {"uid": "u-1"}
    entry.removed()


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    """A line that was being written at the kill was never acted upon."""
    book = Ledger(tmp_path / "ledger", "run1", runs=tmp_path / "runs")
    book.plan(things.path(tmp_path / "x"))
    with (tmp_path / "ledger" / "run1.jsonl").open("a") as file:
        file.write('{"e":"planned","n":1,"at":5,"kin')

    assert [entry.number for entry in read_runs(tmp_path / "ledger")[0].entries] == [0]


def test_a_ledger_that_goes_while_it_is_looked_for_is_over(tmp_path: Path) -> None:
    """Two commands may finish one dead run at the same moment; a file that is gone is nobody's error."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "gone.jsonl").symlink_to(folder / "finished-by-another")

    assert read_runs(folder) == []


def test_a_forked_worker_keeps_its_own_file(ledger: Ledger, tmp_path: Path) -> None:
    """The worker's entries are its own, and both files are one run, in the order of planning."""
    ledger.plan(things.path(tmp_path / "parents"))
    child = os.fork()
    if not child:
        try:
            mine = [str(entry.thing) for entry in ledger.standing()]
            ledger.plan(things.path(tmp_path / "workers"))
        finally:
            os._exit(0 if mine == [] else 1)
    status = os.waitpid(child, 0)[1]
    (run,) = read_runs(tmp_path / "ledger")

    assert status == 0
    assert [Path(entry.thing.place["path"]).name for entry in run.entries] == ["parents", "workers"]
    assert len(run.files) == 2
    assert run.lives
    ledger.clean({})
    for file in run.files[1:]:
        file.unlink(missing_ok=True)


def test_a_run_is_alive_while_its_owner_is(ledger: Ledger, tmp_path: Path) -> None:
    """The ledger and the listing of living runs agree."""
    (run,) = read_runs(ledger.folder)

    assert (run.lives, living_runs(tmp_path / "runs")) == (True, {"run1"})


def test_closing_with_nothing_standing_leaves_no_file(tmp_path: Path) -> None:
    """A clean run leaves neither ledger nor listing."""
    book = Ledger(tmp_path / "ledger", "run1", runs=tmp_path / "runs")
    with book.planned(things.path(tmp_path / "x")):
        (tmp_path / "x").write_text("x")
    book.clean({})
    book.close()

    assert [p.name for p in sorted(tmp_path.rglob("*"))] == ["ledger", "runs"]


def test_closing_with_something_standing_keeps_the_ledger(tmp_path: Path) -> None:
    """What could not be removed stays written down for the next run."""
    book = Ledger(tmp_path / "ledger", "run1", runs=tmp_path / "runs")
    book.plan(things.path(tmp_path / "x"))
    book.close()

    assert len(read_runs(tmp_path / "ledger")[0].entries) == 1


def test_a_reused_process_number_is_another_process(tmp_path: Path) -> None:
    """The number alone proves nothing: start time and boot must be the same."""
    me = Owner.me()

    assert me.lives()
    assert not Owner(me.pid, me.start + 1, me.boot).lives()
    assert not Owner(me.pid, me.start, "another-boot").lives()
    (tmp_path / "old.json").write_text(json.dumps(Owner(me.pid, me.start - 1, me.boot).record()))
    assert living_runs(tmp_path) == set()
    assert not (tmp_path / "old.json").exists()


def test_a_zombie_does_not_live() -> None:
    """A process that has ended but was not waited for holds nothing any more."""
    child = os.fork()
    if not child:
        signal.pause()
        os._exit(0)
    owner = Owner.of(child)
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)

    assert not owner.lives()
    os.waitpid(child, 0)
