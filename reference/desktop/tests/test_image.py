"""The built image, run as a container would be: other root, own processes and network, no rights."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sessionproof_cluster import images

pytestmark = pytest.mark.machine
RECIPE = Path(__file__).parent.parent
PASSWORD = "right-horse-battery"
CONTAINER = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1/tmp"
mount -t tmpfs -o mode=0700,uid=1000,gid=1000 home "$1/home/user"
mount -o remount,ro,bind "$1"
ip link set lo up
exec chroot "$1" setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all --bounding-set=-all \\
    --no-new-privs python3 -m vdi_desktop
"""
CLIENT = """
import http.client, json, sys, time
def ask(method, path, body=None, headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=5)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()
def status(*request):
    try:
        return ask(*request)[0]
    except OSError:
        return 0
deadline = time.monotonic() + 20
while (healthy := status("GET", "/health")) != 200 and time.monotonic() < deadline:
    time.sleep(0.05)
form = {"Content-Type": "application/x-www-form-urlencoded"}
wrong = ask("POST", "/", "password=wrong", form)[0]
right = ask("POST", "/", "password=" + sys.argv[1], form)
cookie = {"Cookie": right[1].get("Set-Cookie", "").partition(";")[0]}
json.dump({
    "health": healthy, "wrong": wrong, "right": right[0],
    "stream page": "<script" in ask("GET", "/", None, cookie)[2],
    "turn without login": status("GET", "/api/turn"),
    "turn": ask("GET", "/api/turn", None, cookie)[2],
}, sys.stdout)
"""


@dataclass
class Container:
    """A running desktop."""

    starter: subprocess.Popen[bytes]
    log: Path

    @property
    def first(self) -> int:
        """The process id of the container's first process, seen from outside."""
        children = Path(f"/proc/{self.starter.pid}/task/{self.starter.pid}/children")
        while not (pids := children.read_text().split()):
            time.sleep(0.01)
        return int(pids[0])

    def stop(self) -> None:
        """Kill the first process, and all the others with it; killing the starter alone would orphan them."""
        if self.starter.poll() is None:
            os.kill(self.first, signal.SIGKILL)
        self.starter.wait()

    def ask(self) -> dict[str, object]:
        """What a client in the container's network sees, once it is healthy or 20 s have passed."""
        command = ["nsenter", "-t", str(self.first), "-n", sys.executable, "-c", CLIENT, PASSWORD]
        seen = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert seen.returncode == 0, f"{seen.stderr}\n{self.log.read_text(errors='replace')}"
        answer: dict[str, object] = json.loads(seen.stdout)
        return answer

    def process(self, part: str) -> int:
        """The process id, seen from outside, of the container's process that runs *part*."""
        own = Path(f"/proc/{self.first}/ns/pid").readlink()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "ns/pid").readlink() == own and part in (folder / "cmdline").read_text():
                    return int(folder.name)
            except OSError:
                continue
        raise AssertionError(f"no process of the container runs {part}")


@pytest.fixture(scope="module")
def built() -> images.BuiltImage:
    """The desktop's image."""
    return images.build(RECIPE)


@pytest.fixture(scope="module")
def root(built: images.BuiltImage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The image unpacked."""
    folder = tmp_path_factory.mktemp("root")
    folder.chmod(0o755)
    with tarfile.open(built.path) as archive:

        def blob(digest: str) -> bytes:
            content = archive.extractfile(f"blobs/sha256/{digest.removeprefix('sha256:')}")
            assert content is not None
            return content.read()

        for layer in json.loads(blob(built.digest))["layers"]:
            subprocess.run(["tar", "-C", str(folder), "-x"], input=blob(layer["digest"]), check=True)
    for name in ("proc", "dev", "tmp", "home/user"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "etc/hosts").write_text("127.0.0.1 localhost\n")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The container's /tmp, which outlives it as an emptyDir does."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder


def started(root: Path, temporary: Path) -> Container:
    env = {
        "PATH": os.environ["PATH"] + ":/usr/sbin:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/home/user",
        "SELKIES_BASIC_AUTH_USER": "alice",
        "SELKIES_BASIC_AUTH_PASSWORD": PASSWORD,
    }
    log = temporary.parent / "log"
    with log.open("ab") as output:
        command = ["unshare", "--mount", "--pid", "--net", "--fork"]
        command += ["sh", "-c", CONTAINER, "container", str(root), str(temporary)]
        starter = subprocess.Popen(command, env=env, stdout=output, stderr=output)
    return Container(starter, log)


@pytest.fixture
def desktop(root: Path, temporary: Path) -> Iterator[Container]:
    """A desktop that has just been started."""
    container = started(root, temporary)
    yield container
    container.stop()


def test_image_is_small_enough(built: images.BuiltImage) -> None:
    """Importing it into a node takes seconds, not a minute."""
    assert built.unpacked_bytes <= 600e6


def test_desktop_becomes_healthy_and_lets_in_who_has_the_password(desktop: Container) -> None:
    """Without rights, on a read-only root, with no server of others offered for the media."""
    seen = desktop.ask()
    turn = json.loads(str(seen.pop("turn")))

    expected = {"health": 200, "wrong": 403, "right": 303, "stream page": True, "turn without login": 401}
    assert expected == seen
    assert turn["iceServers"] == []


def test_desktop_ends_at_once_when_asked(desktop: Container) -> None:
    """A deleted session does not use up its 5 s of grace, even on a machine with other work to do."""
    desktop.ask()
    begin = time.monotonic()

    os.kill(desktop.first, signal.SIGTERM)

    assert desktop.starter.wait(5) == 0
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    ("part", "name"), [("Xvnc", "display"), ("selkies", "stream server"), ("session_beacon", "beacon")]
)
def test_death_of_a_part_ends_the_desktop_and_the_next_start_heals_it(
    root: Path, temporary: Path, desktop: Container, part: str, name: str
) -> None:
    """The reason is in the log, and what the dead left in /tmp does not stop the next start."""
    desktop.ask()

    os.kill(desktop.process(part), signal.SIGKILL)

    assert desktop.starter.wait(5) == 1
    assert f"{name} was killed by SIGKILL" in desktop.log.read_text(errors="replace")
    again = started(root, temporary)
    try:
        assert again.ask()["health"] == 200
    finally:
        again.stop()
