"""Progress: one changing line on a terminal, timed lines elsewhere."""

from __future__ import annotations

import io
import re

from sessionproof.cli.console import Console, table


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_when_a_stage_begins_and_one_when_it_ends() -> None:
    """Details do not flood a log: they come at most every ten seconds."""
    stream = io.StringIO()
    console = Console(stream)

    console("nodes", "node-1", 1, 3)
    console("nodes", "node-2", 2, 3)
    console("storage")
    console.finish()

    lines = [re.sub(r"[\d.]+ s$", "T", line) for line in stream.getvalue().splitlines()]
    assert lines == ["nodes ...", "nodes  T", "storage ...", "storage  T"]


def test_a_terminal_has_one_line_that_changes() -> None:
    """The line is overwritten, cut to the width, and stands with its time at the end."""
    stream = Terminal()
    console = Console(stream, width=25)

    console("nodes", "node-1 is being made", 1, 3)
    console("nodes", "node-2", 2, 3)
    console.finish()

    shown = re.sub(r"[\d.]+ s", "T", stream.getvalue()).split("\r\x1b[K")
    assert shown == ["", "nodes 1/3  T  node-1", "nodes 2/3  T  node-2", "nodes  T\n"]


def test_a_said_line_stays_above_the_running_one() -> None:
    """What must be read is not overwritten."""
    stream = Terminal()
    console = Console(stream, width=80)

    console("cleaning")
    console.say("taking a finalizer off")

    assert stream.getvalue().endswith("\r\x1b[Ktaking a finalizer off\n")


def test_columns_are_as_wide_as_they_need() -> None:
    """And no line ends in blanks."""
    assert table([("a", "bbb"), ("aaaa", "b")], ("X", "Y")) == "X     Y\na     bbb\naaaa  b"
