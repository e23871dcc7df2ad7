"""How long a session may live: it is ended at the end of its lifetime, neither before nor much later."""

from __future__ import annotations

from sessionproof import waiting
from sessionproof.errors import SuiteWrong, TargetUnavailable, Violated
from sessionproof.timeline import Moment, Seen
from sessionproof.verbs.operator import StoryOperator
from sessionproof.verbs.parts import something
from sessionproof.verbs.scene import Scene
from sessionproof.verbs.session import Product, StorySession

STAMP_SECONDS = 1.0
"""Kubernetes stamps whole seconds: clocks that differ by less cannot be told apart by them."""


class Lifetime:
    """
    The lifetime of one session, counted from the first start that its status ever told.

    A status that is rewritten later, by an operator that has forgotten the first, does not move its end.
    """

    def __init__(
        self, scene: Scene, product: Product, session: StorySession, operator: StoryOperator
    ) -> None:
        self._scene = scene
        self._product = product
        self._story = session
        self._operator = operator
        asked = session.session.request.lifetime
        if asked is None:
            raise SuiteWrong(f"the story speaks of the lifetime of {session}, but nobody has given it one")
        self.seconds = asked

    def reach_middle(self) -> None:
        """
        Half of it goes by, and the session is Running all the while.

        :raises SuiteWrong: if the half is so short that an end that is late by it would still be in time.
        """
        late = self._scene.budget("expire")
        if self.seconds / 2 <= late.seconds:
            raise SuiteWrong(
                f"half of a lifetime of {self.seconds} s is within {late}: a clock begun anew in its middle "
                "could not be told from one that goes on"
            )
        now = self._scene.timeline.now()
        left = self._started.later(self.seconds / 2).after(now)
        phase = self._product.phase(self._story.session)
        waiting.stays(self._scene.timeline, phase, "Running", for_=max(0.0, left), since=now)

    def must_end(self, budget: str) -> None:
        """
        Its deletion is asked for at its end, by nobody of the story, and the watch sees it within the budget.

        An operator that is away at that moment owes it from when it is back.

        :raises Violated: if it is deleted before.
        :raises TargetUnavailable: if the platform's clock and this machine's are not the same.
        """
        timeline, ending = self._scene.timeline, self._product.ending(self._story.session)
        end = self._started.later(self.seconds)
        try:
            waiting.never(timeline, ending, something(), since=self._start.since, until=end)
        except Violated as error:
            raise Violated(
                f"{self._story}: was ended before its lifetime of {self.seconds} s was over; {error}"
            ) from error
        since = max(end, self._operator.ready_from(end))
        reached = self._scene.reach("time past its lifetime", ending, something(), budget, since)
        self._story.came_to_end(reached.at)
        self._must_agree_with_stamp(reached.at)

    def _must_agree_with_stamp(self, seen: Moment) -> None:
        """The API server's own stamp of the deletion: beside the start's, one clock tells whether it was early."""
        stamps = waiting.replayed(self._scene.timeline, self._product.ending(self._story.session))
        stamp = next((each.value for each in stamps if isinstance(each.value, float)), None)
        if stamp is None:
            return
        early = self._start.value + self.seconds - stamp
        if early > 0:
            raise Violated(
                f"{self._story}: its end is stamped {early:g} s before its lifetime of {self.seconds} s was over"
            )
        if seen.wall < stamp - STAMP_SECONDS:
            raise TargetUnavailable(
                f"{self._story}: its end is stamped {stamp - seen.wall:.1f} s after it was seen here: "
                "the platform's clock and this machine's differ too much for a verdict on its lifetime"
            )

    @property
    def _started(self) -> Moment:
        """By the platform's clock, which is taken for this machine's."""
        now = self._scene.timeline.now()
        return now.later(self._start.value - now.wall)

    @property
    def _start(self) -> Seen:
        seen = waiting.replayed(self._scene.timeline, self._product.started(self._story.session))
        told = [each for each in seen if isinstance(each.value, float)]
        if not told:
            raise Violated(f"{self._story}: never told when its lifetime began")
        return told[0]
