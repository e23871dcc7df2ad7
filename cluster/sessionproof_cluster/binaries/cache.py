"""
Where built programs lie, how they are told whole from broken, and who may write there.

A directory per set of programs; a manifest beside them says size, time and checksum of each. A file that
the manifest does not describe as it is now counts as not built.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST = "manifest.json"


def root() -> Path:
    """``sessionproof`` in the user's cache directory."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sessionproof"


@dataclass(frozen=True)
class Entry:
    """What the manifest knows of one program."""

    recipe: str
    """Checksum of what it was built from."""
    sha256: str
    size: int
    modified_ns: int

    @classmethod
    def of(cls, file: Path, recipe: str) -> Entry:
        """Describe a finished file."""
        status = file.stat()
        return cls(recipe, checksum(file), status.st_size, status.st_mtime_ns)

    def describes(self, file: Path) -> bool:
        """Tell cheaply, by size and time, whether the file is still the one described."""
        try:
            status = file.stat()
        except FileNotFoundError:
            return False
        return (status.st_size, status.st_mtime_ns) == (self.size, self.modified_ns)


def checksum(file: Path) -> str:
    """SHA-256 of a file's content, in hex."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def read_manifest(directory: Path) -> dict[str, Entry]:
    """Read what is known of a directory's programs; nothing when there is no manifest or it is damaged."""
    try:
        entries = json.loads((directory / MANIFEST).read_text())
        return {name: Entry(**entry) for name, entry in entries.items()}
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, AttributeError):
        return {}


def write_manifest(directory: Path, entries: dict[str, Entry]) -> None:
    """Replace the manifest in one step, so that a reader never sees half of it."""
    written = directory / f".{MANIFEST}.{os.getpid()}"
    written.write_text(json.dumps({name: asdict(entry) for name, entry in entries.items()}, indent=1))
    written.replace(directory / MANIFEST)


def adopt(name: str, recipe: str, directory: Path) -> Entry | None:
    """
    Take over a program that another directory holds, built from exactly the same things.

    It is linked, not copied, so a change to one small program costs neither the disk space nor the time
    of the nine others.
    """
    for manifest in sorted(directory.parent.glob(f"*/{MANIFEST}")):
        other = manifest.parent
        entry = read_manifest(other).get(name)
        if other != directory and entry and entry.recipe == recipe and entry.describes(other / name):
            (directory / name).unlink(missing_ok=True)
            (directory / name).hardlink_to(other / name)
            return entry
    return None


@contextlib.contextmanager
def locked(directory: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the only right to write into *directory*; *waiting* is called once if another process has it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
