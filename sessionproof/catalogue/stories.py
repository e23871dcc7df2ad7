"""The scenarios as they stand in the feature files: their places, names and tags, nothing of their run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sessionproof.catalogue.places import CatalogueError, Problem


@dataclass(frozen=True)
class Tag:
    """A tag without its ``@``, and where it was written."""

    name: str
    line: int


@dataclass(frozen=True)
class Story:
    """One scenario, or one row of an outline, with the tags that hold for it."""

    file: str
    line: int
    name: str
    own: tuple[Tag, ...]
    """Tags of the scenario, of its rule, and of the examples table it comes from."""
    feature: tuple[Tag, ...]
    """Tags of the feature."""
    feature_line: int = 1

    @property
    def tags(self) -> tuple[str, ...]:
        """All tag names that hold, each once, the feature's first."""
        return tuple(dict.fromkeys(tag.name for tag in (*self.feature, *self.own)))

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.name}"


def stories_of(feature: Any, file: str | None = None) -> Iterator[Story]:
    """The stories of a feature that behave has parsed; *file* is what they call its file."""
    shown = file if file is not None else str(feature.filename)
    tags = _tags(feature)

    def walk(item: Any, inherited: tuple[Tag, ...]) -> Iterator[Story]:
        for child in item.run_items:
            own = (*inherited, *_tags(child))
            if child.type == "rule":
                yield from walk(child, own)
            elif child.type == "scenario_outline":
                for row in child.scenarios:
                    yield Story(shown, row.line, row.name, _row_tags(child, row, own), tags, feature.line)
            else:
                yield Story(shown, child.line, child.name, own, tags, feature.line)

    yield from walk(feature, ())


def read_stories(folder: Path | str = "features") -> list[Story]:
    """
    Parse every feature file under *folder*; files are named relative to the folder's parent.

    :raises CatalogueError: for a feature file that behave's parser refuses.
    """
    return [story for shown, feature in read_features(folder) for story in stories_of(feature, shown)]


def read_features(folder: Path | str = "features") -> list[tuple[str, Any]]:
    """
    Every feature under *folder* as behave parses it, by its file's name relative to the folder's parent.

    :raises CatalogueError: for a feature file that behave's parser refuses.
    """
    from behave.parser import ParserError, parse_file  # behave takes 60 ms to import: only who needs it pays

    root = Path(folder)
    found: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for path in sorted(root.rglob("*.feature")):
        shown = path.relative_to(root.parent).as_posix()
        try:
            feature = parse_file(str(path))
        except ParserError as error:
            problems.append(Problem(shown, error.line or 1, str(error).split("\n", 1)[0]))
            continue
        if feature is not None:
            found.append((shown, feature))
    if problems:
        raise CatalogueError(problems)
    return found


def _tags(item: Any) -> tuple[Tag, ...]:
    return tuple(Tag(str(tag), tag.line) for tag in item.tags)


def _row_tags(outline: Any, row: Any, own: tuple[Tag, ...]) -> tuple[Tag, ...]:
    known = {tag.name for tag in own}
    places = {str(tag): tag.line for table in outline.examples for tag in table.tags}
    extra = (str(tag) for tag in row.tags if str(tag) not in known)
    return (*own, *(Tag(name, places.get(name, row.line)) for name in extra))
