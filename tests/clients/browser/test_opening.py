"""A page is opened once, whatever the machine under the browser does meanwhile."""

from __future__ import annotations

import contextlib
import http.server
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sessionproof.clients.browser import Browser

pytestmark = pytest.mark.machine
INTERFACE = "sp-t-new"


@contextlib.contextmanager
def _page_under_which_the_network_changes() -> Iterator[tuple[str, list[str]]]:
    """Address of a page whose first request meets a new network interface of this machine; what was asked for."""
    asked: list[str] = []

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer, the first time only when the interface is there and the browser has given up."""
            asked.append(self.path)
            if len(asked) == 1:
                for command in (
                    ["link", "add", INTERFACE, "type", "veth", "peer", "name", f"{INTERFACE}-far"],
                    ["link", "set", f"{INTERFACE}-far", "up"],
                    ["link", "set", INTERFACE, "up"],
                    ["address", "add", "198.51.100.1/32", "dev", INTERFACE],
                ):
                    subprocess.run(["ip", *command], check=True)
                self.rfile.read(1)  # returns when the browser has closed the connection
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"here")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/page", asked
    finally:
        subprocess.run(["ip", "link", "delete", INTERFACE], check=False)
        server.shutdown()
        server.server_close()


def test_a_page_is_loaded_again_when_the_machines_network_changed_under_it():
    """As when a cluster is raised beside: the browser gives up what is on its way, and that is nobody's failure."""

    def story(url: str) -> bytes:
        with Browser() as browser, contextlib.closing(browser.viewer()) as visitor:
            visitor.open(url)
            return visitor.snapshot()

    # A thread has one browser, and this one may have another already.
    with _page_under_which_the_network_changes() as (url, asked), ThreadPoolExecutor(1) as apart:
        shown = apart.submit(story, url).result(60)

    assert shown.startswith(b"\xff\xd8")
    assert asked.count("/page") == 2
