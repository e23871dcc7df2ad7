"""What a session must bear: the loss of a part, of its pod, of its operator, and a change of its template."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from sessionproof import waiting
from sessionproof.errors import FaultUnproven, SuiteWrong, Violated
from sessionproof.verbs.parts import another_than, doubled, one_of_each, something
from sessionproof.verbs.scene import Scene

if TYPE_CHECKING:
    from sessionproof.verbs.session import Product, StorySession


class Survival:
    """One session through what is done to it and around it."""

    def __init__(self, scene: Scene, product: Product, story: StorySession) -> None:
        self._scene = scene
        self._product = product
        self._story = story
        self._session = story.session
        self._lost: dict[str, tuple[str, ...]] = {}
        """What it had of a kind before that was taken away."""
        self._note = ""

    # -- a part is lost --------------------------------------------------------------------------------

    def lose(self, kind: str) -> None:
        """One of its parts is taken away without grace."""
        had = waiting.replayed(self._scene.timeline, self._product.identities(self._session, kind))
        self._lost[kind] = had[-1].value if had else ()
        self._story.acted_upon(f"{kind} deleted by hand")
        self._product.remove_by_hand(self._session, kind)

    def must_have_again(self, kind: str, budget: str) -> None:
        """There is one part of this kind, another one than that which was taken away, and the session owns it."""
        if kind not in self._lost:
            raise SuiteWrong(f"the story speaks of a {kind} that {self._story} has again, but none was lost")
        reading = self._product.identities(self._session, kind)
        expected = another_than(self._lost[kind])
        self._scene.reach(f"time to another {kind}", reading, expected, budget, self._story.cause)
        owned = self._product.owned(self._session).get(kind, ())
        if len(owned) != 1:
            raise Violated(f"{self._story}: owns {len(owned)} of kind {kind} after one was lost; expected 1")

    # -- its home --------------------------------------------------------------------------------------

    def save_note(self) -> None:
        """A text that was never written before is saved in its home."""
        self._note = secrets.token_hex(8)
        self._scene.timeline.mark(f"the note {self._note} is saved", self._session.subject)
        self._product.write_note(self._session, self._note)

    def must_keep_note(self) -> None:
        """What is read in its home is what was saved there."""
        if not self._note:
            raise SuiteWrong(f"the story speaks of a note, but no step before has saved one in {self._story}")
        found = self._product.read_note(self._session)
        if found != self._note:
            raise Violated(
                f"{self._story}: {self._note!r} was saved in its home, and {found or 'nothing'!r} is there now"
            )

    # -- what is around it -----------------------------------------------------------------------------

    def must_have_run_on(self) -> None:
        """Since it was first Running it has been so at every moment, in the very pod that it had then."""
        timeline = self._scene.timeline
        phase, incarnation = self._product.phase(self._session), self._product.incarnation(self._session)
        seen = waiting.replayed(timeline, phase)
        since = next((each.since for each in seen if each.value == "Running"), None)
        if since is None:
            raise Violated(f"{self._story}: was not seen Running, so it has not run on")
        waiting.stays(timeline, phase, "Running", for_=timeline.now().after(since), since=since)
        pods = waiting.replayed(timeline, incarnation)
        then = [each.value for each in pods if each.until is None or each.until.after(since) > 0]
        if not then or not then[0]:
            raise Violated(f"{self._story}: said Running, and no pod of it was seen")
        waiting.stays(timeline, incarnation, then[0], for_=timeline.now().after(since), since=since)

    def must_never_have_owned_two(self) -> None:
        """At no moment since it was asked for were there two parts of one kind, and there are none now."""
        parts = self._product.parts(self._session)
        twice = replace(
            parts, name=f"{self._story}: two of a kind", look=lambda there: doubled(parts.look(there))
        )
        waiting.never(self._scene.timeline, twice, something(), since=self._story.asked)
        several = [
            f"{len(owned)} of kind {kind}"
            for kind, owned in self._product.owned(self._session).items()
            if len(owned) > 1
        ]
        if several:
            raise Violated(f"{self._story}: a fresh look finds that it owns {', '.join(several)}")

    def must_find_no_room(self, budget: str) -> None:
        """
        Its pod is there, and the scheduler has found no node for it.

        :raises FaultUnproven: if a node has taken it: then there was room.
        """
        pods = self._product.parts(self._session, ["Pod"])
        self._scene.reach("time to the pod", pods, one_of_each(["Pod"]), budget, self._story.cause)
        reached = self._scene.reach(
            "time until no node was found",
            self._product.placement(self._session),
            "Unschedulable",
            budget,
            self._story.cause,
            or_else="scheduled",
        )
        if reached.value != "Unschedulable":
            raise FaultUnproven(f"{self._story}: was to find no room, and a node has taken its pod")
