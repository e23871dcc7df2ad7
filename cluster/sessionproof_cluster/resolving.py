"""Asking a name server for addresses, as any program in a pod does."""

from __future__ import annotations

import secrets
import socket

_PORT = 53
_QUESTION = b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
"""Flags and counts of a recursive query with one question."""
_A_IN = b"\x00\x01\x00\x01"


def addresses(server: str, name: str, timeout: float) -> list[str]:
    """
    The IPv4 addresses of *name*, by one UDP query; none if the server knows no such name.

    :param timeout: seconds to wait for the answer.
    :raises OSError: if the server did not answer, ``TimeoutError`` among them.
    """
    asked = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0" + _A_IN
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(timeout)
        asking.connect((server, _PORT))
        asking.send(secrets.token_bytes(2) + _QUESTION + asked)
        answer = asking.recv(4096)
    return _addresses_in(answer, 12 + len(asked))


def _addresses_in(answer: bytes, at: int) -> list[str]:
    """The A records of an answer whose first record begins at *at* (RFC 1035, section 4.1.3)."""
    found = []
    for _ in range(int.from_bytes(answer[6:8], "big")):
        while answer[at] and answer[at] < 0xC0:
            at += answer[at] + 1
        at += 2 if answer[at] else 1
        kind, length = (
            int.from_bytes(answer[at : at + 2], "big"),
            int.from_bytes(answer[at + 8 : at + 10], "big"),
        )
        data = answer[at + 10 : at + 10 + length]
        if kind == 1:
            found.append(socket.inet_ntoa(data))
        at += 10 + length
    return found
