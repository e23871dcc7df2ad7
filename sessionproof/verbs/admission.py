"""Requests that may be refused: what must come of a wrong one, and of a right one that looks strange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sessionproof.errors import SuiteWrong, Violated
from sessionproof.ports.admission import Admission, Printed
from sessionproof.verbs.session import StorySession


@dataclass(frozen=True)
class Asked:
    """A request that told the platform something unusual, and the session it was for."""

    admission: Admission
    session: StorySession

    def must_be_refused_at_admission(self, field: str) -> None:
        """The platform refused it on the spot, as invalid, and named the field."""
        refusal, path = self.session.refusal, self.admission.path(field)
        if refusal is None:
            raise Violated(
                f"{self.session}: was let in; expected a refusal that names {path}; "
                f"there is now: {', '.join(self.admission.made(self.session.session)) or 'nothing'}"
            )
        if not refusal.invalid:
            raise Violated(f"{self.session}: was refused, but not because it is invalid: {refusal.words}")
        if path not in refusal.words:
            raise Violated(f"{self.session}: the refusal does not name {path}: {refusal.words}")

    def must_be_refused(self, field: str) -> None:
        """It was refused on the spot or failed at once, and the reason names the field and what was said of it."""
        if self.session.refusal is not None:
            self.must_be_refused_at_admission(field)
            return
        self.session.must_become("Failed", "start")
        self.session.message_must_contain(field)
        self.session.message_must_contain(str(self.session.session.request.fields[field]))

    def must_have_made_nothing(self) -> None:
        """There is no such session, and nothing that carries its label."""
        if made := self.admission.made(self.session.session):
            raise Violated(f"{self.session}: a fresh look finds {', '.join(made)}")

    def host_must_be_named(self, label: str) -> None:
        """The host it reports is its user's, or the session's own if another session has that."""
        allowed = self.admission.hosts(self.session.session, label)
        host = urlsplit(self.session.url).hostname
        if host not in allowed:
            raise Violated(
                f"{self.session}: its host is {host!r}; expected {' or '.join(map(repr, allowed))}"
            )


@dataclass(frozen=True)
class Listed:
    """Sessions as the command line lists them."""

    printed: Printed

    def must_show(self, session: StorySession, headings: Sequence[str]) -> None:
        """
        One row is the session's, and under each heading stands what the session really says.

        :raises SuiteWrong: if it is not known what must stand under a heading.
        """
        known = {
            "User": session.session.user,
            "Phase": session.phase,
            "URL": session.url,
        }
        if unknown := [heading for heading in headings if heading not in known]:
            raise SuiteWrong(f"the story speaks of a column {unknown[0]}; known: {', '.join(known)}")
        expected = {heading.upper(): known[heading] for heading in headings}
        rows = [row for row in self.printed.rows if row.get("NAME") == session.session.subject.name]
        if [{key: row.get(key) for key in expected} for row in rows] != [expected]:
            raise Violated(
                f"{session}: `{self.printed.command}` does not show it with {expected}; it printed:\n"
                f"{self.printed.text}"
            )
