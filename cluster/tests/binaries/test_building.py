"""A build does what is missing and no more, and leaves no half of anything."""

from __future__ import annotations

import os
import re
import select
import threading
from pathlib import Path

import pytest
from sessionproof_cluster.binaries import BuildFailed, ModulesUnreachable, NoToolchain, cache, compiling
from sessionproof_cluster.binaries.recipe import CLUSTER


def names(directory: Path) -> set[str]:
    return {file.name for file in directory.iterdir()}


def test_second_build_compiles_nothing(workshop) -> None:
    """What is built stays built, and asking again runs no compiler."""
    directory = workshop.build()
    assert workshop.compiled() == ["first", "second"]
    assert workshop.build() == directory
    assert workshop.compiled() == []
    assert names(directory) == {"first", "second", cache.MANIFEST}


def test_progress_counts_programs_and_tells_what_is_left(workshop) -> None:
    """Whoever waits learns which program it is, how many there are, and roughly how long it takes."""
    workshop.build()
    assert workshop.said[0] == "binaries 0 of 2: first: 0 s; about 10 s to go in all"
    assert workshop.said[-1] == "binaries 2 of 2: all 2 programs built"


def test_build_goes_on_where_it_failed(workshop) -> None:
    """A program that was finished before the failure is not compiled again."""
    source = (workshop.recipe.sources / "second" / "main.go").read_text()
    workshop.write("second", "exit 1\n")
    with pytest.raises(BuildFailed):
        workshop.build()
    workshop.write("second", source)
    workshop.compiled()
    workshop.build()
    assert workshop.compiled() == ["second"]


def test_failed_program_shows_the_compilers_last_words(workshop) -> None:
    """The message names the program and ends with what the compiler said; nothing half-made is kept."""
    workshop.write("second", "seq 100; echo 'main.go:3: undefined: x'; echo half > \"$output\"; exit 1\n")
    with pytest.raises(
        BuildFailed, match=r"(?s)^second: go build \./second failed:.*100\nmain.go:3: undefined: x$"
    ) as e:
        workshop.build()
    assert "\n80\n" not in str(e.value)
    directory = cache.root() / "binaries" / workshop.recipe.key()
    assert names(directory) == {"first", cache.MANIFEST}


def test_unreachable_proxy_is_told_from_a_wrong_source(workshop) -> None:
    """Without the module proxy the message says so and names the setting to change."""
    workshop.write("first", "echo 'go: x@v1: dial tcp: lookup proxy: no such host'; exit 1\n")
    with pytest.raises(ModulesUnreachable, match="GOPROXY"):
        workshop.build()


@pytest.mark.parametrize("damage", ["shorter", "missing", "no manifest"])
def test_damaged_program_is_built_again(workshop, damage: str) -> None:
    """A file that is not as the manifest describes it counts as not built."""
    directory = workshop.build()
    workshop.compiled()
    match damage:
        case "shorter":
            (directory / "first").write_text("#")
        case "missing":
            (directory / "first").unlink()
        case _:
            (directory / cache.MANIFEST).write_text("{ half of")
    assert "first" in workshop.broken(directory)
    assert workshop.build() == directory
    assert "first" in workshop.compiled()
    assert workshop.broken(directory) == []


def test_change_that_keeps_size_and_time_is_found_by_reading(workshop) -> None:
    """The thorough check reads content, which the quick one does not."""
    directory = workshop.build()
    file = directory / "first"
    status = file.stat()
    file.write_text("# FIRST\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert workshop.broken(directory) == ["first"]


def test_program_of_another_set_is_taken_over_when_nothing_of_it_changed(workshop) -> None:
    """A change to one program of our own does not compile the others again."""
    before = workshop.build()
    workshop.compiled()
    workshop.write("second", "# changed\n")
    after = workshop.build()
    assert after != before
    assert workshop.compiled() == ["second"]
    assert (after / "first").stat().st_ino == (before / "first").stat().st_ino


def test_interruption_ends_the_compiler_and_leaves_no_file(workshop, monkeypatch) -> None:
    """Ctrl-C while a program compiles ends the go command and its children, and keeps what was finished."""
    pids = workshop.recipe.sources / "pids"
    workshop.write("second", 'sleep 60 & echo "$$ $!" > pids; echo half > "$output"; wait\n')
    monkeypatch.setattr(compiling, "TICK", 0.01)
    watched: list[int] = []

    def interrupt(*_: object) -> None:
        if pids.exists() and len(found := pids.read_text().split()) == 2:
            watched.extend(os.pidfd_open(int(pid)) for pid in found)
            raise KeyboardInterrupt

    monkeypatch.setattr(workshop, "_progress", interrupt)
    with pytest.raises(KeyboardInterrupt):
        workshop.build()
    for process in watched:
        assert select.select([process], [], [], 10)[0], "a process of the compiler outlived the interruption"
        os.close(process)
    assert names(cache.root() / "binaries" / workshop.recipe.key()) == {"first", cache.MANIFEST}
    assert [file.name for file in (cache.root() / "go" / "scratch").iterdir()] == []


def test_remains_of_a_killed_build_are_swept(workshop) -> None:
    """What a build left that was killed outright is gone after the next one."""
    directory = cache.root() / "binaries" / workshop.recipe.key()
    scratch = cache.root() / "go" / "scratch" / "first-x"
    for folder in (directory, scratch):
        folder.mkdir(parents=True)
        (folder / ".first.unfinished-1").write_text("half")
    workshop.build()
    assert names(directory) == {"first", "second", cache.MANIFEST}
    assert not scratch.exists()


def test_two_builds_take_turns(workshop) -> None:
    """While one build runs, another says that it waits, and finds the work done."""
    told = threading.Event()
    other = threading.Thread(target=workshop.build)
    with cache.locked(cache.root() / "binaries", told.set):
        workshop._progress = lambda *words: told.set() if "waiting" in words[1] else None
        other.start()
        assert told.wait(10)
    other.join(10)
    assert workshop.compiled() == ["first", "second"]


def test_directory_is_named_by_the_version_of_kubernetes_in_it() -> None:
    """A person who looks into the cache sees which Kubernetes each directory holds."""
    pinned = re.search(r"k8s.io/kubernetes (v\S+)", (CLUSTER.sources / "go.mod").read_text())
    assert pinned and CLUSTER.key().startswith(f"{pinned.group(1)}-")


def test_checksum_follows_what_decides_the_program(workshop) -> None:
    """Sources, module files and flags change the checksum of what they go into; tests change none."""
    recipe = workshop.recipe
    first, second = recipe.programs
    before = recipe.checksum(first), recipe.checksum(second)
    (recipe.sources / "first" / "first_test.go").write_text("package main\n")
    assert recipe.checksum(first) == before[0]
    workshop.write("first", "# changed\n")
    assert recipe.checksum(first) != before[0]
    assert recipe.checksum(second) == before[1]
    (recipe.sources / "go.mod").write_text("module example.test\n\nrequire x v2\n")
    assert recipe.checksum(second) != before[1]


def test_machine_without_go_or_installer_is_told_what_to_install(workshop, monkeypatch) -> None:
    """With neither Go nor a way to fetch it, the message names the version and where to get it."""
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(NoToolchain, match=r"install Go 1\.24\.0 or newer"):
        workshop.build()
