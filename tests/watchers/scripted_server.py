"""
A small HTTP server that plays an API server by a script: lists as told, streams what a test feeds it.

Real sockets and real chunked streams, so that resets, refusals and a blocked read are what they are.
"""

from __future__ import annotations

import json
import queue
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

END, RESET = object(), object()
"""Fed to a stream: end it in good order, or cut the connection."""


def pod(name: str, version: int, *, uid: str = "", labels: dict[str, str] | None = None, **more: Any) -> dict:
    """A pod as the API server tells it."""
    about = {"name": name, "namespace": "sp-1", "uid": uid or f"uid-{name}", "resourceVersion": str(version)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": about | ({"labels": labels} if labels else {}) | more,
    }


class ScriptedServer:
    """What the test tells the server to be, and what the server was asked."""

    def __init__(self) -> None:
        self.items: list[dict] = []
        self.version = 10
        self.refuse_with: int | None = None
        """HTTP status of every answer; ``None`` to answer well."""
        self.watched_from: queue.Queue[str] = queue.Queue()
        """Resource version of each watch, in order."""
        self.feed: queue.Queue[Any] = queue.Queue()
        """What the open stream says next."""
        self.url = ""

    def tell(self, what: str, body: dict) -> None:
        """Let the open stream tell an event."""
        self.feed.put({"type": what, "object": body})

    def bookmark(self, version: int) -> None:
        about = {"resourceVersion": str(version)}
        self.tell("BOOKMARK", {"kind": "Pod", "apiVersion": "v1", "metadata": about})

    def expire(self) -> None:
        """Let the open stream say that its version is too old."""
        self.tell("ERROR", {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"})
        self.feed.put(END)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: ScriptedServer

    def do_GET(self) -> None:
        script = self.script
        query = {key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()}
        if script.refuse_with is not None:
            self._answer(script.refuse_with, {"kind": "Status", "reason": "Told", "message": "as told"})
        elif "watch" in query:
            assert query["allowWatchBookmarks"] == "1" or query["allowWatchBookmarks"] == "true"
            self._stream(query["resourceVersion"])
        else:
            about = {"resourceVersion": str(script.version)}
            self._answer(200, {"kind": "PodList", "metadata": about, "items": script.items})

    def _answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, version: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        self.script.watched_from.put(version)
        while True:
            told = self.script.feed.get()
            if told is RESET:
                # Linger of zero makes the kernel send a reset instead of an orderly end.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            if told is END:
                self.wfile.write(b"0\r\n\r\n")
                return
            line = json.dumps(told).encode() + b"\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.flush()

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A client that left is what tests are about."""


@contextmanager
def serving() -> Iterator[ScriptedServer]:
    """A running scripted server on a free port of loopback."""
    script = ScriptedServer()
    handler = type("Handler", (_Handler,), {"script": script})
    server = _Server(("127.0.0.1", 0), handler)
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        script.feed.put(END)
        server.shutdown()
        server.server_close()
        thread.join()
