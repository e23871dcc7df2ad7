"""The log: what arrived, in order. It is the truth that a viewer's picture is compared with."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import IO, Any


@dataclass
class Arrivals:
    """Counts input and writes it down, a line of JSON each."""

    out: IO[str]
    inputs: int = 0
    """Key and button events so far; pointer movement and clipboard are written down, not counted."""

    def note(self, frame: int, kind: str, value: Any, **more: Any) -> None:
        """
        Write one event and hand it on at once, so that a reader never waits for it.

        :param frame: number of the first picture that can show it.
        """
        line = {
            "t": time.time_ns() // 1_000_000,
            "frame": frame & 0xFFFF,
            "kind": kind,
            "value": value,
            **more,
        }
        self.out.write(json.dumps(line, separators=(",", ":")) + "\n")
        self.out.flush()
