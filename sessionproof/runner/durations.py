"""How long each scenario took when it was last run, so that the longest can be begun first."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FILE = Path(".sessionproof") / "durations.json"
"""Below the project's root: scenarios by their ``historyId``, in seconds, hooks and clean-ups included."""


def read(root: Path) -> dict[str, float]:
    """What is known; nothing if nothing was kept, or nothing that can be read."""
    try:
        known = json.loads((root / FILE).read_text(encoding="utf-8"))
        return {str(who): float(seconds) for who, seconds in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def keep(root: Path, taken: Mapping[str, float]) -> None:
    """Add what was *taken* to what is known; an order of running is not worth an error."""
    if not taken:
        return
    file = root / FILE
    fresh = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({**read(root), **taken}), encoding="utf-8")
        fresh.replace(file)


def taken(scenarios: Iterable[Any]) -> dict[str, float]:
    """How long those of *scenarios* took that were run, from their results."""
    found = {}
    for scenario in scenarios:
        result = scenario.result
        if scenario.status.name in ("passed", "failed") and result.start and result.stop:
            found[result.historyId] = (result.stop - result.start) / 1000
    return found
