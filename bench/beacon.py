"""
How exactly the picture's stamp is read: known stamps go through a real X server, H.264 and a real Chromium.

Two questions. Is what is read what was painted? And if a video is later by a known time, does the reading say so?
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import desktop, machine
from bench.figures import Figure, NotMeasured
from bench.timing import Say
from sessionproof.clients.browser import Browser, Viewer
from sessionproof.model.stamps import CELLS, ROWS, Stamp, StampSeries

QUALITIES = (20, 30, 40, 50)
"""Constant quality of H.264: lower is better; the reference image leaves the choice to the server."""
HOLDS_MS = (0, 25, 50, 100)
FAST, SLOW = 1 / 23.3, 0.16
"""Mean seconds between pictures: as the beacon paints, and slow enough for the longest hold."""
CHUNK = 100
"""Pictures that one sample of a share is taken of."""
PICTURE_SECONDS = 30.0
"""Longest time until a page shows its first picture."""

Load = tuple[float, float]


@dataclass(frozen=True)
class Painted:
    """A picture of known content."""

    stamp: Stamp
    wanted: float
    """Milliseconds it was to be held back."""
    held: float
    """Milliseconds it was held back."""


@dataclass(frozen=True)
class Read:
    """What was painted and what was read in one stretch of time."""

    painted: Sequence[Painted]
    series: StampSeries
    cost_ms: float
    """Mean time that reading one picture took the page."""

    def wrong(self) -> list[bool]:
        """For each picture looked at, whether it was unreadable, or read as one that was never painted."""
        known = {each.stamp for each in self.painted}
        return [reading.seen not in known for reading in self.series.readings]

    def delays(self) -> dict[float, list[float]]:
        """
        By the time pictures were to be held back: how much later than the others they were read than they were.

        Zero is the median of the pictures that were not held back: what the pipeline itself takes.
        """
        held = {each.stamp: each for each in self.painted}
        late: dict[float, list[float]] = {}
        for reading in self.series.live:
            if isinstance(reading.seen, Stamp) and reading.seen in held and reading.latency_ms is not None:
                truth = held[reading.seen]
                late.setdefault(truth.wanted, []).append(reading.latency_ms - truth.held)
        if not late.get(0):
            raise NotMeasured("no picture that was not held back was read: there is nothing to compare with")
        usual = statistics.median(late[0])
        return {wanted: [each - usual for each in errors] for wanted, errors in sorted(late.items())}

    def latencies(self) -> list[float]:
        """Milliseconds from paint to seen of the pictures that were not held back."""
        free = {each.stamp for each in self.painted if each.wanted == 0}
        return [r.latency_ms for r in self.series.live if r.seen in free and r.latency_ms is not None]


def measure(pictures: int, say: Say) -> tuple[list[Figure], list[str]]:
    """
    Content at several qualities, then moments.

    :param pictures: how many are read for each figure at least.
    :returns: figures, and sentences on them.
    :raises NotMeasured: if no picture comes through.
    """
    found: list[Figure] = []
    content: list[Read] = []
    began = machine.load()
    with tempfile.TemporaryDirectory(prefix="sessionproof-bench-") as folder:
        home = Path(folder)
        with desktop.display(home) as (_, environment), Browser() as browser:
            for quality in QUALITIES:
                before = machine.load()
                say(f"{pictures} pictures at quality {quality}")
                locked = ("--rate-control-mode", "crf", "--video-crf", f"{quality}-{quality}")
                with desktop.streaming(home, environment, *locked) as url, _at(browser, url) as viewer:
                    content.append(_read(home, environment, viewer, FAST, (0,), pictures))
                load = before, machine.load()
                found.append(share(f"read wrongly, H.264 at quality {quality}", content[-1], load))
            before = machine.load()
            say(f"{pictures} pictures, held back")
            with desktop.streaming(home, environment) as url, _at(browser, url) as viewer:
                delayed = _read(home, environment, viewer, SLOW, HOLDS_MS, pictures)
            found += moments(delayed, (before, machine.load()))
    costs = tuple(read.cost_ms for read in (*content, delayed))
    found.append(Figure("reading one picture occupies the page", "ms", costs, (began, machine.load())))
    return found, [wholly(content), stated(delayed)]


@contextlib.contextmanager
def _at(browser: Browser, url: str) -> Iterator[Viewer]:
    with contextlib.closing(browser.viewer()) as viewer:
        viewer.open(url)
        yield viewer


def _read(
    home: Path,
    environment: dict[str, str],
    viewer: Viewer,
    period: float,
    holds_ms: Iterable[float],
    pictures: int,
) -> Read:
    log = home / "painted.jsonl"
    command = [sys.executable, "-m", "bench.painter", str(log), str(period), *map(str, holds_ms)]
    own = environment | {"PYTHONPATH": str(desktop.ROOT)}
    with desktop.running(command, home / "painter.log", own) as painter:
        if not viewer.stamps(at_least=10, seconds=PICTURE_SECONDS).fresh:
            raise NotMeasured(
                f"no picture came through in {PICTURE_SECONDS:.0f} s: {viewer.stream_state()}; "
                f"{(home / 'painter.log').read_text()[-500:]}"
            )
        series = viewer.stamps(at_least=pictures, seconds=60 + 3 * pictures * period)
        if painter.poll() is not None:
            raise NotMeasured(f"the painter ended: {(home / 'painter.log').read_text()[-500:]}")
    return Read([_painted(line) for line in log.read_text().splitlines()], series, viewer.reading_cost_ms)


def _painted(line: str) -> Painted:
    known = json.loads(line)
    return Painted(Stamp(*known["stamp"]), known["wanted"], known["held"])


def share(name: str, read: Read, load: Load) -> Figure:
    """Percent of the pictures that were not read as they were painted, chunk by chunk."""
    wrong = read.wrong()
    chunks = [wrong[at : at + CHUNK] for at in range(0, max(1, len(wrong) - CHUNK + 1), CHUNK)]
    return Figure(name, "%", tuple(100 * sum(chunk) / len(chunk) for chunk in chunks), load)


def moments(read: Read, load: Load) -> list[Figure]:
    """How late pictures are seen, and how well a known delay is told."""
    delays = read.delays()
    told = [
        Figure(f"error in telling a delay of {wanted:.0f} ms", "ms", tuple(errors), load)
        for wanted, errors in delays.items()
        if wanted
    ]
    every = tuple(abs(error) for errors in delays.values() for error in errors)
    return [
        Figure("paint to seen, by WebRTC on loopback", "ms", tuple(read.latencies()), load),
        *told,
        Figure("error of a single reading, either way", "ms", every, load),
    ]


def wholly(reads: Sequence[Read]) -> str:
    """How many pictures were read wrongly in all."""
    wrong = [each for read in reads for each in read.wrong()]
    return f"In all {sum(wrong)} of {len(wrong)} pictures, of {ROWS * CELLS} cells each, were read wrongly."


def stated(read: Read) -> str:
    """Whether the error that a series states of itself, one frame of the reader, is kept."""
    frame = 1000 * read.series.frame_seconds
    errors = [abs(error) for each in read.delays().values() for error in each]
    within = sum(error <= frame for error in errors)
    return (
        f"A series of readings states an error of one frame of the reader, here {frame:.1f} ms: "
        f"{within} of {len(errors)} single readings ({100 * within / len(errors):.1f} %) were within it."
    )
