"""
What an image is made of: the reading and checking of ``image.toml``.

Nothing here touches the machine; a recipe that reads without error is complete and free of
unknown keys, and every message about one that does not names the file, the key and the value.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sessionproof_cluster.images.errors import RecipeError

FILE_NAME = "image.toml"
REGISTRY = "sessionproof.local"
"""No such host exists: an image under this name can only be loaded, never pulled."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_USER = re.compile(r"[0-9]+:[0-9]+")
_MODE = re.compile(r"0[0-7]{3}")


@dataclass(frozen=True)
class CopiedFile:
    """A file of the recipe's folder that is put into the image."""

    source: Path
    """Absolute path on this machine."""
    target: str
    """Absolute path in the image."""
    mode: int = 0o644
    """Permission bits; the owner is always root, so that the running user cannot change it."""


@dataclass(frozen=True)
class Patch:
    """A replacement in a file of an installed Python package; the build fails if *find* is not there once."""

    file: str
    """Path below the Python library folder, e.g. ``selkies/ice/mdns.py``."""
    find: str
    replace: str
    why: str
    """The defect mended; written down so that a newer release can be checked for it."""


@dataclass(frozen=True)
class Recipe:
    """One ``image.toml``, checked."""

    directory: Path
    name: str
    version: str
    packages: tuple[str, ...]
    """Debian packages beside the essential ones."""
    without: tuple[str, ...]
    """Globs below the root, left out of the base layer."""
    python_package: str | None
    """Workspace member whose locked dependencies and source are installed; None for no Python."""
    python_without: tuple[str, ...]
    """Globs below the Python library folder, left out of the dependency layer."""
    patches: tuple[Patch, ...]
    files: tuple[CopiedFile, ...]
    entrypoint: tuple[str, ...]
    user: str
    """``uid:gid``, numeric, so that the kubelet can check runAsNonRoot."""
    workdir: str
    env: dict[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The name pods give, e.g. ``sessionproof.local/desktop:0.1.0``."""
        return f"{REGISTRY}/{self.name}:{self.version}"


def read(directory: Path) -> Recipe:
    """
    Read ``image.toml`` in *directory*.

    :raises RecipeError: if the file is missing, is no TOML, or has an unknown, missing or ill-formed key.
    """
    path = directory / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecipeError(path, "", "there is no such file; an image is described by an image.toml") from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(path, "", f"not valid TOML: {error}") from error

    top = _Table(path, "", document)
    debian, python, run = top.table("debian"), top.table("python"), top.table("run")
    recipe = Recipe(
        directory=directory.resolve(),
        name=top.text("name", pattern=_NAME),
        version=top.text("version", pattern=_VERSION),
        packages=debian.texts("packages"),
        without=debian.texts("without"),
        python_package=python.text("package") if "package" in python.content else None,
        python_without=python.texts("without"),
        patches=tuple(_patch(table) for table in python.tables("patch")),
        files=tuple(_copied_file(table, directory.resolve()) for table in top.tables("file")),
        entrypoint=run.texts("entrypoint", required=True),
        user=run.text("user", default="1000:1000", pattern=_USER),
        workdir=run.text("workdir", default="/"),
        env=run.strings("env"),
    )
    for table in (top, debian, python, run):
        table.done()
    return recipe


def _patch(table: _Table) -> Patch:
    patch = Patch(table.text("file"), table.text("find"), table.text("replace"), table.text("why"))
    table.done()
    return patch


def _copied_file(table: _Table, directory: Path) -> CopiedFile:
    source = directory / table.text("source")
    if not source.is_file():
        raise table.error("source", f"{source} is not a file")
    target = table.text("target")
    if not target.startswith("/"):
        raise table.error("target", f"{target!r} is not an absolute path in the image")
    mode = table.text("mode", default="0644", pattern=_MODE)
    table.done()
    return CopiedFile(source, target, int(mode, 8))


class _Table:
    """One TOML table that knows its place in the file and which of its keys were read."""

    def __init__(self, path: Path, place: str, content: Any) -> None:
        self.path, self.place = path, place
        if not isinstance(content, dict):
            raise RecipeError(path, place, f"must be a table, found {content!r}")
        self.content = content
        self._known: set[str] = set()

    def error(self, key: str, message: str) -> RecipeError:
        return RecipeError(self.path, f"{self.place}.{key}" if self.place else key, message)

    def _get(self, key: str, default: Any) -> Any:
        self._known.add(key)
        return self.content.get(key, default)

    def text(self, key: str, *, default: str | None = None, pattern: re.Pattern[str] | None = None) -> str:
        value = self._get(key, default)
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, str) or not value:
            raise self.error(key, f"must be a text that is not empty, found {value!r}")
        if pattern and not pattern.fullmatch(value):
            raise self.error(key, f"{value!r} does not have the form {pattern.pattern}")
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(key, f"must be a list of texts, found {value!r}")
        if required and not value:
            raise self.error(key, "is missing or empty")
        return tuple(value)

    def strings(self, key: str) -> dict[str, str]:
        value = self._get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.error(key, f"must be a table of texts, found {value!r}")
        return dict(value)

    def table(self, key: str) -> _Table:
        return _Table(self.path, key, self._get(key, {}))

    def tables(self, key: str) -> list[_Table]:
        value = self._get(key, [])
        place = f"{self.place}.{key}" if self.place else key
        if not isinstance(value, list):
            raise self.error(key, f"must be written as [[{place}]], found {value!r}")
        return [_Table(self.path, f"{place}[{index}]", item) for index, item in enumerate(value)]

    def done(self) -> None:
        """Refuse what nobody asked for: a misspelt key must not be ignored."""
        for key in self.content:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, 1, cutoff=0)
                raise self.error(key, f"is not a known key; did you mean {near[0]!r}?")
