"""A whole desktop on loopback: X server, window manager, beacon, WebRTC server and login page over TLS."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import selkies
from sessionproof_cluster.images import patching, recipe

from sessionproof.clients.browser import Browser, Resolving, Viewer

ROOT = Path(__file__).resolve().parents[3]

HOST, PASSWORD, SESSION = "desktop.vdi.test", "loopback-only", "desktop-under-test"
READY_SECONDS = 30.0


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


@contextlib.contextmanager
def running(
    command: list[str], log: Path, environment: dict[str, str], *fds: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the end of the block; stopped ones are let go on first."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, pass_fds=fds)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_open(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers; a dead server is an error at once."""
    end = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, verify=False).status_code == 200:
                return
        select.select([], [], [], 0.05)
    pytest.fail(f"{url} does not answer: {log.read_text()[-2000:]}")


def mended_selkies(home: Path) -> Path:
    """
    A folder with the Selkies of the reference image: unmended, a viewer that leaves early wedges it for good.
    """
    library = home / "library"
    shutil.copytree(Path(selkies.__file__).parent, library / "selkies")
    patching.apply(recipe.read(ROOT / "reference" / "desktop"), library)
    return library


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    for program in ("Xvnc", "openbox"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    home = tmp_path_factory.mktemp("desktop")
    (home / "run").mkdir(mode=0o700)
    relay = home / "rtc.json"
    relay.write_text(
        '{"lifetimeDuration":"86400s","blockStatus":"NOT_BLOCKED","iceTransportPolicy":"all","iceServers":[]}'
    )
    relay.chmod(0o600)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(home / "run")}
    with contextlib.ExitStack() as closing:
        reader, writer = os.pipe()
        x_server = ["Xvnc", "-displayfd", str(writer), "-geometry", "1024x768", "-depth", "24"]
        x_server += ["-SecurityTypes", "None", "-localhost", "-rfbport", str(free_port()), "-nolisten", "tcp"]
        display = closing.enter_context(running(x_server, home / "xvnc.log", environment, writer))
        os.close(writer)
        with os.fdopen(reader) as number:
            environment["DISPLAY"] = f":{number.readline().strip()}"
        closing.enter_context(running(["openbox", "--sm-disable"], home / "openbox.log", environment))
        log = home / "beacon.jsonl"
        beacon = closing.enter_context(
            running(
                [sys.executable, "-m", "session_beacon"],
                home / "beacon.log",
                environment | {"BEACON_SESSION": SESSION, "BEACON_GRAB": "1", "BEACON_LOG": str(log)},
            )
        )
        port = free_port()
        environment["PYTHONPATH"] = str(mended_selkies(home))
        server = [str(Path(sys.executable).with_name("selkies")), "--addr", "127.0.0.1", "--port", str(port)]
        server += ["--mode", "webrtc", "--enable-basic-auth=false"]
        off = ("audio", "microphone", "gamepad", "webcam", "printing")
        server += [f"--{what}-enabled=false" for what in off]
        server += ["--file-transfers", "none", "--rtc-config-json", str(relay)]
        server += ["--manual-width", "1024", "--manual-height", "768"]
        server += ["--encoder", "h264enc", "--framerate", "30-30"]
        streaming = closing.enter_context(running(server, home / "selkies.log", environment))
        url = f"http://127.0.0.1:{port}"
        await_open(f"{url}/api/health", streaming, home / "selkies.log")
        certificate, key = home / "ca.crt", home / "ca.key"
        make_certificate(certificate, key)
        door = free_port()
        gate = [sys.executable, str(Path(__file__).with_name("gate.py")), str(certificate), str(key)]
        gate += [str(door), url, PASSWORD]
        serving = closing.enter_context(running(gate, home / "gate.log", environment))
        await_open(f"https://127.0.0.1:{door}/health", serving, home / "gate.log")
        yield Desktop(door, certificate, beacon, display, log)


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
