"""Where a mistake is, and what would have been right: the one form in which the catalogue complains."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sessionproof import errors


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file; ``str()`` gives ``file:line: text``, the form that editors make clickable."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class CatalogueError(errors.SuiteWrong):
    """
    The catalogue, or a tag that refers to it, is wrong; nothing is run with it.

    :ivar problems: every mistake found, in file order; empty for a look-up of an unknown name.
    """

    def __init__(self, message: str | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = () if isinstance(message, str) else tuple(message)
        super().__init__(message if isinstance(message, str) else "\n".join(map(str, message)))


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """Say that *word* is no *what*, with the nearest right word, or all of them when none is near."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if not near:
        folded = {w.casefold(): w for w in words}
        near = [folded[c] for c in difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)]
    if near:
        return f"unknown {what} {word!r}; did you mean {near[0]!r}?"
    shown = ", ".join(words[:12]) + (f" and {len(words) - 12} more" if len(words) > 12 else "")
    return f"unknown {what} {word!r}; known: {shown or 'none'}"
