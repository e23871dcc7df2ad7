"""
What a story stands on: one world per scenario, and what a process keeps between them.

This is the one place that picks adapters. A world is cheap until a story asks for something: the platform
is opened with the first story that needs one and lent to those that follow.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sessionproof.catalogue import Catalogue, Target
from sessionproof.errors import SuiteWrong, TargetUnavailable
from sessionproof.evidence import Evidence
from sessionproof.ledger import Ledger, things
from sessionproof.timeline import Timeline

if TYPE_CHECKING:
    # What acts and looks is imported by the first story that needs it: half a second's work.
    from sessionproof.adapters.vdi.platform import VdiPlatform
    from sessionproof.adapters.vdi.product import VdiProduct
    from sessionproof.clients.browser import Browser, Observations, Viewer
    from sessionproof.targets import Place
    from sessionproof.verbs.people import Actor
    from sessionproof.verbs.scene import Judged, Scene
    from sessionproof.verbs.session import StorySession
    from sessionproof.verbs.stage import Stage
    from sessionproof.verbs.viewing import Viewing
    from sessionproof.words import Session as SessionWord

ENOUGH_FOR_P95 = 20
"""Samples from which on a nearest-rank p95 is not simply the largest."""

CLEAN_SECONDS = 60.0
"""Longest wait for what one scenario made to be gone."""


@dataclass
class Worlds:
    """What one process keeps between its scenarios: platform, browser, ledger."""

    root: Path
    catalogue: Catalogue
    target: Target
    ledger: Ledger
    worker: int = 0
    _unfit: TargetUnavailable | None = None

    def open(self) -> World:
        """A world for the next scenario."""
        return World(self, secrets.token_hex(5))

    @cached_property
    def place(self) -> Place:
        """
        The target's cluster, looked at once.

        :raises TargetUnavailable: with all that it lacks; the next story is told the same without looking again.
        """
        from sessionproof import janitor, targets
        from sessionproof.adapters.vdi import manifests

        if self._unfit is not None:
            raise self._unfit
        if self.target.adapter != "vdi":
            raise SuiteWrong(f"target '{self.target.name}': there is no adapter '{self.target.adapter}' yet")
        # What no ledger of ours knows may stand in the way of whatever is made from here on.
        janitor.finish_dead_runs(self.ledger.folder, addresses=targets.known([self.target]), say=_say)
        try:
            return targets.found_fit(self.target, manifests.needs(self.target, self.catalogue, self.root))
        except TargetUnavailable as error:
            self._unfit = error
            raise

    @cached_property
    def platform(self) -> VdiPlatform:
        """The platform that this process's scenarios are lent."""
        return self._opened(self.target, str(self.worker))

    def platform_told(self, settings: Mapping[str, str], scenario: str) -> VdiPlatform:
        """A platform that is told more than the target's; it is the scenario's own, and goes with it."""
        told = replace(self.target, settings={**self.target.settings, **settings})
        return self._opened(told, scenario, scenario)

    def _opened(self, target: Target, instance: str, scenario: str = "") -> VdiPlatform:
        from sessionproof.adapters.vdi.platform import VdiPlatform

        platform = VdiPlatform(
            self.place.client,
            target,
            self.catalogue,
            self.ledger,
            self.place.address,
            f"{self.ledger.run}-{instance}",
            self.root,
            scenario,
        )
        platform.open()
        return platform

    @cached_property
    def browser(self) -> Browser:
        """The browser whose windows the scenarios open; a run that is killed leaves its folder and processes."""
        from sessionproof.clients.browser import Browser, Resolving
        from sessionproof.janitor import browsers

        ingress = self.place.ingress
        home = browsers.home_for(self.ledger.run, self.worker)
        self.ledger.plan(things.home(home, "browser in"))
        resolving = Resolving((f"*.{self.target.domain}",), ingress.address, ingress.direct)
        return Browser(resolving, ingress.ca, home)

    def close(self) -> None:
        """Close what was opened and remove what was made; every error is told."""
        with ExitStack() as ending:
            ending.callback(self.ledger.close)
            ending.callback(self.clean)
            for opened in ("platform", "browser"):
                if opened in self.__dict__:
                    ending.callback(self.__dict__[opened].close)

    def clean(self, scenario: str | None = None) -> None:
        """Remove what stands in the ledger: of one scenario, or all that this process made."""
        if self.ledger.standing(scenario):
            from sessionproof import janitor

            self.ledger.clean(janitor.removers(), scenario=scenario, seconds=CLEAN_SECONDS)


@dataclass
class World:
    """Everything of one scenario; ``context.world`` in steps."""

    worlds: Worlds
    id: str
    """Forty bits of chance: part of the name of all that the scenario makes."""
    timeline: Timeline = field(default_factory=Timeline)
    evidence: Evidence = field(default_factory=Evidence)
    _closing: ExitStack = field(default_factory=ExitStack)
    snapshots: list[bytes] = field(default_factory=list)
    """What each window showed at the end of the story, as JPEG."""
    _windows: Iterator[int] = field(default_factory=lambda: count(1))

    @cached_property
    def scene(self) -> Scene:
        """What the verbs share."""
        from sessionproof.verbs.scene import Scene

        target = self.worlds.target
        return Scene(self.timeline, lambda name: self.worlds.catalogue.budget(name, target))

    @property
    def judged(self) -> Sequence[Judged]:
        """What was measured and held against a budget so far."""
        return self.scene.judged if "scene" in self.__dict__ else ()

    @cached_property
    def platform(self) -> VdiPlatform:
        """The platform, watched for this scenario from here on."""
        return self._watched(self.worlds.platform)

    def has_platform_with_relay(self) -> None:
        """From here on the platform is one of this scenario's own, which is told of a relay."""
        from sessionproof.adapters.vdi.objects import A_RELAY

        platform = self.worlds.platform_told(A_RELAY, self.id)
        self._closing.callback(platform.close)
        self.__dict__["platform"] = self._watched(platform)

    def _watched(self, platform: VdiPlatform) -> VdiPlatform:
        attachment = platform.hub.attach(self.timeline, self.id, follow=[platform.operator])
        self._closing.callback(attachment.detach)
        return platform

    @cached_property
    def product(self) -> VdiProduct:
        """The platform as this scenario may use it."""
        from sessionproof.adapters.vdi import exhibits
        from sessionproof.adapters.vdi.doors import SessionDoors
        from sessionproof.adapters.vdi.product import VdiProduct
        from sessionproof.clients.https import Https

        worlds = self.worlds
        https = Https(worlds.place.ingress.address, worlds.place.ingress.ca)
        self._closing.callback(https.close)
        product = VdiProduct(
            self.platform,
            worlds.place.client,
            worlds.place.kubectl,
            SessionDoors(https),
            worlds.ledger,
            self.timeline,
            self.id,
            self.evidence.keep_secret,
            self._closing,
            self.platform.reconciles() if worlds.target.can("reconcile-histogram") else {},
        )
        exhibits.register(self.evidence, product)
        return product

    @cached_property
    def stage(self) -> Stage:
        """The people, sessions and viewings of the story."""
        from sessionproof.adapters.vdi.strangers import VdiStrangers
        from sessionproof.adapters.vdi.surroundings import VdiSurroundings
        from sessionproof.verbs.stage import Stage

        return Stage(
            self.scene,
            self.product,
            self._open_viewer,
            self.person,
            VdiSurroundings(self.product, self.worlds.place.process_of),
            VdiStrangers(self.product),
        )

    # -- the words of the steps ------------------------------------------------------------------------

    def person(self, name: str) -> Actor:
        """A persona of the catalogue, as she exists in this scenario."""
        from sessionproof.ports.sessions import Person
        from sessionproof.verbs.people import Actor

        if name not in self._actors:
            persona = self.worlds.catalogue.persona(name)
            self._actors[name] = Actor(self.stage, Person(name, persona.email_for(self.id)))
        return self._actors[name]

    @cached_property
    def _actors(self) -> dict[str, Actor]:
        return {}

    def the(self, session: SessionWord) -> StorySession:
        """The session that the story means."""
        return self.stage.session if session.owner is None else self.stage.session_of(session.owner)

    @property
    def session(self) -> StorySession:
        """The session asked for last."""
        return self.stage.session

    @property
    def viewing(self) -> Viewing:
        """What was opened last."""
        return self.stage.viewing

    @property
    def typed(self) -> str:
        """The text that was typed last."""
        return self.stage.typed

    def reconcile_must_be_within(self, budget: str) -> None:
        """The platform's own histogram of its reconciles in this scenario; p95 is judged."""
        measured = self.product.reconcile_time()
        if measured.n < ENOUGH_FOR_P95:
            raise SuiteWrong(f"{measured}: the p95 of fewer than {ENOUGH_FOR_P95} is only their largest")
        self.scene.judge(measured, budget, "p95")

    # -- the end ---------------------------------------------------------------------------------------

    def close(self) -> None:
        """
        Lift the faults, close the windows, remove what was made, and see it gone.

        :raises FaultUnproven: if a fault could not be shown to be lifted.
        :raises NotRemoved: with everything that is left, after trying all.
        """
        with ExitStack() as ending:
            ending.callback(self._closing.close)
            ending.callback(lambda: self.worlds.clean(self.id))
            ending.callback(self._keep_snapshots)
            if "scene" in self.__dict__:
                ending.callback(self.scene.lift_faults)

    def _keep_snapshots(self) -> None:
        viewings = self.stage.viewings if "stage" in self.__dict__ else []
        for viewing in viewings:
            # A window that shows nothing any more is no failure of the story: it has had its verdict.
            with suppress(TargetUnavailable):
                self.snapshots.append(viewing.viewer.snapshot())

    def _open_viewer(self) -> Viewer:
        viewer = self.worlds.browser.viewer()
        self._closing.callback(viewer.close)
        window = f"window {next(self._windows)}"
        # A browser is asked in the thread that drives it.
        self.evidence.register(f"{window}: picture", viewer.screenshot, here=True)
        self.evidence.register(f"{window}: stream", lambda: str(viewer.stream_state()), here=True)
        self.evidence.register(f"{window}: requests", lambda: _observed(viewer.observations), here=True)
        return viewer


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _observed(seen: Observations) -> str:
    """What a page asked for and what befell it, one line each."""
    lines = [(each.at, str(each)) for each in seen.exchanges]
    lines += [(each.at, f"{each.kind}: {each.text}") for each in seen.happenings]
    return "\n".join(f"{at:.3f}  {text}" for at, text in sorted(lines))
