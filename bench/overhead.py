"""What a runner costs to start and for each scenario, by runs of one scenario and of many that do nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench import machine, timing
from bench.figures import Budget, Figure, differences, slopes
from bench.timing import Command, Say, Took
from bench.tools import ALLURE, BEHAVEX, OURS, PLAIN, Tools

MANY = 1000
FEWER = 100
"""Scenarios of the longer run with several workers: behavex makes a runner of its own for each."""
WORKERS = 2
EACH_MS = Budget(1.0)
"""What a scenario may cost over plain behave's own cost, with Allure and evidence on."""
START_S = Budget(0.15)
"""How much longer than plain behave's the run of a single scenario may take."""

Load = tuple[float, float]


@dataclass(frozen=True)
class Runs:
    """What one runner took, the rounds in order."""

    one: Sequence[Took]
    """For a run of one scenario."""
    many: Sequence[Took]
    """For a run of many."""
    scenarios: int
    """How many those are."""
    load: Load

    def each_ms(self, what: str = "wall") -> tuple[float, ...]:
        """Milliseconds of wall or ``processor`` time a scenario, by what the longer run took more."""
        few, many = ([getattr(took, what) for took in runs] for runs in (self.one, self.many))
        return slopes(few, many, self.scenarios - 1)

    def start_s(self, what: str = "wall") -> tuple[float, ...]:
        """Seconds of the run of one scenario."""
        return tuple(getattr(took, what) for took in self.one)


def measure(tools: Tools, rounds: int, say: Say) -> list[Figure]:
    """
    Start, and cost of a scenario, of each runner.

    :param rounds: how often each is run; with several workers half of that.
    """
    alone = {
        PLAIN: tools.behave,
        ALLURE: tools.behave_with_allure,
        BEHAVEX: lambda feature: tools.behavex(feature, 1),
        OURS: tools.sessionproof,
    }
    together = {
        BEHAVEX: lambda feature: tools.behavex(feature, WORKERS),
        OURS: lambda feature: tools.sessionproof(feature, WORKERS),
    }
    return [
        *over_plain(runs := _runs(tools, alone, MANY, rounds, say)),
        *figures(runs),
        *figures(_runs(tools, together, FEWER, max(1, rounds // 2), say), f", {WORKERS} workers"),
    ]


def _runs(
    tools: Tools, commands: Mapping[str, Callable[[str], Command]], many: int, rounds: int, say: Say
) -> dict[str, Runs]:
    features = {count: tools.feature(f"noop{count}", count) for count in (1, many)}
    before = machine.load()
    taken = timing.in_turns(
        {
            f"{name}, {count} scenarios": command(feature).run
            for name, command in commands.items()
            for count, feature in features.items()
        },
        rounds,
        say,
    )
    load = before, machine.load()
    return {
        name: Runs(taken[f"{name}, 1 scenarios"], taken[f"{name}, {many} scenarios"], many, load)
        for name in commands
    }


def figures(runs: Mapping[str, Runs], how: str = "") -> list[Figure]:
    """
    Each runner's start and cost of a scenario.

    :param how: what their names say of all of them.
    """
    start = [
        Figure(f"start{how}: {name}", "s", run.start_s(), run.load, processor=run.start_s("processor"))
        for name, run in runs.items()
    ]
    each = [
        Figure(f"a scenario{how}: {name}", "ms", run.each_ms(), run.load, processor=run.each_ms("processor"))
        for name, run in runs.items()
    ]
    return start + each


def over_plain(runs: Mapping[str, Runs]) -> list[Figure]:
    """What ours cost over plain behave's, compared round by round."""
    ours, plain = runs[OURS], runs[PLAIN]
    starts, eaches = (
        [differences(take(ours, what), take(plain, what)) for what in ("wall", "processor")]
        for take in (Runs.start_s, Runs.each_ms)
    )
    return [
        Figure("start over plain behave: sessionproof", "s", starts[0], ours.load, START_S, starts[1]),
        Figure("a scenario over plain behave: sessionproof", "ms", eaches[0], ours.load, EACH_MS, eaches[1]),
    ]
