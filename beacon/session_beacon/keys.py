"""What a key press says: a character where it is one, else the key's name."""

from __future__ import annotations

from Xlib import XK, X, display

XK.load_keysym_group("xf86")
_NAMES = {value: name.removeprefix("XK_") for name, value in vars(XK).items() if name.startswith("XK_")}
_UNICODE = 0x01000000


def spoken(screen: display.Display, keycode: int, state: int) -> str:
    """
    The character that a key types in the given modifier state, or its name, such as ``Return``.

    :param state: the event's modifier mask.
    """
    shifted = bool(state & X.ShiftMask)
    keysym = screen.keycode_to_keysym(keycode, 1 if shifted else 0)
    if shifted and keysym == 0:
        keysym = screen.keycode_to_keysym(keycode, 0)
    if state & X.LockMask and keysym < 0x100:
        keysym = ord(chr(keysym).swapcase()) if chr(keysym).isalpha() else keysym
    return named(keysym, keycode)


def named(keysym: int, keycode: int) -> str:
    """A keysym as a character or a name; the bare key code where the server knows neither."""
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        return chr(keysym)
    if keysym >= _UNICODE:
        return chr(keysym - _UNICODE)
    return _NAMES.get(keysym, f"key-{keycode}")
