"""A page is opened once, whatever the machine under the browser does meanwhile."""

from __future__ import annotations

import contextlib
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sessionproof.clients.browser import Browser, PageNotShown

# A cluster that comes or goes changes the network under the browser.
pytestmark = [pytest.mark.machine, pytest.mark.alone]
INTERFACE = "sp-t-new"


@contextlib.contextmanager
def _door_under_which_the_network_changes() -> Iterator[tuple[str, list[str]]]:
    """An address whose first caller meets a new network interface of this machine instead of an answer."""
    came: list[str] = []

    class Door(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            """Let the first caller wait until it gives up; tell others something that no browser understands."""
            came.append("caller")
            if len(came) > 1:
                self.request.sendall(b"no handshake\r\n")
                return
            for command in (
                ["link", "add", INTERFACE, "type", "veth", "peer", "name", f"{INTERFACE}-far"],
                ["link", "set", f"{INTERFACE}-far", "up"],
                ["link", "set", INTERFACE, "up"],
                ["address", "add", "198.51.100.1/32", "dev", INTERFACE],
            ):
                subprocess.run(["ip", *command], check=True)
            while self.request.recv(4096):
                pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/page", came
        finally:
            subprocess.run(["ip", "link", "delete", INTERFACE], check=False)
            server.shutdown()


def test_a_page_is_asked_for_again_when_the_machines_network_changed_under_it():
    """As when a cluster is raised beside: the browser gives up what is on its way, and that is nobody's failure."""

    def story(url: str) -> None:
        with Browser() as browser, contextlib.closing(browser.viewer()) as visitor:
            visitor.open(url)

    # A thread has one browser, and this one may have another already.
    with (
        _door_under_which_the_network_changes() as (url, came),
        ThreadPoolExecutor(1) as apart,
        pytest.raises(PageNotShown, match=r"no page is shown: .*ERR_SSL_PROTOCOL_ERROR"),
    ):
        apart.submit(story, url).result(60)

    assert len(came) > 1
