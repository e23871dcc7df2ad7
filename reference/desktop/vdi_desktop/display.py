"""The X display from a program's side: whether a window manager looks after it yet, and its background."""

from __future__ import annotations

import select
import time

from Xlib import X
from Xlib.display import Display


class NoWindowManager(Exception):
    """No window manager announced itself in time."""


def await_window_manager(name: str, within: float) -> None:
    """
    Return as soon as a window manager announces itself on display *name*.

    A window shown before that is managed anew when it comes, which takes the keyboard away.

    :param within: seconds.
    :raises NoWindowManager: if none does.
    """
    deadline = time.monotonic() + within
    display = Display(name)
    try:
        root = display.screen().root
        check = display.intern_atom("_NET_SUPPORTING_WM_CHECK")
        # Asked for before the first look, so that no change falls in between.
        root.change_attributes(event_mask=X.PropertyChangeMask)
        while root.get_full_property(check, X.AnyPropertyType) is None:
            while display.pending_events():
                display.next_event()
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([display.fileno()], [], [], left)[0]:
                raise NoWindowManager(f"no window manager announced itself on {name} within {within} s")
    finally:
        display.close()


def paint_background(name: str, colour: int) -> None:
    """Fill the empty screen of display *name* with *colour*, 0xRRGGBB."""
    display = Display(name)
    try:
        root = display.screen().root
        root.change_attributes(background_pixel=colour)
        root.clear_area()
        display.sync()
    finally:
        display.close()
