"""
The plan of a run, kept beside its results: whatever ends the run, every planned scenario has a result.

The plan is written before anything runs and locked while the run lives. Each scenario is noted when it
starts; the result's file says that it ended. What the run could not report, the run itself, its parent or
the next command writes as *not run*.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from sessionproof.errors import SuiteWrong
from sessionproof.reporting import results
from sessionproof.reporting.verdicts import Verdict

PLAN = "plan.json"
STARTED = "started.jsonl"


class Plan:
    """The plan of the run that this process does; locked until ``close`` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        """
        Take the results folder over; the results of an earlier run are removed.

        :raises SuiteWrong: if a living run writes there.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._file: TextIO | None = (folder / PLAN).open("a+", encoding="utf-8")
        if not _lock(self._file):
            self._file.close()
            raise SuiteWrong(
                f"another run is writing its results to {folder}; wait for it, or give another folder with -o"
            )
        for path in results.written(folder):
            # The plan is locked by its inode: it stays the same file.
            if path.name != PLAN:
                path.unlink(missing_ok=True)
        self._file.truncate(0)
        self._started: TextIO = (folder / STARTED).open("a", encoding="utf-8", buffering=1)
        self.planned: list[str] = []

    def write(self, planned: Iterable[Any]) -> None:
        """Write down the planned scenarios: results that have an identity and no verdict yet."""
        items = [results.plain(result) for result in planned]
        self.planned = [item["uuid"] for item in items]
        assert self._file is not None
        self._file.write(json.dumps({"at": _now(), "results": items}, ensure_ascii=False))
        self._file.flush()

    def start(self, uuid: str) -> None:
        """Note that a scenario begins."""
        self._started.write(f'{{"uuid": "{uuid}", "at": {_now()}}}\n')

    def close_gaps(self, reason: str) -> int:
        """Write a result for every planned scenario that has none, for *reason*; how many those were."""
        return _close_gaps(self.folder, reason)

    def close(self) -> None:
        """Give the folder free."""
        if self._file is not None:
            self._started.close()
            self._file.close()
            self._file = None


def close_gaps(folder: Path) -> int:
    """
    Finish the record of a run that is dead, in *folder* and in the folders of shards below it.

    Does nothing where there is no plan or the run still lives.

    :returns: how many planned scenarios had no result.
    """
    gaps = 0
    for path in sorted(folder.rglob(PLAN)):
        with path.open("a+", encoding="utf-8") as file:
            if _lock(file):
                gaps += _close_gaps(path.parent, "the run was ended from outside")
    return gaps


def _close_gaps(folder: Path, reason: str) -> int:
    try:
        plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return 0
    started = dict(_started(folder))
    gaps = 0
    for item in plan["results"]:
        path = folder / f"{item['uuid']}-result.json"
        if path.exists():
            continue
        begun = started.get(item["uuid"])
        message = f"started and never finished: {reason}" if begun else f"not executed: {reason}"
        at = begun or plan["at"]
        unfinished = {"status": Verdict.NOT_RUN.status, "statusDetails": {"message": message}}
        results.write(path, {**item, **unfinished, "start": at, "stop": at})
        gaps += 1
    return gaps


def _started(folder: Path) -> Iterable[tuple[str, int]]:
    path = folder / STARTED
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        # A killed run may leave half a line.
        if line.endswith("}"):
            record = json.loads(line)
            yield record["uuid"], record["at"]


def _lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _now() -> int:
    return round(time.time() * 1000)
