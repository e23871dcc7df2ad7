"""Requests and streams to an API server, as plain JSON; every error leaves here in the suite's own terms."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.connection import HTTPConnection

from sessionproof.clients.kubernetes import errors
from sessionproof.clients.kubernetes.access import Access

CONNECT_SECONDS = 3.0
"""A connection that takes longer counts as an outage."""
ANSWER_SECONDS = 30.0
"""Longest silence of an ordinary request."""
_KEEPALIVE = [
    *HTTPConnection.default_socket_options,
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 3),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
]
"""A peer that vanished without a word (a cut node) is noticed after some 6 s."""


class Transport:
    """A pool of connections to one API server; safe to use from any thread."""

    def __init__(self, access: Access, *, headers: Sequence[tuple[str, str]] = ()) -> None:
        self.access = access
        self._headers = tuple(headers)
        options: dict[str, Any] = {"ssl_context": access.tls} if access.tls else {}
        if access.server_name:
            options |= {"server_hostname": access.server_name, "assert_hostname": access.server_name}
        # Each watch holds a connection: those of two platforms fit, beside what is asked meanwhile.
        self._pool = urllib3.PoolManager(
            num_pools=4, maxsize=32, retries=False, socket_options=_KEEPALIVE, **options
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        seconds: float = ANSWER_SECONDS,
    ) -> Any:
        """
        One request; the answer parsed if it is JSON, as text otherwise.

        :raises ApiError: ``NotYet``, ``Outage`` or ``Refused``.
        """
        request = f"{method} {path}"
        response = self._open(method, path, query, body, content_type, seconds, streamed=False)
        content = _parsed(response)
        if response.status >= 400:
            raise errors.from_status(request, response.status, content, response.headers)
        return content

    def stream(self, path: str, *, query: Mapping[str, str], silence: float) -> Stream:
        """
        Open a stream of JSON lines.

        :param silence: seconds without a byte after which it counts as broken.
        :raises ApiError: if it cannot be opened.
        """
        response = self._open("GET", path, query, None, "", silence, streamed=True)
        if response.status >= 400:
            try:
                response.read()
            except urllib3.exceptions.HTTPError as error:
                raise errors.from_transport(f"GET {path}", error) from error
            raise errors.from_status(f"GET {path}", response.status, _parsed(response), response.headers)
        return Stream(f"GET {path}", response)

    def headers(self) -> list[tuple[str, str]]:
        """The headers every request carries, credentials included; a name may come more than once."""
        own = list(self._headers)
        if authorization := self.access.authorization():
            own.append(("Authorization", authorization))
        return own

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.clear()

    def _open(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: Any,
        content_type: str,
        seconds: float,
        *,
        streamed: bool,
    ) -> urllib3.BaseHTTPResponse:
        headers = urllib3.HTTPHeaderDict(self.headers())
        headers["Accept"], headers["User-Agent"] = "application/json, */*", "sessionproof"
        if body is not None:
            headers["Content-Type"] = content_type
        url = self.access.server + path
        if query:
            url += "?" + urlencode(query)
        try:
            return self._pool.request(
                method,
                url,
                body=json.dumps(body).encode() if body is not None else None,
                headers=headers,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds),
                preload_content=not streamed,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise errors.from_transport(f"{method} {path}", error) from error


class Stream:
    """JSON lines as they come; iterate in one thread, ``close`` from any."""

    def __init__(self, request: str, response: urllib3.BaseHTTPResponse) -> None:
        self._request = request
        self._response = response
        self._closed = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """
        Yield each line; ends when the server ends the stream in good order or ``close`` is called.

        :raises Outage: when the stream breaks.
        """
        rest = b""
        try:
            for piece in self._response.stream(1 << 16, decode_content=True):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    if line.strip():
                        yield json.loads(line)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if not self._closed:
                raise errors.from_transport(self._request, error) from error
        finally:
            self._response.close()

    def close(self) -> None:
        """End the stream at once, also under a thread that is reading it."""
        self._closed = True
        try:
            self._response.shutdown()
        except (OSError, ValueError, RuntimeError):
            self._response.close()


def _parsed(response: urllib3.BaseHTTPResponse) -> Any:
    content = response.data
    if "json" in response.headers.get("Content-Type", ""):
        try:
            return json.loads(content)
        except ValueError:
            pass
    return content.decode(errors="replace")
