"""A person of a story: what she asks for, opens, types and deletes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sessionproof.catalogue import Resources
from sessionproof.errors import SuiteWrong
from sessionproof.ports.sessions import Channel, Person, Request
from sessionproof.ports.viewing import Viewer
from sessionproof.verbs.scene import Scene
from sessionproof.verbs.session import Product, StorySession
from sessionproof.verbs.viewing import Viewing

SMALL = Resources(cpu="250m", memory="768Mi")
"""What a person asks for who needs little; less than any template's defaults."""

DEFAULT_TEMPLATE = "desktop"
"""What a person gets who does not say which."""

PARTS = ("Pod", "PersistentVolumeClaim", "Secret", "Service", "Ingress")
"""What a persistent session owns."""

NEVER_ISSUED = "not-the-password"
"""A password that nobody was ever issued: issued ones are random."""


@dataclass
class Stage:
    """The sessions and viewings of one story, in the order in which they came about."""

    scene: Scene
    product: Product
    open_viewer: Callable[[], Viewer]
    """A fresh browser profile for one viewer; closed by the world."""
    sessions: list[StorySession] = field(default_factory=list)
    viewings: list[Viewing] = field(default_factory=list)
    typed: str = ""
    """The text that was typed last."""

    @property
    def session(self) -> StorySession:
        """The session asked for last."""
        if not self.sessions:
            raise SuiteWrong("the story speaks of the session, but no step before has asked for one")
        return self.sessions[-1]

    @property
    def viewing(self) -> Viewing:
        """What was opened last."""
        if not self.viewings:
            raise SuiteWrong("the story speaks of a picture, but no step before has opened a session")
        return self.viewings[-1]

    def session_of(self, name: str) -> StorySession:
        """The session that the persona asked for last."""
        own = [session for session in self.sessions if session.session.person.name == name]
        if not own:
            raise SuiteWrong(
                f"the story speaks of {name}'s session, but no step before has {name} ask for one"
            )
        return own[-1]

    def view(self, session: StorySession) -> Viewing:
        """Open a session's URL in a browser of its own."""
        viewing = Viewing(self.scene, self.open_viewer(), session)
        self.viewings.append(viewing)
        viewing.open()
        return viewing


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
        by: Channel = "API",
    ) -> StorySession:
        """Ask with her own rights; later budgets are counted from here."""
        request = Request(template, persistent, SMALL if size == "small" else None)
        asked = self._stage.scene.timeline.mark(f"{self.person.name} asks for a session ({by})")
        session = self._stage.product.create(request, self.person, by)
        story = StorySession(self._stage.scene, self._stage.product, session, asked)
        self._stage.sessions.append(story)
        return story

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
