"""Dead runs are finished from their ledgers, living ones are left alone, and looking finds the rest."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sessionproof import janitor
from sessionproof.janitor import Found, Unlooked
from sessionproof.ledger import Entry, Ledger, Thing, things

DEAD = {"pid": 1, "start": -1, "boot": "an earlier one"}


@pytest.fixture(autouse=True)
def own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own runs are none of a test's business."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def dead_run(folder: Path, run: str, *made: Thing) -> Path:
    """The ledger of a run whose process is gone."""
    folder.mkdir(exist_ok=True)
    lines = [{"e": "owner", "run": run, **DEAD}]
    lines += [
        {
            "e": "planned",
            "n": n,
            "at": n,
            "scenario": "",
            "kind": t.kind,
            "name": t.name,
            "place": dict(t.place),
        }
        for n, t in enumerate(made)
    ]
    file = folder / f"{run}.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def nothing(_living: set[str]) -> tuple[list[Found], list[Unlooked]]:
    """Looking finds nothing."""
    return [], []


def test_a_dead_run_is_finished_and_its_ledger_goes(tmp_path: Path) -> None:
    """What it made is removed, and the next call has nothing to do."""
    (tmp_path / "x").write_text("x")
    file = dead_run(tmp_path / "ledger", "r1", things.path(tmp_path / "x"), things.path(tmp_path / "never"))
    said: list[str] = []

    finished = janitor.finish_dead_runs(tmp_path / "ledger", say=said.append, looking=nothing)
    again = janitor.finish_dead_runs(tmp_path / "ledger", looking=nothing)

    assert finished.runs == ["r1"]
    assert finished.removed == [f"file {tmp_path / 'never'}", f"file {tmp_path / 'x'}"]
    assert said[0] == "run r1 is dead and left 2 things"
    assert not (tmp_path / "x").exists()
    assert not file.exists()
    assert not again


def test_a_living_run_is_left_alone(tmp_path: Path) -> None:
    """The janitor of one run never touches another that still works."""
    (tmp_path / "x").write_text("x")
    ledger = Ledger(tmp_path / "ledger", "mine")
    ledger.plan(things.path(tmp_path / "x"))
    seen: list[set[str]] = []

    def look(living: set[str]) -> tuple[list[Found], list[Unlooked]]:
        seen.append(living)
        return [], []

    finished = janitor.finish_dead_runs(tmp_path / "ledger", looking=look)

    assert not finished
    assert (tmp_path / "x").exists()
    assert seen == [{"mine"}]
    ledger.clean({})
    ledger.close()


def test_a_worker_that_outlived_its_parent_keeps_the_run_alive(tmp_path: Path) -> None:
    """As long as any process of a run lives it may be making things."""
    folder = tmp_path / "ledger"
    dead_run(folder, "r1", things.path(tmp_path / "x"))
    (folder / f"r1.{os.getpid()}.jsonl").write_text(
        json.dumps({"e": "owner", "run": "r1", **janitor_owner()}) + "\n"
    )

    assert not janitor.finish_dead_runs(folder, looking=nothing)


def janitor_owner() -> dict[str, object]:
    """This process, as a ledger names it."""
    from sessionproof.ledger import Owner

    return Owner.me().record()


def test_what_does_not_go_keeps_its_ledger(tmp_path: Path) -> None:
    """An error is told, the other things go, and the next run tries again."""
    (tmp_path / "x").write_text("x")
    folder = tmp_path / "ledger"
    file = dead_run(folder, "r1", things.path(tmp_path / "x"), Thing("stuck", "the stuck one"))

    def stuck(_: Entry) -> None:
        raise TimeoutError("the API server is away")

    finished = janitor.finish_dead_runs(folder, own={"stuck": stuck}, looking=nothing)

    assert finished.left == ["the stuck one: the API server is away"]
    assert not (tmp_path / "x").exists()
    assert file.exists()


def test_faults_of_a_dead_run_are_lifted_first(tmp_path: Path) -> None:
    """A node that is still cut off would keep everything on it from going."""
    order: list[str] = []
    folder = tmp_path / "ledger"
    dead_run(folder, "r1", Thing("object", "session"), Thing("fault.heal-node", "node-2 cut"))
    note = {kind: (lambda entry: order.append(entry.thing.name)) for kind in ("object", "fault.heal-node")}

    janitor.finish_dead_runs(folder, own=note, looking=nothing)

    assert order == ["node-2 cut", "session"]


def test_what_no_ledger_knows_is_removed_too(tmp_path: Path) -> None:
    """Found by looking, objects go before the namespaces, and parts of a cluster are left to `down`."""
    order: list[str] = []
    note = {kind: (lambda entry: order.append(entry.thing.name)) for kind in ("object", "namespace")}
    space = things.namespace("sp-old", cluster="embedded:default")
    planted = things.kubernetes("ConfigMap", "v1", "planted", namespace="default", cluster="embedded:default")

    finished = janitor.finish_dead_runs(
        tmp_path / "ledger",
        own=note,
        looking=lambda _: (
            [
                Found("this machine", "route unreachable 10.64.0.0/16"),
                Found("embedded:default", "namespace sp-old", "r0", space),
                Found("embedded:default", str(planted), "r0", planted),
            ],
            [Unlooked("kubeconfig:/x", "connection refused")],
        ),
    )

    assert order == ["ConfigMap default/planted", "namespace sp-old"]
    assert finished.unlooked == [Unlooked("kubeconfig:/x", "connection refused")]
