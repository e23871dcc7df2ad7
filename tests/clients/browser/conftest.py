"""A whole desktop on loopback: X server, window manager, beacon, WebRTC server and login page over TLS."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.desktop import await_open, display, free_port, running, streaming
from sessionproof.clients.browser import Browser, Resolving, Viewer

HOST, PASSWORD, SESSION = "desktop.vdi.test", "loopback-only", "desktop-under-test"


@dataclass
class Desktop:
    """A running desktop and the processes a test may freeze."""

    port: int
    ca: Path
    beacon: subprocess.Popen[bytes]
    display: subprocess.Popen[bytes]
    log: Path
    url: str = f"https://{HOST}/"
    session: str = SESSION
    password: str = PASSWORD

    def typed(self) -> str:
        """The text in the beacon's log."""
        events = [json.loads(line) for line in self.log.read_text().splitlines()]
        return "".join(event["value"] for event in events if event["kind"] == "key")


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    for program in ("Xvnc", "openbox"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    home = tmp_path_factory.mktemp("desktop")
    with contextlib.ExitStack() as closing:
        server, environment = closing.enter_context(display(home))
        closing.enter_context(running(["openbox", "--sm-disable"], home / "openbox.log", environment))
        log = home / "beacon.jsonl"
        beacon = closing.enter_context(
            running(
                [sys.executable, "-m", "session_beacon"],
                home / "beacon.log",
                environment | {"BEACON_SESSION": SESSION, "BEACON_GRAB": "1", "BEACON_LOG": str(log)},
            )
        )
        url = closing.enter_context(streaming(home, environment))
        certificate, key = home / "ca.crt", home / "ca.key"
        make_certificate(certificate, key)
        door = free_port()
        gate = [sys.executable, str(Path(__file__).with_name("gate.py")), str(certificate), str(key)]
        gate += [str(door), url, PASSWORD]
        serving = closing.enter_context(running(gate, home / "gate.log", environment))
        await_open(f"https://127.0.0.1:{door}/health", serving, home / "gate.log")
        yield Desktop(door, certificate, beacon, server, log)


def make_certificate(certificate: Path, key: Path) -> None:
    """A certificate for the host that is its own CA."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def browser(desktop: Desktop) -> Iterator[Browser]:
    with Browser(Resolving((f"{HOST}:443",), f"127.0.0.1:{desktop.port}"), desktop.ca) as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Viewer]:
    """A viewer who has opened nothing yet."""
    with contextlib.closing(browser.viewer()) as visitor:
        yield visitor


@pytest.fixture
def viewer(visitor: Viewer, desktop: Desktop) -> Viewer:
    """A viewer that has seen a live picture: every fault below is put on something that worked."""
    visitor.open(desktop.url)
    visitor.log_in(desktop.password)
    series = visitor.stamps(at_least=20, seconds=20)
    assert series.fresh >= 20, f"{series}; {visitor.stream_state()}"
    return visitor
