"""
What happens around the stories; ``environment.py`` hands behave's hooks on to these.

Each scenario gets a world of its own, which is closed as a clean-up of behave's, after every hook. A failing
step is documented before anything is cleaned up.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import allure

from sessionproof import project
from sessionproof.catalogue import Catalogue, Target
from sessionproof.evidence import Exhibit
from sessionproof.ledger import Ledger, read_runs
from sessionproof.reporting.formatter import SessionproofFormatter
from sessionproof.reporting.told import Told
from sessionproof.signals import interruption

_EXTENSIONS = {
    "text/plain": "txt",
    "application/yaml": "yaml",
    "application/json": "json",
    "image/png": "png",
    "image/svg+xml": "svg",
    "video/webm": "webm",
}


class Worlds(Protocol):
    """Makes a world for each scenario, and keeps what they share."""

    def open(self) -> Any: ...
    def close(self) -> None: ...


def _real_worlds(root: Path, known: Catalogue, target: Target, ledger: Ledger) -> Worlds:
    from sessionproof.world import Worlds as RealWorlds  # brings the clients: only stories that run pay

    return RealWorlds(root, known, target, ledger)


worlds_factory: Callable[[Path, Catalogue, Target, Ledger], Worlds] = _real_worlds
"""What worlds come from; a project that needs none of the platforms puts its own in this place."""


@dataclass
class Run:
    """What the hooks keep for the whole run, as ``context.run``; a forked worker goes on with its own copy."""

    root: Path
    catalogue: Catalogue
    target: Target
    name: str
    """Ten hexadecimal digits by which all that the run makes is known."""
    process: int = field(default_factory=os.getpid)
    """The process that began the run."""

    @property
    def id(self) -> str:
        """A worker is a run of its own to the ledger: one that dies leaves a dead run, which anybody can finish."""
        return self.name if os.getpid() == self.process else f"{self.name}-{os.getpid()}"

    @property
    def ledgers(self) -> Path:
        """Where it is written down what is made."""
        return self.root / ".sessionproof" / "ledger"

    @cached_property
    def ledger(self) -> Ledger:
        """Begun with the first scenario that is not skipped."""
        return Ledger(self.ledgers, self.id)

    @cached_property
    def worlds(self) -> Worlds:
        """Made with the first scenario that is not skipped."""
        return worlds_factory(self.root, self.catalogue, self.target, self.ledger)

    @property
    def opened(self) -> bool:
        """Whether this process has made anything that it must close."""
        return "worlds" in self.__dict__ or "ledger" in self.__dict__

    def close(self) -> None:
        """Close what was opened."""
        if "worlds" in self.__dict__:
            self.worlds.close()
        elif "ledger" in self.__dict__:
            self.ledger.close()

    def finish_dead_runs(self, beginning: str = "") -> None:
        """
        Lift the faults and remove the things of dead runs that have a ledger here.

        What no ledger knows is looked for by the first story that uses the target's cluster.

        :param beginning: only if there is a dead one whose id begins so.
        """
        if any(not run.lives for run in read_runs(self.ledgers, beginning)):
            from sessionproof import janitor, targets  # bring the clients of clusters

            janitor.finish_dead_runs(self.ledgers, addresses=targets.known([self.target]), say=_say)

    def finish_dead_workers(self) -> None:
        """The same, if a worker of this run died."""
        self.finish_dead_runs(f"{self.name}-")


def before_all(context: Any) -> None:
    """
    Choose the target and finish what dead runs left; the stories were checked by the runner before.

    :raises CatalogueError: if there is no such target.
    """
    context.config.setup_logging()
    # A poller asks twenty times a second: its requests are on the timeline, a line for each says nothing more.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    interruption.install()
    root = project.root_of(context.config.base_dir)
    known = project.catalogue_in(project.catalogue_for(context.config))
    target = known.target(context.config.userdata.get("target"))
    context.run = Run(root, known, target, secrets.token_hex(5))
    context.run.finish_dead_runs()
    context.add_cleanup(context.run.finish_dead_workers)
    if context.config.jobs > 1:
        import sessionproof.world  # noqa: F401  # once, before workers are forked, and not by each of them
    _environment(context)


def before_scenario(context: Any, scenario: Any) -> None:
    """Skip what the target cannot do or nobody asked for, with the reason; else open a world."""
    if context.aborted:
        return
    reason = _why_skipped(context, scenario)
    if reason:
        scenario.skip(reason)
        return
    world = _worlds(context).open()
    context.world = world
    context.add_cleanup(_close, context, scenario, world)


def after_step(context: Any, step: Any) -> None:
    """At the first failing step, keep what can be seen of this instant."""
    world = getattr(context, "world", None)
    scenario: Any = context.scenario
    if world is None or not step.status.has_failed() or hasattr(scenario, "failed_step"):
        return
    scenario.failed_step = f"{step.keyword} {step.name}"
    scenario.failed_at = world.timeline.now().after(world.timeline.began)
    if interruption.asked is None:
        for exhibit in world.evidence.collect():
            _attach(exhibit)


def _worlds(context: Any) -> Worlds:
    """The worlds of this process; with the first one it is settled that it closes them when it ends."""
    run: Run = context.run
    if not run.opened:
        context.add_cleanup(_close_run, context, layer="testrun")
        run.finish_dead_workers()
    return run.worlds


def _close_run(context: Any) -> None:
    try:
        with interruption.cleaning():
            context.run.close()
    except KeyboardInterrupt as end:
        context.abort(reason=str(end))
        _raise_besides(end)


def _raise_besides(end: KeyboardInterrupt) -> None:
    """What a clean-up found wrong stays wrong, also when a signal came while it cleaned."""
    if isinstance(end.__context__, Exception):
        raise end.__context__ from None


def _why_skipped(context: Any, scenario: Any) -> str | None:
    tags = {str(tag) for tag in scenario.effective_tags}
    target: Target = context.run.target
    for need in sorted(tag.removeprefix("needs.") for tag in tags if tag.startswith("needs.")):
        if not target.can(need):
            return f"target '{target.name}' does not declare the capability '{need}'"
    if "soak" in tags and context.config.userdata.get("soak", "no") != "yes":
        return "long form, run only when asked for: -D soak=yes"
    if "wip" in tags and "wip" not in str(context.config.tag_expression):
        return "not finished (@wip), run only when asked for: --tags @wip"
    return None


def _close(context: Any, scenario: Any, world: Any) -> None:
    try:
        with interruption.cleaning():
            world.close()
    except KeyboardInterrupt as end:
        # Let the loop over the scenarios end the run: the clean-ups of the outer layers are still due.
        context.abort(reason=str(end))
        _raise_besides(end)
    finally:
        scenario.told = _told(context.run, scenario, world)


def _told(run: Run, scenario: Any, world: Any) -> Told:
    return Told(
        measures=Told.measures_of(world.judged),
        records=tuple(world.timeline.to_records()),
        failed_at=getattr(scenario, "failed_at", None),
        failed_step=getattr(scenario, "failed_step", ""),
        leftovers=len(run.ledger.standing(world.id)),
        snapshots=tuple(world.snapshots),
        missing_evidence=dict(world.evidence.failures),
    )


def _attach(exhibit: Exhibit) -> None:
    allure.attach(exhibit.body, exhibit.name, exhibit.type, _EXTENSIONS.get(exhibit.type, "txt"))


def _environment(context: Any) -> None:
    """Tell the report what the verdicts are about."""
    run: Run = context.run
    facts = {
        "Target": run.target.name,
        "Cluster": str(run.target.cluster),
        "Platform": run.target.deploy or "already deployed",
        "Run": run.id,
        "Machine": f"{os.uname().nodename}, {os.cpu_count()} processors",
    }
    facts |= {f"Budget {budget.name}": str(budget) for budget in run.catalogue.overrides(run.target)}
    lines = "".join(f"{name.replace(' ', '_')}={value}\n" for name, value in facts.items())
    for formatter in context._runner.formatters:
        if isinstance(formatter, SessionproofFormatter):
            (formatter.folder / "environment.properties").write_text(lines, encoding="utf-8")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
