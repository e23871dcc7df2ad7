"""What the embedded cluster costs: how long its commands take a person, and the memory it holds when idle."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sessionproof_cluster

from bench import machine
from bench.figures import Budget, Figure, NotMeasured
from bench.timing import Command, Say, Took

NAME = "bench"
ROOT = Path(__file__).resolve().parent.parent
IDLE_SECONDS = 10.0
"""How long nothing is asked of a fresh cluster before its memory is taken."""
BARE_S, FULL_S, DOWN_S = Budget(6.0), Budget(30.0), Budget(3.0)
MEMORY_GIB = Budget(1.5)

Load = tuple[float, float]


def measure(environment: Mapping[str, str], bare: int, full: int, say: Say) -> list[Figure]:
    """
    Raise and remove a cluster of three nodes, again and again, by the commands a person would use.

    The first of each is not counted: it may have to build what later ones find in the cache.

    :param bare: how often without DNS, storage, ingress and reference images.
    :param full: how often with them; each stays up for a while until it is idle.
    :raises NotMeasured: if there is one of the name already, or a command fails.
    """
    if os.geteuid() != 0:
        raise NotMeasured("clusters are measured by making some, which needs root: sudo -E make bench")
    if any(one.name == NAME for one in sessionproof_cluster.clusters()):
        raise NotMeasured(f"a cluster '{NAME}' is up already: sessionproof down --name {NAME}")

    def sessionproof(*arguments: str) -> Command:
        program = Path(sys.executable).with_name("sessionproof")
        return Command((program, *arguments, "--name", NAME), ROOT, environment)

    down = sessionproof("down")
    memory: list[float] = []

    def weigh() -> None:
        threading.Event().wait(IDLE_SECONDS)
        memory.append(sessionproof_cluster.find(NAME).memory() / 2**30)

    before = machine.load()
    with _removed(down):
        ups, downs = _raised(sessionproof("up", "--bare"), down, bare, say, lambda: None)
        middle = machine.load()
        fulls, more = _raised(sessionproof("up"), down, full, say, weigh)
    return figures(ups, fulls, downs, more, memory[1:], (before, middle, machine.load()))


def _raised(
    up: Command, down: Command, times: int, say: Say, meanwhile: Callable[[], None]
) -> tuple[list[Took], list[Took]]:
    ups, downs = [], []
    for number in range(times + 1):
        say(f"{up}, {'warming up' if number == 0 else f'{number}/{times}'}")
        ups.append(up.run())
        meanwhile()
        downs.append(down.run())
    return ups[1:], downs[1:]


@contextmanager
def _removed(down: Command) -> Iterator[None]:
    try:
        yield
    except BaseException:
        down.run()
        raise


def figures(
    bare: list[Took],
    full: list[Took],
    down_bare: list[Took],
    down_full: list[Took],
    memory: list[float],
    load: tuple[float, float, float],
) -> list[Figure]:
    """The lines of the table."""
    first, second = (load[0], load[1]), (load[1], load[2])
    return [
        _timed("`up --bare`: three nodes Ready", bare, first, BARE_S),
        _timed("`up`: with DNS, storage, ingress, reference images", full, second, FULL_S),
        _timed("`down` of a bare cluster", down_bare, first, DOWN_S),
        _timed("`down` of a whole cluster", down_full, second, DOWN_S),
        Figure("memory of an idle whole cluster (PSS)", "GiB", tuple(memory), second, MEMORY_GIB),
    ]


def _timed(name: str, took: list[Took], load: Load, budget: Budget) -> Figure:
    return Figure(name, "s", tuple(each.wall for each in took), load, budget)
