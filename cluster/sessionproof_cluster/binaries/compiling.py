"""One run of the Go compiler: its surroundings, its end, its words when it fails."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sessionproof_cluster.binaries import cache
from sessionproof_cluster.binaries.errors import BuildFailed, ModulesUnreachable
from sessionproof_cluster.binaries.recipe import Program, Recipe
from sessionproof_cluster.binaries.toolchain import Toolchain

TICK = 1.0
"""Seconds between two words of progress."""

_UNREACHABLE = ("dial tcp", "no such host", "i/o timeout", "proxyconnect", "TLS handshake", "x509: ")
"""What the go command writes when the module proxy does not answer."""


def compile_program(
    recipe: Recipe, program: Program, toolchain: Toolchain, output: Path, tick: Callable[[float], None]
) -> None:
    """
    Compile *program* to the file *output*; call *tick* every :data:`TICK` with the seconds so far.

    Whatever ends the wait early (Ctrl-C too) ends the compiler and its children first, and no file is left.

    :raises ModulesUnreachable: sources could not be fetched.
    :raises BuildFailed: the compiler refused; its last lines are in the message.
    """
    scratch = _scratch()
    scratch.mkdir(parents=True, exist_ok=True)
    command = [str(toolchain.go), "build", *recipe.flags, "-o", str(output), program.package]
    with (
        tempfile.TemporaryDirectory(prefix=f"{program.name}-", dir=scratch) as work,
        tempfile.TemporaryFile("w+", dir=scratch) as said,
    ):
        with subprocess.Popen(
            command,
            cwd=recipe.sources,
            env=surroundings(Path(work)),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            process_group=0,
        ) as compiler:
            try:
                _await(compiler, tick)
            except BaseException:
                output.unlink(missing_ok=True)
                raise
        if compiler.returncode != 0:
            output.unlink(missing_ok=True)
            said.seek(0)
            raise _failure(program, said.read())


def clear_scratch() -> None:
    """Remove what a killed build left; only for who holds the lock."""
    shutil.rmtree(_scratch(), ignore_errors=True)


def _scratch() -> Path:
    """Where the compiler works, so that its half-made files are not strewn over the machine's own /tmp."""
    return cache.root() / "go" / "scratch"


def _await(compiler: subprocess.Popen[bytes], tick: Callable[[float], None]) -> None:
    """Wait for the compiler; leave none of its processes behind, however the wait ends."""
    started = time.monotonic()
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                compiler.wait(timeout=TICK)
                return
            tick(time.monotonic() - started)
    finally:
        if compiler.poll() is None:
            os.killpg(compiler.pid, signal.SIGKILL)
            compiler.wait()


def surroundings(work: Path) -> dict[str, str]:
    """Where Go keeps what it makes; nothing of the caller's Go settings may change what is built."""
    go = cache.root() / "go"
    own = {"GOCACHE": str(go / "build"), "GOMODCACHE": str(go / "mod")}
    fixed = {
        "CGO_ENABLED": "0",
        "GOOS": "linux",
        "GO111MODULE": "on",
        "GOWORK": "off",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOTMPDIR": str(work),
    }
    return {**own, **os.environ, **fixed}


def _failure(program: Program, said: str) -> BuildFailed:
    lines = said.strip().splitlines()
    tail = "\n".join(line for line in lines[-15:] if not line.startswith("go: downloading"))
    if any(mark in said for mark in _UNREACHABLE):
        proxy = os.environ.get("GOPROXY", "proxy.golang.org")
        return ModulesUnreachable(
            f"{program.name}: Go modules could not be fetched (GOPROXY {proxy}). Check the network, or set"
            f" GOPROXY to a proxy that this machine can reach; what is built so far is kept.\n{tail}"
        )
    return BuildFailed(f"{program.name}: go build {program.package} failed:\n{tail}")
