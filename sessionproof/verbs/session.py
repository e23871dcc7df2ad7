"""One session of a story: what must become of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, Protocol

from hamcrest import assert_that, equal_to, has_entries, has_item

from sessionproof import waiting
from sessionproof.errors import FaultUnproven, NotSeenInTime, SuiteWrong, TargetUnavailable, Violated
from sessionproof.model.deadlines import Deadline
from sessionproof.ports.access import Doors
from sessionproof.ports.admission import Admission, Refusal
from sessionproof.ports.faults import HoldsRemoval, LosesParts, Undo
from sessionproof.ports.rights import Rights
from sessionproof.ports.sessions import Homes, Inspected, Session, Sessions, Watched
from sessionproof.timeline import Change, Entry, Moment, Seen, Subject
from sessionproof.timeline.ordering import lateness
from sessionproof.verbs.parts import NOTHING, one_of_each, something, unlike
from sessionproof.verbs.scene import Scene
from sessionproof.verbs.survival import Survival
from sessionproof.waiting import ABSENT, Reading, failures


class Product(Sessions, Watched, Inspected, Homes, LosesParts, HoldsRemoval, Doors, Protocol):
    """All that these verbs ask of a product."""

    @property
    def admission(self) -> Admission:
        """Asks for what may be refused."""
        ...

    @property
    def rights(self) -> Rights:
        """Looks at rights, and tries them."""
        ...

    def answer(self, url: str) -> Reading:
        """The status with which an address answers, polled from now on; ABSENT while nothing answers."""
        ...

    def received(self, session: Session) -> str:
        """The text that arrived inside the session, by the log of the program that received it."""
        ...

    def arrivals(self, session: Session) -> Reading:
        """The same, as it grows from now on."""
        ...


class StorySession:
    """A session as a story speaks of it; times are counted from what was last done to it."""

    def __init__(self, scene: Scene, product: Product, session: Session, asked: Moment) -> None:
        self._scene = scene
        self._product = product
        self.session = session
        self.asked = asked
        """When it was asked for."""
        self._cause = asked
        self._holds: dict[str, Undo] = {}
        self.refusal: Refusal | None = None
        """Why it was not let in; None if it was."""

    def __str__(self) -> str:
        return str(self.session)

    # -- what happens to it ----------------------------------------------------------------------------

    @property
    def cause(self) -> Moment:
        """When something was last done to it."""
        return self._cause

    def acted_upon(self, what: str) -> Moment:
        """Write down that something was just done to it: later budgets are counted from here."""
        self._cause = self._scene.timeline.mark(what, self.session.subject)
        return self._cause

    def came_to_end(self, at: Moment) -> None:
        """Its end was seen to begin, by nobody's doing: later budgets are counted from there."""
        self._cause = at

    @cached_property
    def survival(self) -> Survival:
        """What it must bear."""
        return Survival(self._scene, self._product, self)

    def hold(self, kind: str) -> None:
        """The removal of one of its parts is held up until lifted, at the latest when the scenario ends."""
        undo = self._product.hold(self.session, kind)
        self.keep(kind, self._scene.drawn_fault(f"removal of the {kind} held up", undo, self.session.subject))

    def keep(self, what: str, undo: Undo) -> None:
        """Something keeps it where it is until lifted."""
        self._holds[what] = undo

    def let_go(self) -> None:
        """Nothing keeps it where it is any more."""
        for lift in self._holds.values():
            lift()

    def lift_hold(self, kind: str) -> None:
        """A part that was held up may go."""
        if kind not in self._holds:
            raise SuiteWrong(f"the {kind} of {self} is not held up, so it cannot be let go")
        self.acted_upon(f"the {kind} may go")
        self._holds[kind]()

    # -- its phases ------------------------------------------------------------------------------------

    def must_become(self, phase: str, budget: str, *, anew: bool = False) -> StorySession:
        """
        Wait for a phase, counted from what was last done to the session.

        Ends at once when the session was refused, or fails instead: a session that has failed can only be ended.
        """
        if self.refusal is not None:
            raise Violated(f"{self}: was refused while '{phase}' was awaited: {self.refusal.words}")
        reading = self._product.phase(self.session)
        before = [each.value for each in self._seen(reading) if each.since <= self._cause]
        or_else = None if before[-1:] == ["Failed"] else "Failed"
        reached = self._scene.reach(
            f"time to {phase}", reading, phase, budget, self._cause, anew=anew, or_else=or_else
        )
        if reached.value != phase:
            said = self._now(self._product.message(self.session))
            raise Violated(
                f"{self}: became 'Failed' after {reached.took:.1f} s while '{phase}' was awaited; it says: {said!r}"
            )
        return self

    def must_stay(self, phase: str, budget: str) -> None:
        """From now on, and for as long as the budget says, it is in this phase and in no other."""
        reading = self._product.phase(self.session)
        waiting.stays(self._scene.timeline, reading, phase, for_=self._scene.budget(budget))

    def must_have_gone_through(self, phases: Iterable[str]) -> None:
        """
        Every phase the watch saw since the session was asked for, in order.

        :raises TargetUnavailable: if they are others and the watch may have missed some.
        """
        wanted, reading = list(phases), self._product.phase(self.session)
        seen = self._seen(reading)
        if [each.value for each in seen] == wanted:
            return
        found = ", ".join(f"{each.value} {each.since.after(self.asked):.1f} s" for each in seen) or "no phase"
        said = f"{self}: went through {found}; expected {', '.join(wanted)}"
        missed = [
            f"{span.source} ({span.name})"
            for span in self._scene.timeline.spans()
            if span.source in reading.sources
            and (
                (span.kind == "gap" and span.subject.kind in reading.kinds)
                or (span.kind == "outage" and span.end is None)
            )
        ]
        if missed:
            raise TargetUnavailable(
                f"{said}; no verdict: changes may have been missed by {', '.join(missed)}"
            )
        raise Violated(f"{said}; each as the watch saw it, counted from the request")

    def must_have_left_running_after_pod_loss(self) -> None:
        """The pod's going was seen before the session left Running."""
        timeline = self._scene.timeline
        pod = self.session.subject._replace(kind="Pod")
        lost = timeline.first_entry(pod, lambda it: bool(it["metadata"]["deletionTimestamp"]))
        lost = lost or next(iter(timeline.entries(subject=pod, change=Change.GONE)), None)
        if lost is None:
            raise FaultUnproven(f"{self}: the loss of its pod was not seen")
        seen = self._seen(self._product.phase(self.session))
        left = next((each.until for each in seen if each.value == "Running" and each.until), None)
        if left is None:
            raise Violated(
                f"{self}: was not seen to leave Running, though its pod was lost at {lost.at.iso()}"
            )
        slack = self._slack()
        late = lateness(lost, self._told_at(left), slack)
        if late is not None:
            raise Violated(
                f"{self}: left Running {late:.3f} s before its pod was lost (seen to ± {slack:.3f} s)"
            )

    def must_have_become_running_when_ready(self) -> None:
        """Its pod was seen ready before the session first said Running."""
        seen = self._seen(self._product.phase(self.session))
        running = next((each.since for each in seen if each.value == "Running"), None)
        if running is None:
            raise Violated(f"{self}: was not seen Running")
        timeline, pod = self._scene.timeline, self.session.subject._replace(kind="Pod")
        readiness = waiting.reading(f"{self}: its pod ready", pod, _is_ready)
        patience = Deadline.of(self._scene.budget("live"), timeline.now())
        with suppress(NotSeenInTime):  # the pod's watch may be behind that of the session
            waiting.becomes(timeline, readiness, True, within=patience, since=self.asked)
        ready = timeline.first_entry(pod, _is_ready)
        if ready is None:
            raise Violated(f"{self}: said Running, and its pod was never seen ready")
        slack = self._slack()
        late = lateness(ready, self._told_at(running), slack)
        if late is not None:
            raise Violated(
                f"{self}: said Running {late:.3f} s before its pod was ready (seen to ± {slack:.3f} s)"
            )

    # -- what it owns ----------------------------------------------------------------------------------

    def must_own_exactly(self, kinds: Iterable[str], budget: str) -> None:
        """
        One owned object of each kind, and no other.

        What is made last may be one too many: the fresh look is taken once the session runs.
        """
        wanted = sorted(kinds)
        parts = self._product.parts(self.session)
        self._scene.reach("time to own everything", parts, one_of_each(wanted), budget, self._cause)
        self.must_become("Running", budget)
        owned = {kind: len(objects) for kind, objects in self._product.owned(self.session).items() if objects}
        if owned != dict.fromkeys(wanted, 1):
            wrong = [
                f"{owned.get(kind, 0)} of kind {kind} instead of {int(kind in wanted)}"
                for kind in sorted({*owned, *wanted})
                if owned.get(kind, 0) != int(kind in wanted)
            ]
            raise Violated(f"{self}: owns {', '.join(wrong)}, by a fresh look once it was Running")

    def must_never_have_owned_anything(self) -> None:
        """Neither now, by a fresh look, nor at any moment since it was asked for."""
        waiting.never(self._scene.timeline, self._product.parts(self.session), something(), since=self.asked)
        self._must_own_nothing_now()

    def must_come_to_own_nothing(self, budget: str) -> None:
        """What was made for it is removed again."""
        reading, since = self._product.parts(self.session), self._scene.timeline.now()
        self._scene.reach("time to own nothing", reading, NOTHING, budget, since)
        self._must_own_nothing(Deadline.of(self._scene.budget(budget), since))

    def must_label_what_it_owns(self) -> None:
        """Each owned object carries the labels by which people find it."""
        if not any(self._product.owned(self.session).values()):
            raise Violated(f"{self}: owns nothing, so there is nothing that could carry labels")
        missing = self._product.unlabelled(self.session)
        if missing:
            raise Violated(f"{self}: labels missing on what it owns: {', '.join(missing)}")

    def pod_must_follow_template(self) -> None:
        """Image, environment, ports and limits are the template's."""
        self.pod_must_have_requested_resources()
        expected, actual = self._product.expected_workload(self.session), self._product.workload(self.session)

        assert_that(actual.image, equal_to(expected.image), f"image of the pod of {self}")
        assert_that(actual.env, has_entries(expected.env), f"environment of the pod of {self}")
        assert_that(actual.ports, equal_to(expected.ports), f"ports of the pod of {self}")

    def pod_must_have_requested_resources(self) -> None:
        """The limits are those of the request, and of the template where the request is silent."""
        pods = self._product.parts(self.session, ["Pod"])
        self._scene.reach("time to the pod", pods, one_of_each(["Pod"]), "start", self._cause)
        expected, actual = self._product.expected_workload(self.session), self._product.workload(self.session)

        assert_that(actual.limits, equal_to(expected.limits), f"limits of the pod of {self}")

    # -- what it says ----------------------------------------------------------------------------------

    def message_must_name_template(self) -> None:
        """The message tells which template was not found."""
        self.message_must_contain(self._product.expected_refusal(self.session))

    def message_must_contain(self, words: str) -> None:
        """The status message a person reads."""
        said = self._now(self._product.message(self.session))

        if not isinstance(said, str) or words not in said:
            raise Violated(f"{self}: its message is {said!r}; expected {words!r} in it")

    def must_have_warning(self, reason: str) -> None:
        """A Warning event about the session gives the reason, soon after what it is about."""
        reading = self._product.warnings(self.session)
        phases = self._seen(self._product.phase(self.session))
        since = phases[-1].since if phases else self._cause
        self._scene.reach(f"time to the event {reason}", reading, has_item(reason), "live", since)

    def must_have_notice(self, reason: str) -> None:
        """An event about the session that is no warning gives the reason, soon after what was last done to it."""
        reading = self._product.notices(self.session)
        self._scene.reach(f"time to the event {reason}", reading, has_item(reason), "live", self._cause)

    # -- its end ---------------------------------------------------------------------------------------

    def must_leave_nothing(self, budget: str) -> None:
        """The session and all it owned are gone, by watch and by a fresh look."""
        presence, parts = self._product.presence(self.session), self._product.parts(self.session)
        # One that was ended as soon as it was asked for may not have been shown by the watch yet: that is not gone.
        within = self._scene.budget(budget)
        shown = waiting.becomes(self._scene.timeline, presence, True, within=within, since=self.asked).at
        late = shown.after(self._cause) > 0
        self._scene.reach("time until the session is gone", presence, ABSENT, budget, self._cause, anew=late)
        self._scene.reach("time until nothing of it is left", parts, NOTHING, budget, self._cause)
        state = self._product.state(self.session)
        if state is not None:
            raise Violated(
                f"{self}: the watch saw it go, and a fresh look still finds it: phase {_at(state, 'status', 'phase')!r}, "
                f"finalizers {_at(state, 'metadata', 'finalizers')}"
            )
        self._must_own_nothing(Deadline.of(within, self._cause))

    def must_be_rid_of(self, kinds: Iterable[str], budget: str) -> None:
        """The kinds named are gone; others may still be there."""
        parts = self._product.parts(self.session, list(kinds))
        self._scene.reach("time until those parts are gone", parts, NOTHING, budget, self._cause)

    def must_be_held(self, phase: str) -> None:
        """The object is still there with its finalizer while a held part is."""
        state = self._product.state(self.session)
        left = self._now(self._product.parts(self.session))
        if left is ABSENT or not left:
            raise FaultUnproven(f"{self}: nothing of it is left that could hold it")
        if state is None:
            raise Violated(f"{self}: gone while {', '.join(left)} is still there")
        holding, expected = _at(state, "metadata", "finalizers"), self._product.finalizer()
        if holding != [expected]:
            raise Violated(f"{self}: held by {holding or 'no finalizer'}; expected [{expected!r}]")
        found = _at(state, "status", "phase")
        if found != phase:
            raise Violated(f"{self}: held in phase {found!r}; expected {phase!r}")

    def must_have_gone_last(self) -> None:
        """Everything it owned was gone before it was."""
        timeline = self._scene.timeline
        gone = next(iter(timeline.entries(subject=self.session.subject, change=Change.GONE)), None)
        if gone is None:
            raise Violated(f"{self}: was not seen to go")
        reading = self._product.parts(self.session)
        left = self._now(reading)
        if left is not ABSENT and left:
            raise Violated(f"{self}: gone at {gone.at.iso()} while {', '.join(left)} is still there")
        slack = self._slack()
        parts = {part for seen in self._seen(reading) for part in seen.value}
        for entry in timeline.entries(change=Change.GONE):
            late = lateness(entry, gone, slack)
            if str(entry.subject) in parts and late is not None:
                raise Violated(f"{self}: gone {late:.3f} s before {entry.subject} (seen to ± {slack:.3f} s)")

    # -- its address -----------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """
        The address the session reports, or reported last.

        :raises Violated: if it never reported one.
        """
        known = self._seen(self._product.url(self.session))
        if not known:
            raise Violated(f"{self}: never reported an address")
        return str(known[-1].value)

    @property
    def phase(self) -> str:
        """The phase it is in, as the watch saw it last; empty if it has none."""
        seen = self._seen(self._product.phase(self.session))
        return str(seen[-1].value) if seen else ""

    def url_must_answer(self, status: int, budget: str) -> None:
        """A verified GET of the address is answered so."""
        since = self._scene.timeline.now()
        reading = self._product.answer(self.url)
        self._scene.reach(f"time until the URL answers {status}", reading, status, budget, since)

    # -- what arrives in it ----------------------------------------------------------------------------

    def must_have_received(self, text: str) -> None:
        """
        The keys that arrived inside, in order, spell the text: none lost, doubled or foreign.

        The log is given a moment to come: it reaches its reader later than the picture does.
        """
        if text:
            with suppress(NotSeenInTime):
                waiting.becomes(
                    self._scene.timeline,
                    self._product.arrivals(self.session),
                    text,
                    within=self._scene.budget("live"),
                )
        received = self._product.received(self.session)
        if received != text:
            raise Violated(f"{self}: {received!r} arrived in it; expected {text!r}{unlike(received, text)}")

    # -- looking ---------------------------------------------------------------------------------------

    def phase_now(self) -> str:
        """Its phase by a fresh look; empty if it has none or is gone."""
        return str(_at(self._product.state(self.session) or {}, "status", "phase") or "")

    def troubles(self) -> list[str]:
        """What is known to be wrong with it, a line each."""
        return failures.likely_causes(self._product.phase(self.session), self._scene.timeline)

    def _must_own_nothing(self, by: Deadline) -> None:
        """By a fresh look; what that finds before the watch has shown it must come and go there in time."""
        timeline = self._scene.timeline
        before = timeline.now()
        for thing in self._owned_now():
            if timeline.gone_at(thing) is None:
                presence = waiting.reading(f"{self}: its {thing}", thing, lambda _: True)
                waiting.becomes(timeline, presence, ABSENT, within=by, since=before, anew=True)
        self._must_own_nothing_now()

    def _must_own_nothing_now(self) -> None:
        if owned := self._owned_now():
            raise Violated(
                f"{self}: a fresh look still finds what it owns: {', '.join(str(thing) for thing in owned)}"
            )

    def _owned_now(self) -> list[Subject]:
        return [
            Subject(kind, str(_at(item, "metadata", "namespace") or ""), str(_at(item, "metadata", "name")))
            for kind, objects in self._product.owned(self.session).items()
            for item in objects
        ]

    def _seen(self, reading: Reading) -> list[Seen]:
        """Every distinct value so far, in order; what is not there or not set is left out."""
        seen = waiting.replayed(self._scene.timeline, reading)
        return [each for each in seen if each.value is not ABSENT and each.value is not None]

    def _now(self, reading: Reading) -> Any:
        seen = waiting.replayed(self._scene.timeline, reading)
        return seen[-1].value if seen else ABSENT

    def _told_at(self, moment: Moment) -> Entry:
        """What the record says of the session at the moment of one of its changes."""
        return next(
            entry for entry in self._scene.timeline.entries(subject=self.session.subject, since=moment)
        )

    def _slack(self) -> float:
        """Seconds by which entries of two watches may stand in the wrong order."""
        state = self._scene.timeline.source_state(waiting.KUBERNETES_WATCH)
        return 2 * (state.error_bound if state else 0.0)


def _at(item: Mapping[str, Any], *path: str) -> Any:
    for key in path:
        item = item.get(key) or {}
    return item or None


def _is_ready(pod: Mapping[str, Any]) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod["status"]["conditions"]
    )
