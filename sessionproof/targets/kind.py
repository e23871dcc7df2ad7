"""Clusters that kind made, by their names: the ``kind`` command is asked, never Docker behind it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sessionproof.errors import TargetUnavailable

_SECONDS = 30.0
"""Longest time for kind to answer."""
_LOAD_SECONDS = 600.0
"""Longest time for an image to reach every node."""


def kubeconfig(name: str) -> Path:
    """
    Write the access to the kind cluster *name* into a file of the cache that only this user may read.

    :raises TargetUnavailable: if kind is not installed or knows no such cluster.
    """
    written = _run(name, "get", "kubeconfig", "--name", name, seconds=_SECONDS)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    file = cache / "sessionproof" / "kind" / f"{name}.kubeconfig"
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(written)
    fresh.rename(file)
    return file


def load(name: str, archives: Sequence[Path]) -> None:
    """
    Bring the images in OCI *archives* to every node of the kind cluster *name*.

    :raises TargetUnavailable: with what kind said.
    """
    for archive in archives:
        _run(name, "load", "image-archive", str(archive), "--name", name, seconds=_LOAD_SECONDS)


def _run(name: str, *arguments: str, seconds: float) -> str:
    try:
        done = subprocess.run(
            ["kind", *arguments], capture_output=True, text=True, timeout=seconds, check=False
        )
    except FileNotFoundError as error:
        raise TargetUnavailable(
            f"kind cluster '{name}': kind is not installed; install it, or give the cluster's kubeconfig"
        ) from error
    except subprocess.TimeoutExpired as error:
        command = " ".join(arguments[:2])
        raise TargetUnavailable(
            f"kind cluster '{name}': no end of `kind {command}` in {seconds:g} s"
        ) from error
    if done.returncode != 0:
        said = done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}"
        raise TargetUnavailable(f"kind cluster '{name}': kind {' '.join(arguments)}: {said}")
    return done.stdout
