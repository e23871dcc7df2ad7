"""Finishes dead runs: what their ledgers say first, then what only looking shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sessionproof.janitor.looking import Found, Unlooked, look
from sessionproof.janitor.removing import removers
from sessionproof.ledger import Entry, NotRemoved, Removers, living_runs, read_runs, remove_all
from sessionproof.ledger.book import Run

Say = Callable[[str], None]
Look = Callable[[set[str]], tuple[list[Found], list[Unlooked]]]

WAVE_SECONDS = 90.0
"""Longest wait for one wave of things: a namespace full of pods that get their whole grace."""


@dataclass
class Finished:
    """What the janitor did."""

    runs: list[str] = field(default_factory=list)
    """Dead runs that had a ledger."""
    removed: list[str] = field(default_factory=list)
    """What was removed or seen to be gone, in order."""
    left: list[str] = field(default_factory=list)
    """What is still there, with the reason."""
    unlooked: list[Unlooked] = field(default_factory=list)
    """Clusters that could not be asked."""

    def __bool__(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.runs or self.removed or self.left or self.unlooked)


def finish_dead_runs(
    folder: Path,
    *,
    addresses: Iterable[str] | None = None,
    say: Say = lambda _: None,
    own: Removers | None = None,
    looking: Look | None = None,
) -> Finished:
    """
    Lift the faults and remove the things of every run that is dead, block until they are gone.

    Never raises for a thing that does not go: that stands in ``left``, its ledger is kept, and the next
    call tries again.

    :param folder: ``.sessionproof/ledger`` of the repository.
    :param addresses: clusters to look at; the embedded ones that are up if None.
    :param say: told what happens, in short sentences.
    :param own: removers besides or instead of those for clusters.
    :param looking: how to look, for tests.
    """
    result = Finished()
    known = {**removers(strip=True, say=say), **(own or {})}
    runs = read_runs(folder) if folder.is_dir() else []
    living = living_runs() | {run.id for run in runs if run.lives}
    for run in runs:
        if run.id not in living:
            _finish(run, known, result, say)
    found, result.unlooked = looking(living) if looking else look(addresses, living)
    orphans = [
        Entry(item.thing, number, number)
        for number, item in enumerate(_namespaces_first(found))
        if item.thing
    ]
    if orphans:
        say(f"{len(orphans)} things of dead runs that no ledger knows")
    _remove(orphans, known, result, say)
    return result


def _finish(run: Run, known: Removers, result: Finished, say: Say) -> None:
    result.runs.append(run.id)
    say(f"run {run.id} is dead and left {len(run.entries)} things")
    if _remove(list(run.entries), known, result, say):
        for file in run.files:
            file.unlink(missing_ok=True)


def _remove(entries: list[Entry], known: Removers, result: Finished, say: Say) -> bool:
    def done(entry: Entry) -> None:
        result.removed.append(str(entry.thing))
        say(f"gone: {entry.thing}")

    try:
        remove_all(entries, known, seconds=WAVE_SECONDS, done=done)
    except NotRemoved as error:
        result.left += [f"{entry.thing}: {cause}" for entry, cause in error.failures]
        return False
    return True


def _namespaces_first(found: list[Found]) -> list[Found]:
    """As if namespaces had been made first, so that they are removed last."""
    return sorted(found, key=lambda item: not item.what.startswith("namespace "))
