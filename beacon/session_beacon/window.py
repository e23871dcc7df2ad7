"""The window: painted in one request a picture, kept on top, listening."""

from __future__ import annotations

import select
import time
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xfixes

from session_beacon import keys, picture
from session_beacon.arrivals import Arrivals
from session_beacon.recording import Recording
from session_beacon.settings import Settings

_CLIPBOARDS = ("CLIPBOARD", "PRIMARY")


class Window:
    """One beacon on one display; :meth:`live` paints until the process or the display ends."""

    def __init__(self, display: Display, settings: Settings, arrivals: Arrivals) -> None:
        self._display, self._settings, self._arrivals = display, settings, arrivals
        self._marker = picture.marker_of(settings.session)
        self._frame = 0
        self._raise = True
        screen = display.screen()
        self._window = screen.root.create_window(
            *settings.position,
            picture.WIDTH,
            picture.HEIGHT,
            0,
            screen.root_depth,
            override_redirect=True,
            event_mask=X.VisibilityChangeMask | self._own_input(),
        )
        self._window.set_wm_name("session beacon")
        self._pen = self._window.create_gc(foreground=screen.white_pixel, background=screen.black_pixel)
        self._recording = Recording(display.get_display_name()) if settings.whole_display else None
        self._listen_to_clipboards()
        self._window.map()
        if not settings.whole_display:
            # A window manager gives no focus to a window that it does not manage. Taken before the first
            # picture, so that whoever sees one may type.
            display.sync()
            self._window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)

    def live(self) -> None:
        """
        Paint at the set rate and take note of what arrives.

        :raises Xlib.error.ConnectionClosedError: when the display is gone.
        """
        period = 1 / self._settings.fps
        due = time.monotonic()
        sources = [self._display.fileno()] + ([self._recording.fileno()] if self._recording else [])
        while True:
            if time.monotonic() >= due:
                self._paint()
                # A beacon that was stopped for a while goes on; it does not catch up.
                due = max(due + period, time.monotonic())
            self._take_events()
            select.select(sources, [], [], max(0.0, due - time.monotonic()))

    def _own_input(self) -> int:
        if self._settings.whole_display:
            return 0
        return int(X.KeyPressMask | X.ButtonPressMask | X.PointerMotionMask)

    # -- painting --------------------------------------------------------------------------------------

    def _paint(self) -> None:
        self._frame += 1
        if self._raise:
            self._raise = False
            self._window.configure(stack_mode=X.Above)
        clock_ms = time.time_ns() // 1_000_000
        shown = picture.rows(clock_ms, self._frame, self._arrivals.inputs, self._marker)
        # One request, which the server carries out whole: nobody sees half a picture.
        self._window.put_image(
            self._pen, 0, 0, picture.WIDTH, picture.HEIGHT, X.XYBitmap, 1, 0, picture.bitmap(shown)
        )
        self._display.sync()

    # -- listening -------------------------------------------------------------------------------------

    def _take_events(self) -> None:
        self._take_own_events()
        if self._recording:
            devices = self._recording.taken()
            if any(device.type == X.KeyPress for device in devices):
                # A server may give a key its meaning just before it presses it: see that first.
                self._display.sync()
                self._take_own_events()
            for device in devices:
                self._input(device.type, device.detail, device.state, device.x, device.y)

    def _take_own_events(self) -> None:
        while self._display.pending_events():
            self._handle(self._display.next_event())

    def _handle(self, event: Any) -> None:
        if event.type in (X.KeyPress, X.ButtonPress, X.MotionNotify):
            self._input(event.type, event.detail, event.state, event.root_x, event.root_y)
        elif event.type == X.MappingNotify:
            self._display.refresh_keyboard_mapping(event)
        elif event.type == X.VisibilityNotify:
            # Raised with the next picture, so that two who both want to be on top do not spin.
            self._raise = event.state != X.VisibilityUnobscured
        elif event.type == X.SelectionNotify:
            self._clipboard_read(event)
        elif isinstance(event, xfixes.SetSelectionOwnerNotify) and event.owner:
            self._window.convert_selection(event.selection, self._text, self._taken, X.CurrentTime)

    def _input(self, kind: int, detail: int, state: int, x: int, y: int) -> None:
        if kind == X.MotionNotify:
            self._arrivals.note(self._frame + 1, "motion", [x, y])
            return
        self._arrivals.inputs += 1
        self._paint()
        if kind == X.ButtonPress:
            self._arrivals.note(self._frame, "button", detail, x=x, y=y)
            return
        keysym = self._display.keycode_to_keysym(detail, keys.column(state))
        keysym = keysym or self._display.keycode_to_keysym(detail, 0)
        self._arrivals.note(self._frame, "key", keys.text_of(keysym, state), key=keys.name_of(keysym))

    # -- the clipboard ---------------------------------------------------------------------------------

    def _listen_to_clipboards(self) -> None:
        self._text = self._display.intern_atom("UTF8_STRING")
        self._taken = self._display.intern_atom("SESSION_BEACON_CLIPBOARD")
        self._selections = {self._display.intern_atom(name): name for name in _CLIPBOARDS}
        if not self._display.has_extension("XFIXES"):
            return
        self._display.xfixes_query_version()
        for selection in self._selections:
            self._display.xfixes_select_selection_input(
                self._window, selection, xfixes.XFixesSetSelectionOwnerNotifyMask
            )

    def _clipboard_read(self, event: Any) -> None:
        """Text that is handed over in one piece is noted; more, or something else, is noted as null."""
        value = None
        if event.property != X.NONE:
            held = self._window.get_full_property(self._taken, X.AnyPropertyType)
            self._window.delete_property(self._taken)
            if held is not None and held.property_type == self._text:
                value = bytes(held.value).decode(errors="replace")
        self._arrivals.note(
            self._frame + 1, "clipboard", value, selection=self._selections.get(event.selection, "")
        )
