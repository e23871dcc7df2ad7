"""What verbs expect of the things a session owns and of the text that reaches it, in words of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.core.isequal import IsEqual
from hamcrest.core.description import Description


class _OneOfEach(BaseMatcher[Any]):
    def __init__(self, kinds: Iterable[str]) -> None:
        self._kinds = tuple(kinds)

    def _matches(self, item: Any) -> bool:
        return isinstance(item, tuple) and not self._missing(item)

    def describe_to(self, description: Description) -> None:
        description.append_text(f"one of each kind ({', '.join(self._kinds)})")

    def describe_mismatch(self, item: Any, mismatch_description: Description) -> None:
        missing = self._missing(item if isinstance(item, tuple) else ())
        mismatch_description.append_text(f"no {' and no '.join(missing)}")

    def _missing(self, parts: tuple[str, ...]) -> list[str]:
        there = {part.partition(" ")[0] for part in parts}
        return [kind for kind in self._kinds if kind not in there]


class _Nothing(IsEqual):
    def __init__(self) -> None:
        super().__init__(())

    def describe_to(self, description: Description) -> None:
        description.append_text("nothing")


class _Something(BaseMatcher[Any]):
    def _matches(self, item: Any) -> bool:
        return bool(item)

    def describe_to(self, description: Description) -> None:
        description.append_text("anything")


class _Another(BaseMatcher[Any]):
    def __init__(self, lost: Sequence[str]) -> None:
        self._lost = tuple(lost)

    def _matches(self, item: Any) -> bool:
        return isinstance(item, tuple) and bool(item) and not set(item) & set(self._lost)

    def describe_to(self, description: Description) -> None:
        description.append_text(f"another one than {', '.join(self._lost) or 'none'}")


NOTHING = _Nothing()
"""No part is left."""


def one_of_each(kinds: Iterable[str]) -> BaseMatcher[Any]:
    """At least one part of each kind is there; whether there are others is for a fresh look to tell."""
    return _OneOfEach(kinds)


def something() -> BaseMatcher[Any]:
    """Any part is there."""
    return _Something()


def another_than(lost: Sequence[str]) -> BaseMatcher[Any]:
    """Something is there, and none of the *lost*."""
    return _Another(lost)


def doubled(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts of which there is another one of the same kind."""
    counted = Counter(part.partition(" ")[0] for part in parts)
    return tuple(part for part in parts if counted[part.partition(" ")[0]] > 1)


def unlike(received: str, text: str) -> str:
    """Where what was received leaves the text, as the end of a sentence."""
    place = next(
        (index for index, (one, other) in enumerate(zip(received, text, strict=False)) if one != other),
        min(len(received), len(text)),
    )
    if place == len(received):
        return f"; nothing after key {place}" if received else ""
    return f"; key {place + 1} is {received[place]!r}" + (
        f" instead of {text[place]!r}" if text[place:] else ""
    )
