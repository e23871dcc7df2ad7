"""A Go module of two programs and a stand-in for the go command, so that a build takes milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sessionproof_cluster import binaries
from sessionproof_cluster.binaries import building
from sessionproof_cluster.binaries.recipe import Program, Recipe

FAKE_GO = """#!/bin/sh
[ "$1" = env ] && { echo go1.99.0; exit 0; }
while [ $# -gt 1 ]; do [ "$1" = -o ] && output=$2; shift; done
echo "$1" >> compiled
. "$PWD/$1/main.go"
cp "$1/main.go" "$output"
"""
"""Compiling is copying; the "source" is run first, so that a test decides there what the compiler does."""


@dataclass
class Workshop:
    """A recipe, the cache it builds into, and what was said and done meanwhile."""

    recipe: Recipe
    said: list[str] = field(default_factory=list)

    def build(self) -> Path:
        return building.build(self._progress, recipe=self.recipe)

    def broken(self, directory: Path) -> list[str]:
        return binaries.verify(directory, self.recipe)

    def write(self, program: str, source: str) -> None:
        (self.recipe.sources / program / "main.go").write_text(source)

    def compiled(self) -> list[str]:
        """Which packages the compiler was asked for since the last time this was asked."""
        log = self.recipe.sources / "compiled"
        lines = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line.removeprefix("./") for line in lines]

    def _progress(
        self, stage: str, detail: str = "", done: int | None = None, total: int | None = None
    ) -> None:
        self.said.append(f"{stage} {done} of {total}: {detail}")


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(FAKE_GO)
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{go.parent}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    sources = tmp_path / "programs"
    for program in ("first", "second"):
        (sources / program).mkdir(parents=True)
        (sources / program / "main.go").write_text(f"# {program}\n")
    (sources / "go.mod").write_text("module example.test\n")
    programs = (Program("first", "./first", 5), Program("second", "./second", 5))
    return Workshop(Recipe(sources, programs, "v1", flags=("-trimpath",)))
