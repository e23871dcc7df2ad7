"""Where the browsers of runs live: the folder's name says whose each is, so that no ledger is needed to find it."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

_PREFIX = "sp-browser-"


def home_for(run: str, worker: int) -> Path:
    """The folder of the browser that one process of a run starts."""
    return Path(tempfile.gettempdir()) / f"{_PREFIX}{run}-{worker}"


def homes_of_the_dead(living: Collection[str]) -> Iterator[tuple[Path, str]]:
    """Folder and run of each browser whose run does not live."""
    for home in sorted(Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*")):
        run = home.name.removeprefix(_PREFIX).rpartition("-")[0]
        if run not in living:
            yield home, run
