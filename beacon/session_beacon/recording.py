"""
Input of the whole display, seen without being taken away.

A grab would keep what is typed from the program it is meant for. The RECORD extension shows every device
event, wherever the focus is, and lets it pass; it needs a connection of its own, whose one call never
returns, hence the thread.
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
from collections import deque
from typing import Any, NamedTuple

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError
from Xlib.ext import record

_EVENT = struct.Struct("=BBHIIIIhhhhHBB")


class NotRecordable(Exception):
    """The display cannot show the input of all its windows."""


class Device(NamedTuple):
    """One event of a keyboard or pointer."""

    type: int
    """KeyPress, ButtonPress or MotionNotify."""
    detail: int
    """Key code or button number."""
    state: int
    """Modifiers held before it."""
    x: int
    y: int


class Recording:
    """Device events of one display, from now on; ``fileno`` is readable when there are new ones."""

    def __init__(self, name: str) -> None:
        self._events: deque[Device] = deque()
        self._readable, self._writable = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._display = Display(name)
        if not self._display.has_extension("RECORD"):
            raise NotRecordable(f"display {name} has no RECORD extension, which BEACON_GRAB=1 needs")
        wanted: dict[str, Any] = dict.fromkeys(
            ("core_requests", "core_replies", "delivered_events", "errors"), (0, 0)
        )
        wanted |= {"ext_requests": (0, 0, 0, 0), "ext_replies": (0, 0, 0, 0)}
        wanted |= {
            "device_events": (X.KeyPress, X.MotionNotify),
            "client_started": False,
            "client_died": False,
        }
        self._context = self._display.record_create_context(0, [record.AllClients], [wanted])
        self._display.sync()
        threading.Thread(target=self._listen, name="recording", daemon=True).start()

    def fileno(self) -> int:
        return self._readable

    def taken(self) -> list[Device]:
        """What came since the last call, in order."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._readable, 4096)
        return [self._events.popleft() for _ in range(len(self._events))]

    def _listen(self) -> None:
        # When the display dies, the painting thread notices it and ends the program.
        with contextlib.suppress(ConnectionClosedError):
            self._display.record_enable_context(self._context, self._arrived)

    def _arrived(self, reply: Any) -> None:
        if reply.category != record.FromServer or reply.client_swapped:
            return
        for event in _EVENT.iter_unpack(reply.data[: len(reply.data) // _EVENT.size * _EVENT.size]):
            if event[0] in (X.KeyPress, X.ButtonPress, X.MotionNotify):
                self._events.append(Device(event[0], event[1], event[11], event[7], event[8]))
        with contextlib.suppress(BlockingIOError):
            os.write(self._writable, b"!")
