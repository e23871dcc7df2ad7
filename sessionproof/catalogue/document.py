"""YAML with places: every value knows its line, every mistake is collected, none is guessed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from sessionproof.catalogue.places import CatalogueError, Problem, unknown

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C: a tenth of the time


class Document:
    """One YAML file and the mistakes found in it so far."""

    def __init__(self, file: Path, shown: str) -> None:
        """
        Read *file*; mistakes call it *shown*.

        :raises CatalogueError: if it cannot be read or is no YAML.
        """
        self.file = file
        self.shown = shown
        self.problems: list[Problem] = []
        try:
            text = file.read_text(encoding="utf-8")
            self.root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
        except OSError as error:
            raise CatalogueError([Problem(shown, 1, f"cannot be read: {error.strerror} ({file})")]) from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            text = f"no valid YAML: {error.problem or error.context}"
            raise CatalogueError([Problem(shown, mark.line + 1 if mark else 1, text)]) from error

    def wrong(self, node: yaml.Node | None, text: str) -> None:
        """Note a mistake at *node*; at the first line if there is none."""
        self.problems.append(Problem(self.shown, node.start_mark.line + 1 if node else 1, text))

    def unknown(self, node: yaml.Node, what: str, word: str, known: Iterator[str] | list[str]) -> None:
        """Note that *word* at *node* is no *what*."""
        self.wrong(node, unknown(what, word, known))

    def pairs(self, node: yaml.Node | None, what: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The keys of a mapping with the nodes of key and value; a key given twice is a mistake."""
        if not isinstance(node, yaml.MappingNode):
            if node is not None and not _is_empty(node):
                self.wrong(node, f"{what} must be a mapping of names to values")
            return {}
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, f"a name in {what} must be plain text")
            elif key.value in found:
                first = found[key.value][0].start_mark.line + 1
                self.wrong(key, f"{key.value!r} is given twice in {what}; first in line {first}")
            else:
                found[key.value] = (key, value)
        return found

    def finish(self) -> None:
        """:raises CatalogueError: with all mistakes noted, in order."""
        if self.problems:
            raise CatalogueError(sorted(set(self.problems)))


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"
