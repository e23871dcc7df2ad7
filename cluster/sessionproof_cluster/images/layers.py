"""
Layers as tar files: the same content gives the same bytes, whoever builds it and when.

Owners are root, times are zero, order is by name. One exception: a Debian root file system keeps its owners,
and the times of its ``.py`` files, because the byte code Debian compiled beside them names those times.
"""

from __future__ import annotations

import fnmatch
import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NEVER = (
    "dev/*",
    "proc/*",
    "sys/*",
    "run/*",
    "tmp/*",
    "boot/*",
    "etc/machine-id",
    "etc/resolv.conf",
    "etc/hostname",
    "etc/*shadow*",  # nobody logs in by these, and they hold the date of the build
    "etc/*-",
    "usr/share/doc/*",
    "usr/share/man/*",
    "usr/share/info/*",
    "usr/share/locale/*",
    "usr/share/lintian/*",
    "usr/share/bug/*",
    "var/cache/*",
    "var/log/*",
    "var/lib/apt/*",
    "var/lib/dpkg/*-old",
    "var/lib/dpkg/info/*",
)
"""Left out of every root file system: made anew by each start, different in each build, or read by nobody."""


@dataclass(frozen=True)
class Placed:
    """Where something goes: a file's content, or a directory if *content* is None."""

    target: str
    content: bytes | None
    mode: int


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether *path* (no leading slash) or one of its parents is named by *globs*; ``*`` crosses slashes."""
    parts = path.split("/")
    prefixes = ["/".join(parts[: length + 1]) for length in range(len(parts))]
    return any(fnmatch.fnmatchcase(prefix, glob) for glob in globs for prefix in prefixes)


def from_root_tar(source: Path, target: Path, without: Iterable[str]) -> int:
    """
    Copy a root file system's tar, leaving out *without* and ``NEVER``; return the bytes of its files.

    A hard link to something left out becomes the file itself.
    """
    globs = (*NEVER, *without)
    total = 0
    stand_ins: dict[str, str] = {}
    with tarfile.open(source) as old, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as new:
        for member in old:
            name = member.name.removeprefix("./").strip("/")
            if name in ("", ".") or matches(name, globs):
                continue
            content: io.BufferedReader | None = None
            if member.islnk():
                first = member.linkname.removeprefix("./").strip("/")
                if matches(first, globs) and first not in stand_ins:
                    stand_ins[first] = name
                    original = old.getmember(member.linkname)
                    member.type, member.size, member.linkname = tarfile.REGTYPE, original.size, ""
                    content = _reader(old, original)
                else:
                    member.linkname = stand_ins.get(first, first)
            elif member.isfile():
                content = _reader(old, member)
            total += member.size if content else 0
            member.name, member.uname, member.gname, member.pax_headers = name, "", "", {}
            member.mtime = int(member.mtime) if name.endswith(".py") else 0
            new.addfile(member, content)
    return total


def _reader(archive: tarfile.TarFile, member: tarfile.TarInfo) -> io.BufferedReader:
    reader = archive.extractfile(member)
    assert isinstance(reader, io.BufferedReader)
    return reader


def from_tree(tree: Path, prefix: str, target: Path, without: Iterable[str] = ()) -> int:
    """Write the files below *tree* as if they lay in *prefix*; return their bytes."""
    globs = tuple(without)
    placed = []
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree).as_posix()
        if path.is_dir() or matches(name, globs):
            continue
        mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
        placed.append(Placed(f"{prefix}/{name}", path.read_bytes(), mode))
    return from_files(placed, target)


def from_files(placed: Iterable[Placed], target: Path) -> int:
    """Write a layer of *placed* with the directories they need; return the bytes of the files."""
    total = 0
    made: set[str] = set()
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for item in sorted(placed, key=lambda each: each.target):
            name = item.target.strip("/")
            for parent in reversed(Path(name).parents):
                directory = parent.as_posix()
                if directory != "." and directory not in made:
                    made.add(directory)
                    archive.addfile(_entry(directory, tarfile.DIRTYPE, 0o755, 0))
            if item.content is None:
                made.add(name)
                archive.addfile(_entry(name, tarfile.DIRTYPE, item.mode, 0))
            else:
                total += len(item.content)
                entry = _entry(name, tarfile.REGTYPE, item.mode, len(item.content))
                archive.addfile(entry, io.BytesIO(item.content))
    return total


def _entry(name: str, kind: bytes, mode: int, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.mtime = kind, mode, size, 0
    return entry
