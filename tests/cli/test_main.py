"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sessionproof_cluster

from sessionproof import errors, janitor
from sessionproof.cli import main, runs
from sessionproof.cli import main as command
from sessionproof.janitor import Found, Unlooked
from sessionproof.ledger import things

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands stand in the shipped suite, apart from the user's own runs."""
    monkeypatch.chdir(ROOT / "features")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """One cluster is up, of which one node is not ready."""
    nodes = {"node-1": True, "node-2": False}
    up = [SimpleNamespace(name="default", nodes=tuple(nodes), nodes_ready=lambda: nodes)]
    monkeypatch.setattr(sessionproof_cluster, "clusters", lambda: up)


def found(*what: Any) -> Any:
    """Looking finds *what*."""
    return lambda *_: (
        [w for w in what if isinstance(w, Found)],
        [w for w in what if isinstance(w, Unlooked)],
    )


def test_help_comes_at_once_and_teaches() -> None:
    """It shows the way from nothing to a report, and costs next to nothing: in processor time, whatever else runs."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        shown = subprocess.run(
            [sys.executable, "-c", "from sessionproof.cli import main; main(['--help'])"],
            capture_output=True,
            text=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert "sudo sessionproof up" in shown.stdout
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(once() for _ in range(3)) < 0.15


def test_help_imports_nothing_heavy() -> None:
    """Whatever the machine's speed: no YAML, HTTP, behave or browser for a help text."""
    code = "import sys; from sessionproof.cli.main import parser; parser(); print(*sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()

    assert {"yaml", "behave", "httpx", "urllib3", "kubernetes", "playwright"} & set(modules) == set()


@pytest.mark.usefixtures("cluster")
def test_status_json_is_json_and_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exactly the promised shape on standard output."""
    monkeypatch.setattr(janitor, "look", found(Found("embedded:default", "namespace sp-x", "r1")))

    code = main(["status", "--json"])
    out, err = capsys.readouterr()

    nodes = [{"name": "node-1", "ready": True}, {"name": "node-2", "ready": False}]
    assert json.loads(out) == {"clusters": [{"name": "default", "nodes": nodes}], "leftovers": 1}
    assert (code, err, out.count("\n")) == (0, "", 1)


@pytest.mark.usefixtures("cluster")
def test_status_for_people_names_each_leftover(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person sees what it is, where, and of which run."""
    space = things.namespace("sp-x", cluster="embedded:default")
    monkeypatch.setattr(janitor, "look", found(Found("embedded:default", "namespace sp-x", "r1", space)))

    main(["status"])

    assert capsys.readouterr().out.splitlines() == [
        "CLUSTER  NODE    STATE",
        "default  node-1  ready",
        "default  node-2  not ready",
        "",
        "LEFTOVER        WHERE             RUN",
        "namespace sp-x  embedded:default  r1",
        "",
        "`sessionproof janitor` removes what dead runs left in clusters",
    ]


@pytest.mark.usefixtures("cluster")
def test_a_cluster_that_could_not_be_looked_at_is_no_zero(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody could look, zero leftovers would be a lie: it is said, and the exit code is not-run."""
    monkeypatch.setattr(janitor, "look", found(Unlooked("kubeconfig:/k", "connection refused")))

    code = main(["status", "--json"])
    out, err = capsys.readouterr()

    assert json.loads(out)["leftovers"] == 0
    assert (code, err) == (2, "kubeconfig:/k could not be looked at: connection refused\n")


def test_requirements_json_has_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    """All ids in order, each with the places and names of its scenarios."""
    main(["requirements", "--json"])
    rows = json.loads(capsys.readouterr().out)

    assert len(rows) == 212
    assert all(list(row) == ["id", "priority", "suite", "text", "scenarios"] for row in rows)
    first = rows[0]
    assert (first["id"], first["priority"], first["suite"]) == ("VDI-01", "P0", "vdi")
    place, name = first["scenarios"][0].split(" ", 1)
    file, line = place.split(":")
    assert name in (ROOT / file).read_text().splitlines()[int(line) - 1]


def test_requirements_for_people_counts_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The last line says how far the suite has come."""
    main(["requirements"])
    last = capsys.readouterr().out.splitlines()[-1]

    assert last.split(" requirements have scenarios; ")[0].endswith(" of 212")


def test_an_error_is_a_message(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback unless it is asked for; the exit code follows from the error's family."""
    monkeypatch.chdir("/")

    code = main(["requirements"])
    err = capsys.readouterr().err

    assert code == 2
    assert err == "sessionproof: no scenarios.yaml in / or above it: go to the folder of your suite\n"
    assert main(["--debug", "requirements"]) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["up"], ["down"], ["down", "--all"], ["demo"]])
def test_without_root_nothing_is_begun(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message gives the command to run instead; sudo is never called in silence."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    code = main(words)
    err = capsys.readouterr().err

    assert code == 2
    assert f'sudo -E env PATH="$PATH" sessionproof {" ".join(words)}' in err
    assert "Nothing was made" in err


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "sessionproof: interrupted\n"),
        (errors.Violated("two leaders"), 1, "sessionproof: two leaders\n"),
        (errors.TargetUnavailable("nobody there"), 2, "sessionproof: nobody there\n"),
    ],
)
def test_exit_codes_follow_from_what_happened(
    raised: BaseException,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C is 130, a broken promise 1, no verdict 2."""

    def fail(_: Any) -> int:
        raise raised

    monkeypatch.setattr(runs, "_report", fail)

    assert (command(["report"]), capsys.readouterr().err) == (code, said)


def test_the_janitor_says_what_it_did(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thing that is left is named, and the exit code is that of a leak."""
    done = janitor.Finished(["r1"], ["namespace sp-x"], ["pod sp-y/z: held by a finalizer"])
    monkeypatch.setattr(janitor, "finish_dead_runs", lambda *_, **__: done)

    code = main(["janitor"])
    out, err = capsys.readouterr()

    assert (code, out) == (1, "1 dead runs finished, 1 things removed, 1 left\n")
    assert err == "left: pod sp-y/z: held by a finalizer\n"
