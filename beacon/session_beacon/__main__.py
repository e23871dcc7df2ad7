"""Paints and listens until the display or the process ends."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from types import FrameType

from Xlib import X, display, error

from session_beacon import keys, picture, settings
from session_beacon.log import InputLog
from session_beacon.whole_display import Press, WholeDisplay
from session_beacon.window import BeaconWindow, open_display


class Beacon:
    """One beacon on one display."""

    def __init__(self, configured: settings.Settings, log: InputLog) -> None:
        self._log = log
        self._display: display.Display = open_display()
        self._window = BeaconWindow(self._display, configured.position)
        self._whole = WholeDisplay() if configured.grab else None
        if self._whole is None:
            self._window.focus()
        self._marker = picture.marker_of(configured.session)
        self._period = 1.0 / configured.fps
        self._frame = 0
        self._inputs = 0

    def run(self) -> None:
        """Never returns of itself; the end of the display is an ``error.ConnectionClosedError``."""
        watched = [self._display] if self._whole is None else [self._display, self._whole]
        due = time.monotonic()
        while True:
            self._paint()
            due = max(due + self._period, time.monotonic())
            while (left := due - time.monotonic()) > 0:
                select.select(watched, [], [], left)
                if self._take_inputs():
                    self._paint()

    def _paint(self) -> None:
        self._frame += 1
        # The clock is read last: everything before it would count as latency of the viewer.
        lines = picture.rows(time.time_ns() // 1_000_000, self._frame, self._inputs, self._marker)
        self._window.paint(lines)

    def _take_inputs(self) -> bool:
        """Note what has arrived; tell whether any of it counts."""
        before = self._inputs
        for event in self._window.events():
            if event.type == X.MotionNotify:
                self._log.write(self._frame, "motion", (event.root_x, event.root_y))
            elif event.type == X.SelectionNotify:
                if (text := self._window.clipboard()) is not None:
                    self._log.write(self._frame, "clipboard", text)
            elif event.type in (X.KeyPress, X.ButtonPress) and self._whole is None:
                self._count(Press(event.type, event.detail, event.state))
        for press in self._whole.presses() if self._whole is not None else ():
            self._count(press)
        return self._inputs != before

    def _count(self, press: Press) -> None:
        self._inputs += 1
        if press.type == X.KeyPress:
            self._log.write(self._frame, "key", keys.spoken(self._display, press.detail, press.state))
        else:
            self._log.write(self._frame, "button", press.detail)


def _end(_number: int, _frame: FrameType | None) -> None:
    # Nothing is held that the kernel and the display would not take back by themselves.
    os._exit(0)


def main() -> int:
    """Run until SIGTERM, or until the display ends."""
    signal.signal(signal.SIGTERM, _end)
    try:
        configured = settings.read(os.environ)
    except settings.BadSetting as problem:
        sys.stderr.write(f"beacon: {problem}\n")
        return 2
    with InputLog(configured.log) as log:
        try:
            Beacon(configured, log).run()
        except (error.ConnectionClosedError, OSError) as reason:
            sys.stderr.write(f"beacon: the display has ended: {reason}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
