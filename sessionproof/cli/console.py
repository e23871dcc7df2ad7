"""What a person sees while something long goes on: one changing line on a terminal, timed lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from typing import TextIO


class Console:
    """
    Shows progress on *stream*; results go to standard output, so that they can be piped.

    Call it as ``console(stage, detail, done, total)``. On a terminal the running stage is one line that
    is overwritten and stands, with its time, when it is over. Elsewhere each stage is a line when it
    begins and one with its time when it is over, and details come at most once in ``QUIET`` seconds.
    """

    QUIET = 10.0

    def __init__(self, stream: TextIO | None = None, *, width: int | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._live = self._stream.isatty()
        self._width = width
        self._stage = ""
        self._began = self._told = 0.0

    def __call__(
        self, stage: str, detail: str = "", done: int | None = None, total: int | None = None
    ) -> None:
        """Show that *stage* goes on; a new name ends the stage before."""
        now = time.monotonic()
        if stage != self._stage:
            self.finish()
            self._stage, self._began, self._told = stage, now, now
            if not self._live:
                self._stream.write(f"{stage} ...\n")
        count = f" {done}/{total}" if done is not None and total is not None else ""
        if self._live:
            self._overwrite(f"{stage}{count}  {_seconds(now - self._began)}  {detail}")
        elif detail and now - self._told >= self.QUIET:
            self._told = now
            self._stream.write(f"{stage}{count}  {_seconds(now - self._began)}  {detail}\n")
        self._stream.flush()

    def say(self, text: str) -> None:
        """A line that stays, without ending the running stage."""
        if self._live:
            self._stream.write("\r\x1b[K")
        self._stream.write(text + "\n")
        self._stream.flush()

    def finish(self) -> None:
        """The running stage is over, well or not."""
        if self._stage:
            took = _seconds(time.monotonic() - self._began)
            start = "\r\x1b[K" if self._live else ""
            self._stream.write(f"{start}{self._stage}  {took}\n")
            self._stream.flush()
            self._stage = ""

    def _overwrite(self, line: str) -> None:
        width = self._width or shutil.get_terminal_size().columns
        self._stream.write("\r\x1b[K" + line.rstrip()[: width - 1])


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def table(rows: Sequence[Sequence[str]], heading: Sequence[str]) -> str:
    """*rows* in columns as wide as they need, under *heading*."""
    widths = [max(len(row[i]) for row in (heading, *rows)) for i in range(len(heading))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heading, *rows)
    ]
    return "\n".join(lines)
