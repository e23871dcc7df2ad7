"""The files of the ledger: one per process and run, append-only, synced before a thing is made."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sessionproof.ledger import owners
from sessionproof.ledger.removal import Removers, remove_all
from sessionproof.ledger.things import Thing

State = Literal["planned", "made", "removed"]


@dataclass(eq=False)
class Entry:
    """One thing in the ledger. ``planned`` means that it may or may not exist."""

    thing: Thing
    number: int
    """Within its file."""
    at: int
    """Monotonic nanoseconds when it was planned: comparable between processes of one boot."""
    scenario: str = ""
    """The scenario it was made for; empty for what the whole run needs."""
    state: State = "planned"
    facts: dict[str, str] = field(default_factory=dict)
    """What was learnt when it was made, such as ``uid``."""
    book: Ledger | None = field(default=None, repr=False)

    def made(self, **facts: str) -> None:
        """Note that the thing exists now, and what is known of it."""
        self.state = "made"
        self.facts.update(facts)
        self._write({"e": "made", "n": self.number, "facts": facts})

    def removed(self) -> None:
        """Note that the thing was seen to be gone."""
        self.state = "removed"
        self._write({"e": "removed", "n": self.number})

    def _write(self, record: dict[str, Any]) -> None:
        if self.book is not None:
            self.book.write(record)


class Ledger:
    """
    The ledger of one run, as one process writes it.

    A forked worker goes on with the object it inherited: at its first entry it begins a file of its own
    and answers for its own entries only. Safe to use from any thread.
    """

    def __init__(self, folder: Path, run: str, *, runs: Path | None = None) -> None:
        """
        Begin the ledger of *run* in *folder*, which is ``.sessionproof/ledger`` of the repository.

        :param runs: where living runs are listed; the user's own place if None.
        """
        self.folder = folder
        self.run = run
        self.entries: list[Entry] = []
        self._by_key: dict[str, Entry] = {}
        self._lock = threading.RLock()
        self._descriptor = -1
        self._file = folder / f"{run}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        self._listing: Path | None = owners.announce(run, runs)
        self._open()

    @contextmanager
    def planned(self, thing: Thing, *, scenario: str = "") -> Iterator[Entry]:
        """
        Write *thing* down, synced to disk, before the block makes it.

        Leaving the block without an error notes it as made. After an error it stays *planned*, because
        it may exist all the same, and will be looked for.
        """
        entry = self.plan(thing, scenario=scenario)
        yield entry
        if entry.state == "planned":
            entry.made()

    def plan(self, thing: Thing, *, scenario: str = "") -> Entry:
        """Write *thing* down, synced to disk; the same thing a second time is the same entry."""
        with self._lock:
            self._own()
            known = self._by_key.get(thing.key)
            if known is not None and known.state != "removed":
                return known
            entry = Entry(thing, len(self.entries), time.monotonic_ns(), scenario, book=self)
            record = {"e": "planned", "n": entry.number, "at": entry.at, "scenario": scenario}
            self.write(
                record | {"kind": thing.kind, "name": thing.name, "place": dict(thing.place)}, sync=True
            )
            self.entries.append(entry)
            self._by_key[thing.key] = entry
            return entry

    def standing(self, scenario: str | None = None) -> list[Entry]:
        """What is not removed yet; of one scenario if *scenario* is given."""
        with self._lock:
            self._own()
            return [
                entry
                for entry in self.entries
                if entry.state != "removed" and (scenario is None or entry.scenario == scenario)
            ]

    def clean(self, removers: Removers, *, scenario: str | None = None, seconds: float = 60.0) -> None:
        """
        Remove what stands, faults first, then the newest first, blocking until each thing is gone.

        :param scenario: only what was made for it; everything of this process if None.
        :param seconds: longest wait for one wave of things.
        :raises NotRemoved: after trying all, with every thing that is left and why.
        """
        remove_all(self.standing(scenario), removers, seconds=seconds)

    def close(self) -> None:
        """End the ledger of this process; its file goes if nothing stands."""
        with self._lock:
            self._own()
            standing = self.standing()
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1
            if not standing:
                self._file.unlink(missing_ok=True)
                if self._listing is not None:
                    self._listing.unlink(missing_ok=True)

    def write(self, record: dict[str, Any], *, sync: bool = False) -> None:
        """Append one line; *sync* returns only when it is on the disk."""
        line = json.dumps(record, separators=(",", ":")) + "\n"
        with self._lock:
            if self._descriptor < 0:
                raise ValueError(f"the ledger of run {self.run} is closed")
            os.write(self._descriptor, line.encode())
            if sync:
                os.fdatasync(self._descriptor)

    def _open(self) -> None:
        self._pid = os.getpid()
        self._descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.write({"e": "owner", "run": self.run, **owners.Owner.me().record()}, sync=True)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the file's name must be on the disk too
        finally:
            os.close(folder)

    def _own(self) -> None:
        if self._pid != os.getpid():
            os.close(self._descriptor)
            self.entries = []
            self._by_key = {}
            self._listing = None
            self._file = self.folder / f"{self.run}.{os.getpid()}.jsonl"
            self._open()


@dataclass(frozen=True)
class Run:
    """What the ledger's files say of one run."""

    id: str
    files: tuple[Path, ...]
    lives: bool
    """Whether any process that wrote one of its files still runs."""
    entries: tuple[Entry, ...]
    """What stands, of all its processes, in the order in which it was planned."""


def read_runs(folder: Path, beginning: str = "") -> list[Run]:
    """
    The runs whose id has that *beginning* and that have files in *folder*, in no order that means anything.

    A file that goes while it is looked for is that of a run that ended, or that somebody else finished.
    """
    files: dict[str, list[Path]] = {}
    for file in sorted(folder.glob(f"{beginning}*.jsonl")):
        files.setdefault(file.name.split(".", 1)[0], []).append(file)
    runs = []
    for run, own in files.items():
        read = [told for file in own if (told := _read(file)) is not None]
        if read:
            entries = sorted((entry for _, standing in read for entry in standing), key=lambda e: e.at)
            runs.append(Run(run, tuple(own), any(lives for lives, _ in read), tuple(entries)))
    return runs


def _read(file: Path) -> tuple[bool, list[Entry]] | None:
    """Whether the file's owner lives, and what stands; a torn last line was never acted upon. None: it is gone."""
    try:
        lines = file.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    owner: owners.Owner | None = None
    entries: dict[int, Entry] = {}
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if record["e"] == "owner":
            owner = owners.Owner.read(record)
        elif record["e"] == "planned":
            thing = Thing(record["kind"], record["name"], record["place"])
            number = record["n"]
            entries[number] = Entry(thing, number, record["at"], record["scenario"])
        elif record["n"] in entries:
            entry = entries[record["n"]]
            entry.state = record["e"]
            entry.facts.update(record.get("facts") or {})
    standing = [entry for entry in entries.values() if entry.state != "removed"]
    return owner is not None and owner.lives(), standing
