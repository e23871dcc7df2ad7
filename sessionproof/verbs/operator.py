"""The platform's operator, as a story speaks of it: it dies, and is back."""

from __future__ import annotations

from typing import Protocol

from sessionproof import waiting
from sessionproof.errors import FaultUnproven, NotSeenInTime, SuiteWrong
from sessionproof.ports.faults import ChangesTemplates, DeniesRoom, KillsOperator
from sessionproof.timeline import Moment
from sessionproof.verbs.parts import another_than, something
from sessionproof.verbs.scene import Scene
from sessionproof.verbs.session import StorySession

_RETURN_SECONDS = 60.0
"""How long the end of a scenario waits for an operator that the story did not wait for."""


class Surroundings(KillsOperator, DeniesRoom, ChangesTemplates, Protocol):
    """What sessions stand on, as far as a story may break it."""


class StoryOperator:
    """The operator of the platform that the scenario was lent."""

    def __init__(self, scene: Scene, surroundings: Surroundings) -> None:
        self._scene = scene
        self._surroundings = surroundings
        self._ready = surroundings.operator()
        self._died: Moment | None = None
        self._before: tuple[str, ...] = ()

    def dies_while(self, session: StorySession, phase: str) -> None:
        """
        Its process is killed; afterwards nothing keeps the session in its phase any more.

        Nobody else writes the phase: what a fresh look finds while no operator lives is what it died in.

        :raises FaultUnproven: if it was not there to be killed, did not end, or the phase was another one.
        """
        timeline = self._scene.timeline
        known = waiting.replayed(timeline, self._ready)
        self._before = known[-1].value if known else ()
        if not self._before:
            raise FaultUnproven(
                f"the operator was to die while {session} is {phase}, and is not ready before"
            )
        self._died = session.acted_upon("the operator is killed")
        self._scene.drawn_fault("the operator is away", self._lifted)
        self._surroundings.kill_operator()
        found = session.phase_now()
        if found != phase:
            raise FaultUnproven(
                f"the operator was to die while {session} is {phase!r}, and a look after its death finds {found!r}"
            )
        session.let_go()

    def must_be_back(self, budget: str) -> None:
        """Another replica than those that died is ready."""
        expected = another_than(self._before)
        self._scene.reach("time until the operator is back", self._ready, expected, budget, self._death)

    def ready_from(self, moment: Moment) -> Moment:
        """The first moment from *moment* on at which it is ready, waited for within the agent_back budget."""
        within = self._scene.budget("agent_back")
        return waiting.becomes(self._scene.timeline, self._ready, something(), within=within, since=moment).at

    @property
    def _death(self) -> Moment:
        if self._died is None:
            raise SuiteWrong("the story has the operator back, but no step before has it die")
        return self._died

    def _lifted(self) -> None:
        """One is ready: whether it is another one matters only to a story that says so."""
        try:
            waiting.becomes(self._scene.timeline, self._ready, something(), within=_RETURN_SECONDS)
        except NotSeenInTime as error:
            raise FaultUnproven(f"the operator was killed and is not back: {error}") from error
