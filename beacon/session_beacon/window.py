"""The window: always on top, painted in full pictures, told of input."""

from __future__ import annotations

from collections.abc import Iterator

from Xlib import X, display, error, protocol

from session_beacon.picture import HEIGHT, WIDTH, white_cells

_EVENTS = X.KeyPressMask | X.ButtonPressMask | X.PointerMotionMask | X.ExposureMask | X.VisibilityChangeMask


class BeaconWindow:
    """An override-redirect window; no window manager moves, covers or focuses it."""

    def __init__(self, screen: display.Display, position: tuple[int, int]) -> None:
        self._display = screen
        root = screen.screen().root
        x, y = position
        self._window = root.create_window(
            x,
            y,
            WIDTH,
            HEIGHT,
            0,
            screen.screen().root_depth,
            override_redirect=True,
            background_pixel=screen.screen().black_pixel,
            event_mask=_EVENTS,
        )
        self._window.set_wm_name("beacon")
        # Painted off screen and copied in one request, so that no half picture is ever seen.
        self._canvas = self._window.create_pixmap(WIDTH, HEIGHT, screen.screen().root_depth)
        self._white = self._window.create_gc(foreground=screen.screen().white_pixel)
        self._black = self._window.create_gc(foreground=screen.screen().black_pixel)
        self._clipboard = screen.intern_atom("CLIPBOARD")
        self._text = screen.intern_atom("UTF8_STRING")
        self._property = screen.intern_atom("BEACON_CLIPBOARD")
        if screen.has_extension("XFIXES"):
            screen.xfixes_query_version()
            screen.xfixes_select_selection_input(self._window, self._clipboard, 1)
        self._window.map()

    def focus(self) -> None:
        """Take the keyboard's focus: a window manager gives none to such a window."""
        self._window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        self._display.sync()

    def paint(self, lines: tuple[int, int, int]) -> None:
        """Show one picture; returns when the server has drawn it."""
        self._canvas.fill_rectangle(self._black, 0, 0, WIDTH, HEIGHT)
        self._canvas.poly_fill_rectangle(self._white, white_cells(lines))
        self._window.copy_area(self._white, self._canvas, 0, 0, WIDTH, HEIGHT, 0, 0)
        self._display.sync()

    def events(self) -> Iterator[protocol.rq.Event]:
        """What has arrived so far; covered windows are raised on the way, new clipboards asked for."""
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.VisibilityNotify and event.state != X.VisibilityUnobscured:
                self._window.configure(stack_mode=X.Above)
            elif event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)
            elif type(event).__name__ == "SetSelectionOwnerNotify":
                self._window.convert_selection(self._clipboard, self._text, self._property, X.CurrentTime)
            else:
                yield event

    def clipboard(self) -> str | None:
        """The text that the clipboard's owner has delivered; None if it has none."""
        found = self._window.get_full_property(self._property, X.AnyPropertyType)
        if found is None:
            return None
        value = found.value
        return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def open_display() -> display.Display:
    """
    The display of ``DISPLAY``.

    :raises SystemExit: if there is none; the beacon dies with its display.
    """
    try:
        return display.Display()
    except (error.DisplayError, OSError) as reason:
        raise SystemExit(f"beacon: no display: {reason}") from reason
