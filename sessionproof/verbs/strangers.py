"""What strangers have laid beside the sessions, and that nobody touches it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sessionproof.errors import FaultUnproven, SuiteWrong, Violated
from sessionproof.ports.sessions import Person
from sessionproof.ports.strangers import LaysStrangers
from sessionproof.timeline import Subject
from sessionproof.verbs.scene import Scene
from sessionproof.verbs.session import StorySession


class Strangers:
    """The things that strangers have in one story, each with what it was when it was laid."""

    def __init__(self, scene: Scene, product: LaysStrangers) -> None:
        self._scene = scene
        self._product = product
        self._laid: dict[Subject, Mapping[str, Any]] = {}

    def lay_beside(self, session: StorySession, kinds: Iterable[str]) -> None:
        """One of each kind, labelled like the session's own."""
        for kind in kinds:
            self._note(self._product.lay_beside(session.session, kind))

    def lay_in_the_way(self, person: Person, kind: str) -> None:
        """One that has the name which the session that the person asks for next needs for its own."""
        self._note(self._product.lay_in_the_way(person, kind))

    def must_be_untouched(self) -> None:
        """
        Each is the very one that was laid, with what it said and nobody's but its own.

        :raises SuiteWrong: if nothing was laid.
        """
        if not self._laid:
            raise SuiteWrong("the story speaks of strangers' things, but no step before has laid any")
        wrong = [
            f"{thing}: {changed}"
            for thing, before in self._laid.items()
            if (changed := _changed(before, self._product.content(thing)))
        ]
        if wrong:
            raise Violated(f"strangers' things were touched: {'; '.join(wrong)}")

    def must_be_named_by(self, session: StorySession) -> None:
        """The session's message names each of the strangers' things that stand in its way."""
        if not self._laid:
            raise SuiteWrong("the story speaks of strangers' things, but no step before has laid any")
        for thing in self._laid:
            session.message_must_contain(thing.name)

    def _note(self, thing: Subject) -> None:
        content = self._product.content(thing)
        if content is None:
            raise FaultUnproven(f"{thing} of a stranger was laid and is not there")
        self._scene.timeline.mark("laid by a stranger", thing)
        self._laid[thing] = content


def _changed(before: Mapping[str, Any], now: Mapping[str, Any] | None) -> str:
    """What is not as it was, as a phrase; empty if all is."""
    if now is None:
        return "is gone"
    return ", ".join(
        f"{name} was {before.get(name)!r} and is {now.get(name)!r}"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    )
