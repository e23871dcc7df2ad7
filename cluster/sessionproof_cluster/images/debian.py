"""The Debian part of an image: a root file system by mmdebstrap, and what needs that system's own Python."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path

from sessionproof_cluster.images import layers, python_packages, running

SUITE = "bookworm"
_SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
_REMEDY = "install it with `apt-get install mmdebstrap`"


def base_layer(
    work: Path, tar: Path, packages: tuple[str, ...], without: tuple[str, ...], said: Callable[[str], None]
) -> int:
    """
    Write a layer with Debian's essential packages and *packages*, without *without*; return its bytes.

    Packages come from where this machine gets its own if it runs the same release, else from Debian's mirror.

    :raises ToolMissing: if mmdebstrap is not installed.
    :raises ToolFailed: if packages cannot be had or installed.
    """
    raw = work / "raw.tar"
    # Interrupted, mmdebstrap leaves /proc and more mounted in the half-made root, where clean-up must not go.
    command = [*running.CONTAINED, str(running.find("mmdebstrap", _REMEDY))]
    command += ["--mode=root", "--variant=essential"]
    command += ["--aptopt=APT::Install-Recommends false"]
    if packages:
        command += [f"--include={','.join(packages)}"]
    command += [SUITE, str(raw), *_this_machines_sources()]
    running.run("installing Debian packages", command, said=said, env={"TMPDIR": str(work)})
    said("choosing files")
    return layers.from_root_tar(raw, tar, without)


def _this_machines_sources() -> list[str]:
    if platform.freedesktop_os_release().get("VERSION_CODENAME") != SUITE:
        return []
    return [str(path) for path in _SOURCES if path.is_file() and path.stat().st_size]


def compile_python(base: Path, root: Path, library: Path) -> None:
    """
    Write byte code for the packages in *library*, a folder below *root*, with the Python of the layer *base*.

    A running container cannot write it, its root is read-only, and would compile at each start. The code
    names no time, so that it is the same in each build.

    :raises ToolFailed: if the layer has no python3, or a module's text is no Python.
    """
    running.run("unpacking the Debian layer", ["tar", "-C", str(root), "-xf", str(base)])
    inside = "/" + library.relative_to(root).as_posix()
    command = [
        *running.CONTAINED,
        "chroot",
        str(root),
        f"python{python_packages.PYTHON}",
        "-m",
        "compileall",
        "-q",
    ]
    command += ["--invalidation-mode", "unchecked-hash", inside]
    running.run("compiling Python packages", command, env={"PYTHONHASHSEED": "0"})
