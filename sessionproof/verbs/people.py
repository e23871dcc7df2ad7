"""A person of a story: what she asks for, opens, types and deletes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sessionproof.catalogue import Resources
from sessionproof.errors import SuiteWrong
from sessionproof.ports.rights import Try
from sessionproof.ports.sessions import Channel, Person, Request, Session
from sessionproof.verbs.admission import Asked, Listed
from sessionproof.verbs.doors import NEVER_ISSUED
from sessionproof.verbs.rights import May, Tried
from sessionproof.verbs.session import StorySession
from sessionproof.verbs.stage import Stage
from sessionproof.verbs.viewing import Viewing

SMALL = Resources(cpu="250m", memory="768Mi")
"""What a person asks for who needs little; less than any template's defaults."""

DEFAULT_TEMPLATE = "desktop"
"""What a person gets who does not say which."""

SHORT_WHILE = 12
"""Seconds that a session may live that is asked for a short while; half of them exceed what an end may be late."""

PARTS = ("Pod", "PersistentVolumeClaim", "Secret", "Service", "Ingress")
"""What a persistent session owns."""


class Actor:
    """A persona on stage."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self._stage = stage
        self.person = person
        self._viewing: Viewing | None = None

    @property
    def viewing(self) -> Viewing:
        """What she looks at."""
        if self._viewing is None:
            raise SuiteWrong(f"the story has {self.person.name} look at a session she has not opened")
        return self._viewing

    def asks_for_session(
        self,
        *,
        template: str = DEFAULT_TEMPLATE,
        persistent: bool | None = None,
        size: str | None = None,
        lifetime: int | None = None,
        by: Channel = "API",
    ) -> StorySession:
        """Ask with her own rights; later budgets are counted from here."""
        request = Request(template, persistent, SMALL if size == "small" else None, lifetime=lifetime)
        asked = self._stage.scene.timeline.mark(f"{self.person.name} asks for a session ({by})")
        session = self._stage.product.create(request, self.person, by)
        story = StorySession(self._stage.scene, self._stage.product, session, asked)
        self._stage.sessions.append(story)
        return story

    def asks_for_short_session(self) -> StorySession:
        """Ask for a session that may live a short while."""
        return self.asks_for_session(lifetime=SHORT_WHILE)

    def asks_for_session_saying(self, by: Channel, fields: Mapping[str, str | int | None]) -> None:
        """Ask with her own rights for a session of which something unusual is said; it may be refused."""
        asked = self._stage.scene.timeline.mark(
            f"{self.person.name} asks for a session with {dict(fields)} ({by})"
        )
        request = Request(DEFAULT_TEMPLATE, fields=fields)
        session, refusal = self._stage.product.admission.attempt(request, self.person, by)
        story = StorySession(self._stage.scene, self._stage.product, session, asked)
        story.refusal = refusal
        self._stage.sessions.append(story)
        self._stage.keep(Asked(self._stage.product.admission, story))

    def lists(self, kind: str) -> None:
        """List a kind of object from the command line, with her own rights."""
        self._stage.keep(Listed(self._stage.product.admission.listing(self.person, kind)))

    def tries_to_change(self, session: StorySession) -> None:
        """Try every way to change the session with her own rights."""
        self._tries("change", session, self._stage.product.rights.try_to_change)

    def tries_to_read_secret(self, session: StorySession) -> None:
        """Try every way to read the session's secret with her own rights."""
        self._tries("read the secret of", session, self._stage.product.rights.try_to_read_secret)

    def rights_must_be_exactly(self, verbs: Iterable[str]) -> None:
        """What she may do with sessions."""
        May(self.person.name, self._stage.product.rights.on_sessions(self.person)).must_be_exactly(verbs)

    def _tries(
        self, what: str, session: StorySession, attempt: Callable[[Session, Person], Sequence[Try]]
    ) -> None:
        said = f"{self.person.name} tries to {what} {session}"
        self._stage.scene.timeline.mark(said, session.session.subject)
        product = self._stage.product
        before = product.state(session.session)
        self._stage.keep(Tried(said, product, session, before, attempt(session.session, self.person)))

    def deletes(self, session: StorySession, *, by: Channel = "API") -> None:
        """Ask for its end with her own rights, and do not wait."""
        session.acted_upon(f"{self.person.name} deletes it ({by})")
        self._stage.product.delete(session.session, self.person, by)

    def has_deleted_session_with_held(self, kind: str) -> None:
        """A running session of hers, one part held, deleted until only that part keeps it."""
        session = self.asks_for_session().must_become("Running", "start")
        session.hold(kind)
        self.deletes(session)
        session.must_be_rid_of([other for other in PARTS if other != kind], "terminate")
        session.must_be_held("Terminating")

    def has_session_without_room(self) -> StorySession:
        """A session of hers that waits because no node takes it."""
        undo = self._stage.deny_room()
        session = self.asks_for_session().must_become("Pending", "start")
        session.survival.must_find_no_room("start")
        undo()  # the session's pod needs what it needs; others that are made later need not share its lot
        session.keep("room", self._stage.make_room)
        return session

    def has_session_kept(self, phase: str) -> None:
        """
        A session of hers in this phase, where it stays as long as its start or what keeps it there lasts.

        :raises SuiteWrong: if nothing is known that keeps a session in this phase.
        """
        match phase:
            case "Pending":
                self.has_session_without_room()
            case "Creating" | "Running":
                self.asks_for_session().must_become(phase, "start")
            case "Terminating":
                self.has_deleted_session_with_held("PersistentVolumeClaim")
            case _:
                raise SuiteWrong(f"the story keeps a session {phase}, and nothing is known that does")

    def opens(self, session: StorySession) -> None:
        """Open its URL in a browser."""
        self._viewing = self._stage.view(session)

    def logs_in(self) -> None:
        """Type the right password into the page she opened."""
        session = self.viewing.session
        self.viewing.log_in(self._stage.product.credential(session.session)[1])

    def logs_in_wrongly(self) -> None:
        """Type a password that was never issued."""
        self.viewing.log_in(NEVER_ISSUED)

    def enters(self, session: StorySession, *, password_of: StorySession) -> None:
        """Open one session and type the password of another."""
        self.opens(session)
        self.viewing.log_in(self._stage.product.credential(password_of.session)[1])

    def is_watching_a_session(self) -> None:
        """A running session of hers, opened, logged in, its first live picture seen."""
        self.opens(self.asks_for_session().must_become("Running", "start"))
        self.logs_in()
        self.viewing.first_picture_must_come("frame_first")

    def types(self, text: str) -> None:
        """Type into her desktop through the browser."""
        self._stage.typed = text
        self.viewing.type(text)
