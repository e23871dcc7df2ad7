"""A name server's answers are understood."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from sessionproof_cluster import resolving

QUESTION = b"\x01a\x04test\x00\x00\x01\x00\x01"
ALIAS = b"\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x1e\x00\x04\x01b\xc0\x0e"
ADDRESS = b"\x01b\xc0\x0e\x00\x01\x00\x01\x00\x00\x00\x1e\x00\x04\x0a\x01\x02\x03"


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A name server on the loopback that sends what the list holds after the query's own id."""
    answers: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        monkeypatch.setattr(resolving, "_PORT", server.getsockname()[1])

        def answer() -> None:
            query, client = server.recvfrom(512)
            assert query[12:] == QUESTION
            server.sendto(query[:2] + answers[0], client)

        thread = threading.Thread(target=answer)
        thread.start()
        yield answers
        thread.join()


def test_addresses_are_found_behind_an_alias_and_a_shortened_name(answering: list[bytes]) -> None:
    """A record of another kind is passed over."""
    answering.append(b"\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00" + QUESTION + ALIAS + ADDRESS)

    assert resolving.addresses("127.0.0.1", "a.test", 5) == ["10.1.2.3"]


def test_an_unknown_name_has_no_addresses(answering: list[bytes]) -> None:
    """The server says so, which is an answer."""
    answering.append(b"\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00" + QUESTION)

    assert resolving.addresses("127.0.0.1", "a.test", 5) == []
