"""The record of what arrived: one JSON line each, in order. It is the truth about input."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Literal, TextIO

Kind = Literal["key", "button", "motion", "clipboard"]


class InputLog:
    """Appends to a file, or to standard output; each line is out before the next picture is."""

    def __init__(self, place: str) -> None:
        """:param place: path of the file; standard output if empty."""
        self._file: TextIO = Path(place).open("a") if place else sys.stdout

    def write(self, frame: int, kind: Kind, value: str | int | tuple[int, int]) -> None:
        """
        Note one event.

        :param frame: number of the picture that was last painted when it came.
        """
        line = {"t": time.time_ns() // 1_000_000, "frame": frame, "kind": kind, "value": value}
        self._file.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n")
        self._file.flush()

    def __enter__(self) -> InputLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not sys.stdout:
            self._file.close()
