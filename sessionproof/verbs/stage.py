"""What a story has brought about so far: its sessions, its viewings, and what its last acts came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from sessionproof.errors import SuiteWrong
from sessionproof.ports.faults import Undo
from sessionproof.ports.strangers import LaysStrangers
from sessionproof.ports.viewing import Viewer
from sessionproof.verbs import doors
from sessionproof.verbs.admission import Asked, Listed
from sessionproof.verbs.crowd import Crowd
from sessionproof.verbs.lifetime import Lifetime
from sessionproof.verbs.operator import StoryOperator, Surroundings
from sessionproof.verbs.rights import Held, Tried
from sessionproof.verbs.scene import Scene
from sessionproof.verbs.session import Product, StorySession
from sessionproof.verbs.strangers import Strangers
from sessionproof.verbs.viewing import Viewing

if TYPE_CHECKING:
    from sessionproof.verbs.people import Actor

_T = TypeVar("_T")


@dataclass
class Stage:
    """The sessions and viewings of one story, in the order in which they came about."""

    scene: Scene
    product: Product
    open_viewer: Callable[[], Viewer]
    """A fresh browser profile for one viewer; closed by the world."""
    person: Callable[[str], Actor]
    """Finds a persona by name."""
    surroundings: Surroundings
    strangers: LaysStrangers
    sessions: list[StorySession] = field(default_factory=list)
    viewings: list[Viewing] = field(default_factory=list)
    typed: str = ""
    """The text that was typed last."""
    _told: dict[type, object] = field(default_factory=dict)
    """What the last act of each sort came to, for the steps that judge it."""

    @property
    def crowd(self) -> Crowd:
        """Everybody who has a session."""
        return Crowd(self)

    @property
    def asked(self) -> Asked:
        """The last request that told the platform something unusual."""
        return self._last(Asked, "a request that says something of its own")

    @property
    def doors(self) -> doors.Tried:
        """What the doors said that were tried last."""
        return self._last(doors.Tried, "doors")

    @property
    def listed(self) -> Listed:
        """The last list."""
        return self._last(Listed, "a list")

    @property
    def tried(self) -> Tried:
        """What somebody tried last without a right to it."""
        return self._last(Tried, "an attempt")

    @property
    def held(self) -> Held:
        """The operator's rights, as they were read last."""
        return self._last(Held, "the operator's rights")

    def keep(self, told: object) -> None:
        """What an act came to is judged by the steps that follow."""
        self._told[type(told)] = told

    def reads_operator_rights(self) -> None:
        """Every right of the operator is read from the cluster."""
        self.keep(Held(self.product.rights.of_operator()))

    def _last(self, kind: type[_T], what: str) -> _T:
        found = self._told.get(kind)
        if not isinstance(found, kind):
            raise SuiteWrong(f"the story judges {what}, but no step before has brought one about")
        return found

    @cached_property
    def operator(self) -> StoryOperator:
        """The platform's operator."""
        return StoryOperator(self.scene, self.surroundings)

    @cached_property
    def others(self) -> Strangers:
        """Strangers, and what they have laid beside the sessions."""
        return Strangers(self.scene, self.strangers)

    def lifetime(self, session: StorySession) -> Lifetime:
        """How long a session may live."""
        return Lifetime(self.scene, self.product, session, self.operator)

    def deny_room(self) -> Undo:
        """No node has what sessions need that are asked for from now on, at the latest until the scenario ends."""
        return self.scene.drawn_fault("no room for sessions", self.surroundings.deny_room())

    def make_room(self) -> None:
        """Every node has what was needed, until the scenario ends."""
        self.scene.fault(self.surroundings.make_room())

    def change_template_of(self, session: StorySession) -> None:
        """Another desktop is offered under the name that the session was asked for by; put back at the end."""
        name = session.session.request.template
        session.acted_upon(f"template {name} is changed")
        self.scene.drawn_fault(f"template {name} changed", self.surroundings.change_template(name))

    def withdraw_template_of(self, session: StorySession) -> None:
        """Nothing is offered any more under the name that it was asked for by; put back at the end."""
        name = session.session.request.template
        session.acted_upon(f"template {name} is deleted")
        self.scene.drawn_fault(f"template {name} deleted", self.surroundings.withdraw_template(name))

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

    # -- what must be seen of several ------------------------------------------------------------------

    def every_viewing_must_be_live(self) -> None:
        """
        Every picture that is open is live and its own session's.

        :raises SuiteWrong: if none is open.
        """
        for viewing in self.viewings or [self.viewing]:
            viewing.must_be_live()

    def must_open_with_right_password(self, session: StorySession) -> None:
        """The positive control: in a browser of its own, the right password shows a live picture."""
        viewing = self.view(session)
        viewing.log_in(self.product.credential(session.session)[1])
        viewing.first_picture_must_come("frame_first")
        viewing.must_be_live()

    def tries_doors(self, session: StorySession, credential: str) -> None:
        """Every door of a session is tried; what they said is judged by the next steps."""
        self.keep(doors.attempt(self, session, credential))

    def doors_must_open(self, session: StorySession) -> None:
        """The positive control: every door opens to the right credential."""
        doors.attempt(self, session, "the right credential").must_be_open()
