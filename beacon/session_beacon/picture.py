"""
What the beacon draws, as bits: three rows of 32 cells, most significant bit first, white = 1.

Row 0 holds the clock, row 1 the frame number and the input counter, row 2 the session's marker. The last
byte of a row is a checksum that black, white and rows out of place never satisfy.
"""

from __future__ import annotations

import hashlib

CELL_WIDTH = 16
CELL_HEIGHT = 32
"""Pixels; 32 cells by 3 rows fill the picture exactly."""
WIDTH = 32 * CELL_WIDTH
HEIGHT = 3 * CELL_HEIGHT

_FOLD = 0xA5
_WIDE = [
    b"".join((b"\xff" if byte >> bit & 1 else b"\0") * (CELL_WIDTH // 8) for bit in range(7, -1, -1))
    for byte in range(256)
]
"""For each byte of a row the bytes of one scan line; whole bytes, so that bit order does not matter."""


def marker_of(session: str) -> int:
    """The 24 bits that tell this session's picture from any other's."""
    return int.from_bytes(hashlib.sha256(session.encode()).digest()[:3], "big")


def rows(clock_ms: int, frame: int, inputs: int, marker: int) -> tuple[bytes, bytes, bytes]:
    """
    The three rows of a picture, four bytes each; every value is taken modulo the bits it has.

    :param clock_ms: milliseconds since the epoch.
    :param inputs: key and button events so far.
    """
    return (
        _summed(0, (clock_ms & 0xFFFFFF).to_bytes(3, "big")),
        _summed(1, (frame & 0xFFFF).to_bytes(2, "big") + bytes([inputs & 0xFF])),
        _summed(2, marker.to_bytes(3, "big")),
    )


def bitmap(picture: tuple[bytes, bytes, bytes]) -> bytes:
    """The rows as an X bitmap of ``WIDTH`` by ``HEIGHT``: one bit a pixel, lines padded to 32 bits."""
    return b"".join(b"".join(_WIDE[byte] for byte in row) * CELL_HEIGHT for row in picture)


def _summed(row: int, content: bytes) -> bytes:
    first, second, third = content
    return content + bytes([first ^ second ^ third ^ _FOLD ^ row])
