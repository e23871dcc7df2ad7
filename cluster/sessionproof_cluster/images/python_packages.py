"""A workspace member for an image: its dependencies as ``uv.lock`` has them, and its own source."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sessionproof_cluster.images import running
from sessionproof_cluster.images.errors import ImageError
from sessionproof_cluster.images.layers import Placed

PYTHON = "3.11"
"""The python3 of Debian 12, for which packages are chosen; this machine's own does not matter."""
LIBRARY = f"usr/local/lib/python{PYTHON}/dist-packages"
"""Where Debian's python3 looks first for packages that are not Debian's."""
_PLATFORM = "x86_64-manylinux_2_36"
_UV_REMEDY = "install it with `pip install uv`"
_NOT_SOURCE = ("__pycache__", ".pyc")


@dataclass(frozen=True)
class Locked:
    """What a workspace member needs."""

    requirements: str
    """Pinned and hashed, in pip's format, without the members of the workspace."""
    members: tuple[Path, ...]
    """Folders of the workspace members among them, the package itself included."""


def workspace_of(directory: Path) -> Path:
    """
    The folder of the uv workspace *directory* lies in.

    :raises ImageError: if no folder above holds a ``uv.lock``.
    """
    for folder in (directory, *directory.parents):
        if (folder / "uv.lock").is_file():
            return folder
    raise ImageError(f"{directory} is in no uv workspace: no folder above it holds a uv.lock; run `uv lock`")


def locked(workspace: Path, package: str) -> Locked:
    """
    Read from the lock file what *package* needs.

    :raises ToolFailed: if the package is unknown or the lock file is unreadable.
    """
    command = [
        str(running.find("uv", _UV_REMEDY)),
        "export",
        "--frozen",
        "--quiet",
        "--no-dev",
        "--no-header",
    ]
    command += ["--no-annotate", "--format", "requirements-txt", "--package", package]
    text = running.run(f"reading what {package} needs from uv.lock", command, cwd=workspace)
    requirements, members = [], []
    for line in text.splitlines():
        if line.startswith("-e "):
            members.append(workspace / line.removeprefix("-e ").strip())
        else:
            requirements.append(line)
    return Locked("\n".join(requirements) + "\n", tuple(members))


def install(requirements: str, target: Path, said: Callable[[str], None]) -> None:
    """
    Download and unpack *requirements* into *target*; nothing is compiled or executed.

    :raises ToolFailed: if one cannot be had as a wheel for the image's Python.
    """
    listing = target.with_suffix(".requirements")
    listing.write_text(requirements, encoding="utf-8")
    command = [str(running.find("uv", _UV_REMEDY)), "pip", "install", "--target", str(target)]
    command += ["--python-version", PYTHON, "--python-platform", _PLATFORM, "--only-binary", ":all:"]
    # Copied, not linked: a patch must not reach uv's cache.
    command += ["--link-mode", "copy", "--no-deps", "--require-hashes", "-r", str(listing)]
    running.run("downloading Python packages", command, said=said)


def sources(members: tuple[Path, ...]) -> list[Placed]:
    """The files of the packages that each member's build configuration names."""
    placed = []
    for member in members:
        project = tomllib.loads((member / "pyproject.toml").read_text(encoding="utf-8"))
        for package in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
            for path in sorted((member / package).rglob("*")):
                name = path.relative_to((member / package).parent).as_posix()
                if path.is_file() and not any(part in name for part in _NOT_SOURCE):
                    placed.append(Placed(f"{LIBRARY}/{name}", path.read_bytes(), 0o644))
    return placed
