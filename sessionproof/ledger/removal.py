"""Removing what stands: faults first, dependents before what they stand on, all errors told at the end."""

from __future__ import annotations

import itertools
import os
import select
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sessionproof import errors
from sessionproof.ledger import homes, things
from sessionproof.ledger.owners import Owner
from sessionproof.ledger.things import Thing

if TYPE_CHECKING:
    from sessionproof.ledger.book import Entry

Wait = Callable[[float], None]
"""Blocks until the thing was seen gone, at most until the given monotonic time; raises if it is not."""
Remover = Callable[["Entry"], Wait | None]
"""
Begins to remove a thing and returns how to wait for it; None if it is gone already.

Removing what is not there is no error: an entry may never have been made.
"""
Removers = Mapping[str, Remover]
"""By kind of thing."""

GRACE = 5.0
"""Seconds that a process gets to end by itself before it is killed."""


class NotRemoved(errors.Leaked):
    """
    Things that are still there, or could not be judged, after everything was tried.

    :ivar failures: each entry with the error that its removal met.
    """

    def __init__(self, failures: Sequence[tuple[Entry, Exception]]) -> None:
        self.failures = tuple(failures)
        many = f"{len(failures)} things were" if len(failures) != 1 else "1 thing was"
        lines = [f"  {entry.thing}: {error}" for entry, error in failures]
        super().__init__("\n".join([f"{many} not removed:", *lines]))


def remove_all(
    entries: Sequence[Entry],
    removers: Removers,
    *,
    seconds: float = 60.0,
    done: Callable[[Entry], None] = lambda _: None,
) -> None:
    """
    Remove the things of *entries*, given in the order in which they were planned.

    Faults are lifted first; the rest goes newest first, neighbours of one kind side by side. The same
    thing noted twice is removed once, as late as its first note asks for. Built-in removers (processes,
    paths, frozen processes) are used where *removers* has none.

    :param seconds: longest wait for one wave.
    :param done: told of each entry that is gone.
    :raises NotRemoved: after trying all, with every thing that is left and why.
    """
    known = {**BUILT_IN, **removers}
    failures: list[tuple[Entry, Exception]] = []
    twins: dict[str, list[Entry]] = {}
    for entry in entries:
        twins.setdefault(entry.thing.key, []).append(entry)
    first = [same[0] for same in twins.values()]
    order = [e for e in reversed(first) if e.thing.is_fault]
    order += [e for e in reversed(first) if not e.thing.is_fault]
    for _, wave in itertools.groupby(order, key=lambda entry: entry.thing.wave):
        begun: list[tuple[Entry, Wait | None]] = []
        for entry in wave:
            try:
                begun.append((entry, _remover(known, entry.thing)(entry)))
            except Exception as error:  # one that cannot be removed must not save the others
                failures.append((entry, error))
        deadline = time.monotonic() + seconds
        for entry, wait in begun:
            try:
                if wait is not None:
                    wait(deadline)
            except Exception as error:
                failures.append((entry, error))
                continue
            for same in twins[entry.thing.key]:
                same.removed()
                done(same)
    if failures:
        raise NotRemoved(failures)


def _remover(known: Mapping[str, Remover], thing: Thing) -> Remover:
    if thing.kind not in known:
        raise errors.SuiteWrong(f"nothing here knows how to remove a {thing.kind!r}")
    return known[thing.kind]


def remove_process(entry: Entry) -> Wait | None:
    """Continue, terminate and at last kill the process; another one with its number is left alone."""
    owner = Owner.read(entry.thing.place)
    if not owner.lives():
        return None
    handle = os.pidfd_open(owner.pid)
    if not owner.lives():  # between the look and the handle the number may have gone to another process
        os.close(handle)
        return None
    for sent in (signal.SIGCONT, signal.SIGTERM):
        _send(handle, sent)

    def wait(deadline: float) -> None:
        try:
            if not _ended(handle, min(GRACE, deadline - time.monotonic())):
                _send(handle, signal.SIGKILL)
                if not _ended(handle, max(1.0, deadline - time.monotonic())):
                    raise errors.Leaked(f"process {owner.pid} outlived SIGKILL")
        finally:
            os.close(handle)

    return wait


def continue_process(entry: Entry) -> Wait | None:
    """Continue a process that a signal has stopped, if it is still that process."""
    owner = Owner.read(entry.thing.place)
    if owner.lives():
        os.kill(owner.pid, signal.SIGCONT)
    return None


def remove_path(entry: Entry) -> Wait | None:
    """Remove a file or a folder with its content; links are removed, never followed."""
    path = Path(entry.thing.place["path"])
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return None


BUILT_IN: Removers = {
    things.PROCESS: remove_process,
    things.PATH: remove_path,
    things.HOME: homes.remove_home,
    things.FAULT + "continue-process": continue_process,
}
"""What can be removed without a client."""


def _send(handle: int, sent: signal.Signals) -> None:
    try:
        signal.pidfd_send_signal(handle, sent)
    except ProcessLookupError:
        return


def _ended(handle: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(max(0.0, seconds) * 1000))
