"""Shows a site on this machine only, until a person has seen enough."""

from __future__ import annotations

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a person reads the site, not its requests."""


def server(out: Path) -> ThreadingHTTPServer:
    """A server of *out* on a free port of the loopback interface, not serving yet."""
    return ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(out)))


def serve(out: Path) -> None:
    """Serve *out* and tell its address; returns at Ctrl-C."""
    with server(out) as serving:
        sys.stdout.write(f"http://127.0.0.1:{serving.server_port}/  (Ctrl-C ends)\n")
        sys.stdout.flush()
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            sys.stdout.write("\n")
