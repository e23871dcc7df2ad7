"""Rights: what must not be allowed, seen in the roles and by trying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sessionproof.errors import SuiteWrong, Violated
from sessionproof.ports.rights import Rule, Try
from sessionproof.ports.sessions import Inspected
from sessionproof.verbs.session import StorySession


@dataclass(frozen=True)
class Held:
    """All that the operator may do."""

    rules: Sequence[Rule]

    def must_hold_no_wildcard(self) -> None:
        """
        No verb, group, resource or path in them stands for more than it says.

        :raises SuiteWrong: if there is no rule at all: then another's rights were read.
        """
        if not self.rules:
            raise SuiteWrong("no right of the operator was found, though it acts: another's rights were read")
        wrong = [f"{rule} (wildcard {', '.join(rule.wildcards)})" for rule in self.rules if rule.wildcards]
        if wrong:
            raise Violated(f"the operator's rights hold a wildcard: {'; '.join(wrong)}")


@dataclass(frozen=True)
class Tried:
    """What a person tried in every way, and the session as it was before."""

    what: str
    """As in *alice tries to change session 'x'*."""
    product: Inspected
    session: StorySession
    before: Mapping[str, Any] | None
    tries: Sequence[Try]

    def must_be_refused(self) -> None:
        """In every way she was told that she has no right to it; any other answer came after the right was granted."""
        if not self.tries:
            raise SuiteWrong(f"{self.what}: nothing was tried")
        if wrong := [str(each) for each in self.tries if not each.refused]:
            raise Violated(f"{self.what} and is not refused: {'; '.join(wrong)}")

    def must_have_changed_nothing(self) -> None:
        """By a fresh look the session says the same as before; what the operator reports may have moved on."""
        before, now = _asked_for(self.before), _asked_for(self.product.state(self.session.session))
        if before != now:
            raise Violated(f"{self.what}, and it has changed: before {before}, now {now}")


@dataclass(frozen=True)
class May:
    """What a person may do with sessions."""

    who: str
    allowed: Sequence[str]

    def must_be_exactly(self, verbs: Iterable[str]) -> None:
        """These verbs and no other."""
        wanted = set(verbs)
        wrong = [f"may not {verb}" for verb in sorted(wanted - {*self.allowed})]
        wrong += [f"may {verb}" for verb in self.allowed if verb not in wanted]
        if wrong:
            raise Violated(
                f"{self.who} {', '.join(wrong)} sessions, by the cluster's own review of her rights; "
                f"expected are {', '.join(sorted(wanted))} and nothing else"
            )


def _asked_for(state: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if state is None:
        return None
    about = state.get("metadata", {})
    return {"spec": state.get("spec"), "generation": about.get("generation"), "labels": about.get("labels")}
