"""
What a cluster is about to put on the machine, written and synced before it is made.

A line each: ``{"kind": "route", "name": "unreachable 10.64.0.0/16"}``. Removal looks at the machine and
needs the ledger only to tell whose a route is; people read it to see what was changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

FILE = "ledger.jsonl"


class Entry(NamedTuple):
    """One thing on the machine."""

    kind: str
    """cgroup, namespace, interface, route, process or directory."""
    name: str


def write(state: Path, entries: Iterable[Entry]) -> None:
    """Append *entries*; returns when they are on the disk."""
    with (state / FILE).open("a") as file:
        file.writelines(json.dumps(entry._asdict()) + "\n" for entry in entries)
        file.flush()
        os.fsync(file.fileno())


def read(state: Path) -> list[Entry]:
    """All entries, oldest first; a line cut off by a crash is left out."""
    try:
        lines = (state / FILE).read_text().splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        try:
            entries.append(Entry(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return entries
