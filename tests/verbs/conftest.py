"""A scenario on a virtual clock, with a product and windows in memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sessionproof.model.budgets import Budget
from sessionproof.model.clock import VirtualClock
from sessionproof.model.stamps import marker_of
from sessionproof.ports.sessions import Person
from sessionproof.timeline import Timeline
from sessionproof.verbs.people import Actor
from sessionproof.verbs.scene import Scene
from sessionproof.verbs.session import StorySession
from sessionproof.verbs.stage import Stage
from sessionproof.verbs.viewing import Viewing
from sessionproof.waiting import KUBERNETES_WATCH
from tests.verbs.fake_product import EVERY_PART, FakeProduct, part
from tests.verbs.fake_surroundings import FakeStrangers, FakeSurroundings
from tests.verbs.fake_viewer import FakeViewer, Picture

BUDGETS = {
    budget.name: budget
    for budget in (
        Budget("start", 30),
        Budget("start_cold", 60),
        Budget("terminate_10", 30),
        Budget("recreate", 30),
        Budget("terminate", 10),
        Budget("live", 5),
        Budget("expire", 5),
        Budget("agent_back", 30),
        Budget("settle", 20, kind="lower"),
        Budget("frame_first", 10),
        Budget("viewer_told", 5),
        Budget("video_p50", 50, "ms"),
        Budget("input_p95", 100, "ms"),
    )
}
ERROR_BOUND = 0.05
"""Seconds by which the watch is late."""


class Story:
    """What one test tells: seconds are counted from the beginning of the scenario."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.timeline = Timeline(self.clock)
        self.timeline.source(KUBERNETES_WATCH, ERROR_BOUND)
        self.product = FakeProduct(self.timeline)
        self.scene = Scene(self.timeline, BUDGETS.__getitem__)
        self.windows: list[FakeViewer] = []
        self.surroundings = FakeSurroundings(self.timeline)
        self.strangers = FakeStrangers()
        self.stage = Stage(
            self.scene,
            self.product,
            self._open_window,
            lambda name: self.people[name],
            self.surroundings,
            self.strangers,
        )
        self.alice = Actor(self.stage, Person("alice", "alice@example.test"))
        self.bob = Actor(self.stage, Person("bob", "bob@example.test"))
        self.people = {"alice": self.alice, "bob": self.bob}

    # -- what happens ----------------------------------------------------------------------------------

    def at(self, seconds: float, action: Callable[[], object]) -> None:
        """Let something happen at that second."""
        self.clock.at(seconds, action)

    def phases(self, session: StorySession, **when: float) -> None:
        """The phases of a session, each with its second."""
        for phase, seconds in when.items():
            self.at(seconds, lambda phase=phase: self.product.become(session.session, phase))  # type: ignore[misc]

    def running(self, who: Actor) -> StorySession:
        """A running session with all its parts and an address, made within the first second of asking."""
        session = who.asks_for_session()
        self.product.become(session.session, "Pending")
        self.product.own(session.session, *EVERY_PART)
        self.product.become(session.session, "Creating")
        self.clock.advance(1)
        self.product.become(session.session, "Running", url=f"https://{session.session.subject.name}.test")
        return session

    def losing(self, session: StorySession, *kinds: str, at: float) -> None:
        """Parts of the session go at that second."""
        for kind in kinds:
            self.at(at, lambda kind=kind: self.product.forget(part(session.session, kind)))  # type: ignore[misc]

    def gone(self, session: StorySession, *, at: float) -> None:
        """The session's own object goes at that second."""
        self.at(at, lambda: self.product.forget(session.session.subject))

    def watching(self, who: Actor) -> tuple[Viewing, FakeViewer]:
        """A running session that is looked at, with a live picture."""
        session = self.running(who)
        who.opens(session)
        window = self.windows[-1]
        window.picture = self.picture_of(session)
        return who.viewing, window

    # -- what it is like -------------------------------------------------------------------------------

    def picture_of(self, session: StorySession) -> Picture:
        """The session's own picture, live from now on."""
        return Picture(marker_of(session.session.subject.name), begins=self.clock.now().mono)

    @property
    def written_down(self) -> list[tuple[str, float, str, bool]]:
        """Every measurement: name, judged figure rounded to a tenth, budget, whether it was kept."""
        return [
            (each.measured.name, round(getattr(each.measured, each.at), 1), each.budget.name, each.kept)
            for each in self.scene.judged
        ]

    def _open_window(self) -> FakeViewer:
        self.windows.append(FakeViewer(self.clock))
        return self.windows[-1]


@pytest.fixture
def story() -> Story:
    return Story()
