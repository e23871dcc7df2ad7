"""The programs written here: their own Go tests, vet and format."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from sessionproof_cluster.binaries import cache, compiling, find_go
from sessionproof_cluster.binaries.recipe import SOURCES


def run(*command: str, work: Path) -> subprocess.CompletedProcess[str]:
    toolchain = find_go()
    if toolchain is None:
        pytest.skip("no Go on this machine: the programs' own tests need one")
    if not (cache.root() / "go" / "build").exists() and "GOCACHE" not in os.environ:
        pytest.skip("the cluster's programs were never built here: compiling their tests would take minutes")
    go = toolchain.go.resolve()
    program = str(go.with_name(command[0]))
    return subprocess.run(
        [program, *command[1:]],
        cwd=SOURCES,
        env=compiling.surroundings(work),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("package", ["./ingress", "./pause", "./coredns", "./volumes"])
def test_own_program_passes_its_tests(package: str, tmp_path: Path) -> None:
    """go test, which runs vet too, finds nothing wrong."""
    done = run("go", "test", package, work=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_own_programs_are_formatted(tmp_path: Path) -> None:
    """gofmt would change no file."""
    done = run("gofmt", "-l", ".", work=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
