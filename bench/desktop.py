"""A desktop on loopback, without a cluster: an X server, a program on it, and a WebRTC server that streams it."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import selkies
from sessionproof_cluster.images import patching, recipe

from bench.figures import NotMeasured

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 30.0
"""Longest time for a server to answer."""
_RELAYS = (
    '{"lifetimeDuration":"86400s","blockStatus":"NOT_BLOCKED","iceTransportPolicy":"all","iceServers":[]}'
)


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str], *fds: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the end of the block; a stopped one is let go on first."""
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
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_open(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """
    Wait until the server answers.

    :raises NotMeasured: if it dies, or does not answer in time; with the end of its log.
    """
    end = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, verify=False).status_code == 200:
                return
        select.select([], [], [], 0.05)
    raise NotMeasured(f"{url} does not answer: {log.read_text()[-2000:]}")


@contextlib.contextmanager
def display(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """
    An X server with the files of all its programs in *home*; with the environment of a program on it.

    :raises NotMeasured: if Xvnc is not installed.
    """
    if not shutil.which("Xvnc"):
        raise NotMeasured("Xvnc is not installed: ./bootstrap brings it")
    (home / "run").mkdir(mode=0o700)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(home / "run")}
    reader, writer = os.pipe()
    command = ["Xvnc", "-displayfd", str(writer), "-geometry", "1024x768", "-depth", "24"]
    command += ["-SecurityTypes", "None", "-localhost", "-rfbport", str(free_port()), "-nolisten", "tcp"]
    with running(command, home / "xvnc.log", environment, writer) as server:
        os.close(writer)
        with os.fdopen(reader) as number:
            environment["DISPLAY"] = f":{number.readline().strip()}"
        yield server, environment


@contextlib.contextmanager
def streaming(home: Path, environment: Mapping[str, str], *options: str) -> Iterator[str]:
    """
    The WebRTC server of the reference image, on the display of *environment*; with the URL of its page.

    :param options: of Selkies, besides those of the image.
    """
    relays = home / "rtc.json"
    relays.write_text(_RELAYS, encoding="utf-8")
    relays.chmod(0o600)
    library = home / "library"
    if not library.exists():
        # Unmended, a viewer that leaves early wedges it for good.
        shutil.copytree(Path(selkies.__file__).parent, library / "selkies")
        patching.apply(recipe.read(ROOT / "reference" / "desktop"), library)
    port = free_port()
    command = [str(Path(sys.executable).with_name("selkies")), "--addr", "127.0.0.1", "--port", str(port)]
    command += ["--mode", "webrtc", "--enable-basic-auth=false"]
    off = ("audio", "microphone", "gamepad", "webcam", "printing")
    command += [f"--{what}-enabled=false" for what in off]
    command += ["--file-transfers", "none", "--rtc-config-json", str(relays)]
    command += ["--manual-width", "1024", "--manual-height", "768"]
    command += ["--encoder", "h264enc", "--framerate", "30-30", *options]
    own = {**environment, "PYTHONPATH": str(library)}
    url = f"http://127.0.0.1:{port}"
    with running(command, home / "selkies.log", own) as server:
        await_open(f"{url}/api/health", server, home / "selkies.log")
        yield url
