"""The beacon on a real X server: what it shows, counts and writes, what it costs, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from session_beacon import picture
from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError
from Xlib.ext import xtest

pytestmark = pytest.mark.machine


@dataclass
class Screen:
    """A display with a beacon on it."""

    display: Display
    server: subprocess.Popen[bytes]
    beacon: subprocess.Popen[bytes]
    log: Path

    def rows(self) -> list[bytes]:
        """What the middles of the cells show now."""
        image = self.display.screen().root.get_image(
            0, 0, picture.WIDTH, picture.HEIGHT, X.ZPixmap, 0xFFFFFFFF
        )

        def white(row: int, cell: int) -> bool:
            x, y = (2 * cell + 1) * picture.CELL_WIDTH // 2, (2 * row + 1) * picture.CELL_HEIGHT // 2
            return bool(image.data[4 * (y * picture.WIDTH + x)] > 127)

        return [
            int("".join("01"[white(row, cell)] for cell in range(32)), 2).to_bytes(4, "big")
            for row in range(3)
        ]

    def until(self, seen: Callable[[], bool], within: float = 10) -> bool:
        """Whether it came to be; each look is a round trip to the X server."""
        end = time.monotonic() + within
        while not (found := seen()) and time.monotonic() < end:
            self.display.sync()
        return found

    def press(self, keysym: int) -> None:
        code = self.display.keysym_to_keycode(keysym)
        for kind in (X.KeyPress, X.KeyRelease):
            xtest.fake_input(self.display, kind, code)
        self.display.sync()

    def events(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(params=["0", "1"], ids=["own window", "whole display"])
def screen(request, tmp_path) -> Iterator[Screen]:
    if not shutil.which("Xvnc"):
        pytest.skip("Xvnc is not installed")
    reader, writer = os.pipe()
    command = ["Xvnc", "-displayfd", str(writer), "-geometry", "1024x768", "-depth", "24", "-rfbport", "0"]
    command += ["-rfbunixpath", str(tmp_path / "rfb"), "-SecurityTypes", "None", "-nolisten", "tcp"]
    with (tmp_path / "xvnc.log").open("wb") as out:
        server = subprocess.Popen(command, pass_fds=[writer], stdout=out, stderr=out)
    os.close(writer)
    beacon = None
    try:
        with os.fdopen(reader) as number:
            name = f":{number.readline().strip()}"
        log = tmp_path / "log"
        own = {
            "DISPLAY": name,
            "BEACON_SESSION": "alice",
            "BEACON_GRAB": request.param,
            "BEACON_LOG": str(log),
        }
        beacon = subprocess.Popen([sys.executable, "-m", "session_beacon"], env=os.environ | own)
        screen = Screen(Display(name), server, beacon, log)
        marker = picture.rows(0, 0, 0, picture.marker_of("alice"))[2]
        assert screen.until(lambda: screen.rows()[2] == marker), f"no picture: {screen.rows()}"
        yield screen
        # Closing says goodbye first, which a dead server does not hear.
        with contextlib.suppress(ConnectionClosedError):
            screen.display.close()
    finally:
        for process in (beacon, server):
            if process:
                process.kill()
                process.wait()


def test_picture_on_the_screen_is_of_this_moment(screen):
    """A screenshot decodes to a valid picture painted within the last second."""
    clock = screen.rows()[0]
    age = (time.time_ns() // 1_000_000 - int.from_bytes(clock[:3], "big")) % (1 << 24)

    assert picture.rows(int.from_bytes(clock[:3], "big"), 0, 0, 0)[0] == clock
    assert age < 1000


def test_keys_are_counted_and_written_in_order(screen):
    """Each key raises the counter in the picture, and the log spells what was typed."""
    for character in "proof":
        screen.press(ord(character))
    screen.press(XK.XK_Return)

    assert screen.until(lambda: screen.rows()[1][2] == 6), screen.rows()
    assert screen.until(lambda: len(screen.events()) >= 6)
    assert "".join(event["value"] for event in screen.events()) == "proof\n"
    assert {"key"} == {event["kind"] for event in screen.events()}


def test_movement_is_written_but_not_counted_and_buttons_are(screen):
    """A pointer moved over the window leaves the counter alone, a click raises it."""
    xtest.fake_input(screen.display, X.MotionNotify, x=40, y=40)
    xtest.fake_input(screen.display, X.ButtonPress, 1)
    xtest.fake_input(screen.display, X.ButtonRelease, 1)
    screen.display.sync()

    assert screen.until(lambda: any(event["kind"] == "button" for event in screen.events()))
    assert screen.until(lambda: screen.rows()[1][2] == 1)
    assert {"motion", "button"} == {event["kind"] for event in screen.events()}


def test_covered_beacon_comes_back_on_top(screen):
    """Another window that is put on top stays there for a picture at most."""
    root = screen.display.screen().root
    cover = root.create_window(0, 0, 600, 200, 0, screen.display.screen().root_depth, override_redirect=True)
    cover.map()
    cover.configure(stack_mode=X.Above)
    screen.display.sync()

    marker = picture.rows(0, 0, 0, picture.marker_of("alice"))[2]
    assert screen.until(lambda: screen.rows()[2] == marker)


def test_beacon_costs_less_than_two_percent_of_a_core(screen, record_testsuite_property):
    """Over 100 pictures the beacon uses less than 2 % of the time that passes."""

    def spent() -> float:
        fields = Path(f"/proc/{screen.beacon.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def frame() -> int:
        return int.from_bytes(screen.rows()[1][:2], "big")

    first, began, before = frame(), time.monotonic(), spent()
    # Looking costs the X server, not the beacon; still, seldom is enough.
    while frame() < first + 100 and time.monotonic() < began + 30:
        signal.sigtimedwait([], 0.2)
    share = (spent() - before) / (time.monotonic() - began)
    record_testsuite_property("beacon_share_of_core", round(share, 4))

    assert share < 0.02


def test_sigterm_ends_it(screen):
    """Asked to end, it ends well."""
    screen.beacon.terminate()

    assert screen.beacon.wait(5) == 0


def test_it_dies_with_its_display(screen):
    """Without its display there is nothing to show."""
    screen.server.kill()

    assert screen.beacon.wait(5) == 1
