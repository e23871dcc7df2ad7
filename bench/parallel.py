"""How well workers are kept busy: scenarios that wait, as most do, told by several workers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import machine, timing
from bench.figures import Budget, Figure, NotMeasured
from bench.projects import Project
from bench.timing import Command, Say, Took
from bench.tools import BEHAVEX, OURS, PLAIN, Tools

SCENARIOS, SECONDS, WORKERS = 40, 0.5, 8
EFFICIENCY = Budget(95.0, lower=True)
"""Percent of the time of the workers that is spent in the steps, from the first scenario's begin on."""

Load = tuple[float, float]


@dataclass(frozen=True)
class Told:
    """One run of the waiting scenarios."""

    took: Took
    stretch: float
    """Seconds from the begin of the first scenario's work to the end of the last's."""
    workers: int

    @property
    def busy(self) -> float:
        """Efficiency in percent over the stretch in which scenarios were told."""
        return 100 * SCENARIOS * SECONDS / self.workers / self.stretch

    @property
    def whole(self) -> float:
        """Efficiency in percent over the whole command, its start and end included."""
        return 100 * SCENARIOS * SECONDS / self.workers / self.took.wall


def measure(tools: Tools, rounds: int, say: Say) -> list[Figure]:
    """
    Efficiency of each runner.

    :param rounds: how often each is run; plain behave, which takes 20 s for it, a third of that.
    """
    feature = tools.feature("waiting", SCENARIOS, "work of half a second is done")
    before = machine.load()
    told = timing.in_turns(
        {
            BEHAVEX: lambda: _tell(tools.behavex(feature, WORKERS), tools.plain, WORKERS),
            OURS: lambda: _tell(tools.sessionproof(feature, WORKERS), tools.ours, WORKERS),
        },
        rounds,
        say,
    )
    alone = {PLAIN: lambda: _tell(tools.behave(feature), tools.plain, 1)}
    serial = timing.in_turns(alone, max(1, rounds // 3), say, warm=False)
    return figures({**serial, **told}, (before, machine.load()))


def _tell(command: Command, project: Project, workers: int) -> Told:
    took = command.run()
    spans = project.take_spans()
    if len(spans) != SCENARIOS:
        raise NotMeasured(f"{command}: {len(spans)} scenarios did their work, expected {SCENARIOS}")
    return Told(took, max(end for _, end in spans) - min(began for began, _ in spans), workers)


def figures(told: Mapping[str, Sequence[Told]], load: Load) -> list[Figure]:
    """The lines of the table: scenarios alone, then the whole command."""
    efficiency, whole = [], []
    for name, runs in told.items():
        workers = f"{runs[0].workers} worker{'s' if runs[0].workers > 1 else ''}"
        budget = EFFICIENCY if name == OURS else None
        efficiency += [
            Figure(f"efficiency: {name}, {workers}", "%", tuple(r.busy for r in runs), load, budget),
            Figure(f"with start: {name}, {workers}", "%", tuple(r.whole for r in runs), load),
        ]
        wall, processor = ([getattr(run.took, what) for run in runs] for what in ("wall", "processor"))
        whole.append(
            Figure(f"whole command: {name}, {workers}", "s", tuple(wall), load, processor=tuple(processor))
        )
    return [*efficiency, *whole]
