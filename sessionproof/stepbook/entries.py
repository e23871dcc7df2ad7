"""What is known of a step, and how one is found by what it speaks of."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sessionproof.errors import SuiteWrong


@dataclass(frozen=True)
class Parameter:
    """A blank in a phrase."""

    name: str
    word: str
    """What kind of word belongs there, such as ``Persona``; empty where anything may stand."""
    pattern: str
    """The regular expression that it must match as a whole."""
    meaning: str
    values: Mapping[str, str]
    """What may be written, with what it stands for; empty if anything of that kind may."""


@dataclass(frozen=True)
class Example:
    """A step as a story says it."""

    sentence: str
    story: str
    """The scenario's name."""
    file: str
    line: int


@dataclass(frozen=True)
class Step:
    """One phrase that stories may say."""

    keyword: str
    """``Given``, ``When``, ``Then``; ``*`` where any of them will do."""
    phrase: str
    """The phrase with its blanks by name, such as ``{persona} asks for a session``."""
    meaning: str
    """What it does or, for a Then, the witness it looks at."""
    subject: str
    """The first sentence of the file that defines it."""
    file: str
    line: int
    parameters: tuple[Parameter, ...]
    example: Example | None
    """Where a story says it first; None if no finished story does."""
    stories: int
    """How many finished stories say it, a row of an outline being one."""
    needs: tuple[str, ...]
    """Capabilities that every story asks for that says it."""
    targets: tuple[str, ...]
    """Targets on which at least one of those stories is told and not skipped."""

    @property
    def sentence(self) -> str:
        """Keyword and phrase."""
        return f"{self.keyword} {self.phrase}"

    def speaks_of(self, word: str) -> bool:
        """Whether *word* occurs in the phrase, its example, the meaning or the subject, whatever its case."""
        example = self.example.sentence if self.example else ""
        return word.casefold() in "\n".join((self.sentence, example, self.meaning, self.subject)).casefold()


@dataclass(frozen=True)
class Stepbook:
    """The steps, in the order of their files and of their lines."""

    steps: tuple[Step, ...]

    def about(self, words: Sequence[str]) -> Stepbook:
        """
        The steps that speak of every one of *words*; all of them without a word.

        :raises SuiteWrong: if there is none, with the nearest words that steps do speak.
        """
        found = tuple(step for step in self.steps if all(step.speaks_of(word) for word in words))
        if found:
            return replace(self, steps=found)
        for word in words:
            if not any(step.speaks_of(word) for step in self.steps):
                raise SuiteWrong(f"no step speaks of '{word}'; {self._nearest(word)}")
        raise SuiteWrong(
            f"no step speaks of {' and '.join(map(repr, words))} at once; `sessionproof steps` lists all "
            f"{len(self.steps)}"
        )

    def _nearest(self, word: str) -> str:
        spoken = {
            each.casefold(): each
            for step in self.steps
            for each in re.findall(r"\w+", f"{step.phrase} {step.meaning}")
        }
        near = difflib.get_close_matches(word.casefold(), spoken, n=3, cutoff=0.6)
        if near:
            return f"did you mean {' or '.join(repr(spoken[each]) for each in near)}?"
        return f"`sessionproof steps` lists all {len(self.steps)}"
