"""What a person sees while scenarios run, on a terminal and in a log."""

from __future__ import annotations

import io
from dataclasses import dataclass

from sessionproof.reporting.verdicts import Verdict
from sessionproof.runner.progress import Progress
from sessionproof.runner.schedule import Queue, Unit
from tests.runner.test_schedule import unit


@dataclass
class Busy:
    """A worker, as far as it is shown."""

    lane: int
    unit: Unit | None
    since: float = 0.0
    dismissed: bool = False


class Terminal(io.StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


def test_a_log_has_a_line_for_each_begin_and_each_end() -> None:
    """With the verdict, its first line of reasons, what is done of what is planned, and what is left."""
    log = io.StringIO()
    units = [unit(0, 60.0), unit(1, 90.0)]
    progress = Progress(units, 1, log)
    queue = Queue(units)
    first = queue.take()
    assert first is not None
    progress.begins(Busy(2, first), first)
    progress.ends(first, Verdict.FAILED, "it was red\nand more", queue)

    begin, end = log.getvalue().splitlines()
    assert "worker 2: Stories: Story 0 ..." == begin
    assert end.startswith(
        "✘ Stories: Story 0  0.0 s  failed: it was red (1 of 2 done, 1 failed, about 1 min 30 s left)"
    )


def test_a_terminal_shows_what_runs_now_below_what_is_done() -> None:
    """The block is taken away before a line that stays is written, and at the end."""
    screen = Terminal()
    units = [unit(0, 5.0), unit(1, 5.0)]
    progress = Progress(units, 2, screen)
    for busy in units:
        progress.begins(Busy(busy.number, busy), busy)
    progress.draw([Busy(1, units[0]), Busy(2, None, dismissed=True)], Queue([]))
    block = screen.getvalue().splitlines()
    progress.ends(units[0], Verdict.PASSED, "", Queue([]))

    assert "0 of 2 done, about 5 s left" == block[0]
    assert block[1].endswith("Stories: Story 0")
    assert block[2].endswith("closes what it opened")
    assert "\x1b[3A\x1b[J✔ Stories: Story 0  0.0 s  passed\n" in screen.getvalue()
