"""Trying the doors of a session, and what they must have said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessionproof.errors import SuiteWrong, Violated
from sessionproof.ports.access import Answer
from sessionproof.verbs.session import StorySession

if TYPE_CHECKING:
    from sessionproof.verbs.stage import Stage

NEVER_ISSUED = "not-the-password"
"""A password that nobody was ever issued: issued ones are random."""


@dataclass(frozen=True)
class Tried:
    """Every door of one session, tried with one credential."""

    session: StorySession
    credential: str
    answers: Sequence[Answer]

    def must_be_closed(self) -> None:
        """
        Only the public doors let the visitor in, and they do.

        A public door may also refuse a credential that is wrong: showing one is a claim.
        """
        claims = self.credential != "no credential"
        wrong = [
            f"{answer.door} is {'closed' if answer.door.public else 'open'}: {answer.status}"
            for answer in self.answers
            if (not claims and not _serves(answer) if answer.door.public else answer.opened)
        ]
        if wrong:
            raise Violated(
                f"{self.session}: doors that are wrong about {self.credential}: {'; '.join(wrong)}"
            )

    def must_be_open(self) -> None:
        """Every door lets the visitor in, and what lies behind it is not broken."""
        wrong = [f"{answer.door}: {answer.status}" for answer in self.answers if not _serves(answer)]
        if wrong:
            raise Violated(f"{self.session}: doors that do not open to {self.credential}: {'; '.join(wrong)}")


def _serves(answer: Answer) -> bool:
    """An ingress that lost its backend answers 502 or 503 to everybody: that lets nobody in."""
    return answer.opened and answer.status < 500


def attempt(stage: Stage, session: StorySession, credential: str) -> Tried:
    """
    Try every door of a session.

    :param credential: in the words of the story: ``no credential``, ``a wrong password``,
        ``another user's credential`` or ``the right credential``.
    """
    user, password = stage.product.credential(session.session)
    match credential:
        case "no credential":
            shown = None
        case "a wrong password":
            shown = (user, NEVER_ISSUED)
        case "another user's credential":
            shown = stage.product.credential(_another(stage, session).session)
        case "the right credential":
            shown = (user, password)
        case _:
            raise SuiteWrong(
                f"the story tries the doors with {credential!r}, which is no credential it knows"
            )
    stage.scene.timeline.mark(f"every door is tried with {credential}", session.session.subject)
    answers = stage.product.try_each(session.url, shown)
    if all(answer.door.public for answer in answers):
        raise SuiteWrong(f"{session}: has no door that asks who comes, so nothing can be shown by trying it")
    return Tried(session, credential, answers)


def _another(stage: Stage, session: StorySession) -> StorySession:
    others = [other for other in stage.sessions if other.session.person != session.session.person]
    if not others:
        raise SuiteWrong("the story speaks of another user's credential, but only one user has a session")
    return others[-1]
