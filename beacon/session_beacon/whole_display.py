"""Keys and buttons of the whole display, seen in passing: whoever they are meant for gets them, too."""

from __future__ import annotations

import os
import queue
import threading
from typing import Any, NamedTuple

from Xlib import X
from Xlib.ext import record
from Xlib.protocol import rq

from session_beacon.window import open_display


class Press(NamedTuple):
    """A key or button that went down somewhere on the display."""

    type: int
    """``X.KeyPress`` or ``X.ButtonPress``."""
    detail: int
    """Key code or number of the button."""
    state: int
    """Modifier mask at the time."""


class WholeDisplay:
    """
    Records presses by the RECORD extension, in a thread with a connection of its own.

    :raises SystemExit: if the display has no RECORD extension.
    """

    def __init__(self) -> None:
        self._pressed: queue.SimpleQueue[Press] = queue.SimpleQueue()
        self._display = open_display()
        if not self._display.has_extension("RECORD"):
            raise SystemExit("beacon: BEACON_GRAB=1 needs a display with the RECORD extension")
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        wanted = {
            "core_requests": (0, 0),
            "core_replies": (0, 0),
            "ext_requests": (0, 0, 0, 0),
            "ext_replies": (0, 0, 0, 0),
            "delivered_events": (0, 0),
            "device_events": (X.KeyPress, X.ButtonPress),
            "errors": (0, 0),
            "client_started": False,
            "client_died": False,
        }
        self._context = self._display.record_create_context(0, [record.AllClients], [wanted])
        threading.Thread(target=self._listen, name="whole display", daemon=True).start()

    def fileno(self) -> int:
        """Readable whenever something was pressed."""
        return self._wake_read

    def presses(self) -> list[Press]:
        """What was pressed since the last call, in order."""
        try:
            os.read(self._wake_read, 4096)
        except BlockingIOError:
            return []
        found = []
        while not self._pressed.empty():
            found.append(self._pressed.get())
        return found

    def _listen(self) -> None:
        self._display.record_enable_context(self._context, self._take)

    def _take(self, reply: Any) -> None:
        if reply.category != record.FromServer or reply.client_swapped:
            return
        data = reply.data
        while data:
            event, data = rq.EventField(None).parse_binary_value(data, self._display.display, None, None)
            if event.type in (X.KeyPress, X.ButtonPress):
                self._pressed.put(Press(event.type, event.detail, event.state))
        os.write(self._wake_write, b".")
