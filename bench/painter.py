"""
``python -m bench.painter LOG SECONDS HOLDS``: paints pictures of known content on ``$DISPLAY``, until it is ended.

The pictures are the beacon's; marker, counter and moment are drawn by lot. The clock is read as the beacon does,
then the picture is held back for a known time before it is painted: a video that is that much later. Each
picture is written to the log before it is shown.
"""

from __future__ import annotations

import json
import random
import select
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from session_beacon import picture
from Xlib import X
from Xlib.display import Display


def paint(display: Display, log: Path, period: float, holds_ms: Sequence[float]) -> None:
    """
    Paint for ever.

    :param period: mean seconds from one picture to the next; drawn by lot between three quarters and five
        quarters of it, so that it falls into step with nothing.
    :param holds_ms: how long a picture is held back; drawn by lot. How long it really was is in the log.
    """
    window, pen = _window(display)
    chance = random.Random(1)
    frame = 0
    with log.open("w", encoding="utf-8", buffering=1) as out:
        while True:
            due = time.monotonic() + period * chance.uniform(0.75, 1.25)
            frame = (frame + 1) % (1 << 16)
            wanted = chance.choice(holds_ms)
            inputs, marker = chance.getrandbits(8), chance.getrandbits(24)
            clock, began = time.time_ns() // 1_000_000, time.monotonic()
            shown = picture.bitmap(picture.rows(clock, frame, inputs, marker))
            _until(began + wanted / 1000)
            held = 1000 * (time.monotonic() - began)
            content = [clock % (1 << 24), frame, inputs, marker]
            out.write(json.dumps({"stamp": content, "wanted": wanted, "held": held}) + "\n")
            window.put_image(pen, 0, 0, picture.WIDTH, picture.HEIGHT, X.XYBitmap, 1, 0, shown)
            display.sync()
            _until(due)


def _window(display: Display) -> tuple[Any, Any]:
    screen = display.screen()
    window = screen.root.create_window(
        0, 0, picture.WIDTH, picture.HEIGHT, 0, screen.root_depth, override_redirect=True
    )
    window.map()
    return window, window.create_gc(foreground=screen.white_pixel, background=screen.black_pixel)


def _until(due: float) -> None:
    select.select([], [], [], max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    file, seconds, *holds = sys.argv[1:]
    paint(Display(), Path(file), float(seconds), [float(hold) for hold in holds])
