"""What a key press means: the text it types and its name."""

from __future__ import annotations

from Xlib import XK, X

for _group in ("latin1", "miscellany", "xf86", "xkb"):
    XK.load_keysym_group(_group)

_NAMES = {value: name[3:] for name, value in sorted(vars(XK).items(), reverse=True) if name.startswith("XK_")}
_CONTROLS = {XK.XK_Return: "\n", XK.XK_KP_Enter: "\n", XK.XK_Tab: "\t", XK.XK_BackSpace: "\b"}
_KEYPAD = range(0xFFAA, 0xFFBA)
_UNICODE = 0x01000000


def column(state: int) -> int:
    """
    The column of the keyboard map that holds what a key means while *state* is held.

    Caps Lock is not looked at here, since it concerns letters only (see :func:`text_of`).
    """
    shifted = 1 if state & X.ShiftMask else 0
    if state & X.Mod5Mask:
        return 4 + shifted
    return 2 * (state >> 13 & 1) + shifted


def text_of(keysym: int, state: int) -> str:
    """The text the key types: one character, or none for keys like Shift and F1 and for shortcuts."""
    if state & (X.ControlMask | X.Mod1Mask):
        return ""
    if keysym in _CONTROLS:
        return _CONTROLS[keysym]
    if keysym in _KEYPAD:
        return chr(keysym & 0x7F)
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        character = chr(keysym)
    elif _UNICODE < keysym <= _UNICODE + 0x10FFFF:
        character = chr(keysym - _UNICODE)
    else:
        return ""
    if state & X.LockMask and character.isalpha():
        return character.lower() if state & X.ShiftMask else character.upper()
    return character


def name_of(keysym: int) -> str:
    """The key's name as X knows it, or its number."""
    return str(_NAMES.get(keysym, f"{keysym:#x}"))
