"""``python -m bench``: measure, write the page, and say whether the budgets are kept."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import sessionproof_cluster
from sessionproof_cluster.binaries.recipe import KUBERNETES_VERSION

from bench import beacon, cluster, machine, overhead, parallel, report, timing
from bench.figures import Figure, NotMeasured, Section
from bench.timing import Say
from bench.tools import Tools

ROOT = Path(__file__).resolve().parent.parent
KEPT, MISSED, NOT_MEASURED, INTERRUPTED = 0, 1, 2, 130
_ENDING = (signal.SIGINT, signal.SIGTERM)
_EPILOG = """\
exit codes: 0 every budget is kept; 1 one is missed; 2 something could not be measured; 130 interrupted

examples:
  sudo -E make bench                            everything, in about ten minutes
  python -m bench --only runner --quick         a first look, in a minute
"""


@dataclass(frozen=True)
class Effort:
    """How often things are measured."""

    bare: int
    full: int
    overhead: int
    parallel: int
    pictures: int


USUAL = Effort(bare=10, full=5, overhead=10, parallel=10, pictures=500)
QUICK = Effort(bare=1, full=1, overhead=2, parallel=2, pictures=100)

Measured = tuple[list[Figure], list[str], dict[str, str]]


def main() -> int:
    """Measure what the command line asks for."""
    options = _parser().parse_args()
    for number in _ENDING:
        signal.signal(number, _as_interrupt)
    effort = QUICK if options.quick else USUAL
    folder = options.out or (ROOT / ".sessionproof" / "bench" if options.quick else ROOT / "docs")
    wanted = [options.only] if options.only else list(SECTIONS)
    sections = report.read(folder)
    troubles = []
    try:
        for name in wanted:
            began = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
            try:
                figures, notes, about = SECTIONS[name](effort, _saying(name))
            except NotMeasured as trouble:
                troubles.append(f"{name}: not measured: {trouble}")
                continue
            sections[name] = Section(name, began, about, tuple(figures), tuple(notes))
            page = report.write(folder, sections)
            _say(f"{name}: written to {page}")
    except KeyboardInterrupt:
        _say("interrupted; what was measured before is written")
        return INTERRUPTED
    fresh = [sections[name] for name in wanted if name in sections]
    for figure in report.missed(fresh):
        _say(f"missed: {figure.name}: median {figure.median:.3g} {figure.unit}, budget {figure.budget}")
    for text in troubles:
        _say(text)
    return NOT_MEASURED if troubles else MISSED if report.missed(fresh) else KEPT


def _runner(effort: Effort, say: Say) -> Measured:
    with tempfile.TemporaryDirectory(prefix="sessionproof-bench-") as name:
        folder = Path(name)
        tools = Tools(folder, timing.environment(folder))
        figures = overhead.measure(tools, effort.overhead, say)
        figures += parallel.measure(tools, effort.parallel, say)
    clusters = ", ".join(one.name for one in sessionproof_cluster.clusters()) or "none"
    notes = [
        "*start*: a run of one scenario of three empty steps. *a scenario*: what 999 more of them take (99 more "
        "where there are several workers), divided. The runners take turns; *over plain behave* compares runs of "
        "one round.",
        "sessionproof runs with its own hooks and catalogue: Allure results, ledger, a world with its timeline "
        "and evidence for each scenario; the others run without any hooks.",
        "*efficiency*: the time of the steps divided by workers and by the stretch from the first scenario's begin "
        "to the last one's end; *with start*: divided by the whole command's time.",
        f"Each run looks at the embedded clusters that are up; there were: {clusters}.",
        "Modules are compiled beforehand (`PYTHONPYCACHEPREFIX`), for all alike.",
    ]
    return figures, notes, machine.described("behave", "allure-behave", "behavex")


def _cluster(effort: Effort, say: Say) -> Measured:
    with tempfile.TemporaryDirectory(prefix="sessionproof-bench-") as name:
        figures = cluster.measure(timing.environment(Path(name)), effort.bare, effort.full, say)
    notes = [
        "Whole commands, as a person waits for them. The first of each kind is not counted: it may build what "
        "later ones take from the cache.",
        f"Memory: the proportional set size of every process of the cluster, containers included, "
        f"{cluster.IDLE_SECONDS:.0f} s after `up`.",
    ]
    about = machine.described(programs={"containerd": "--version"}) | {"Kubernetes": KUBERNETES_VERSION}
    return figures, notes, about


def _beacon(effort: Effort, say: Say) -> Measured:
    figures, notes = beacon.measure(effort.pictures, say)
    notes.insert(
        0,
        "Pictures of known content are painted on a real X server, streamed by the reference image's WebRTC "
        "server, and read from the pixels of a real Chromium, all on this machine. *Read wrongly*: unreadable, or "
        "read as a picture that was never painted; each sample is the share of 100 pictures. *Quality* is x264's "
        "constant rate factor: the higher, the coarser, up to 51.",
    )
    notes.insert(
        1,
        "For the moments a picture is held back by a known time after its clock was read. The error is the "
        "time read less the time known, less the median of the pictures that were not held back. What the stream "
        "itself is early or late counts as error here: on a busy machine that is most of it.",
    )
    return (
        figures,
        notes,
        machine.described("selkies", programs={"chromium": "--version", "Xvnc": "-version"}),
    )


SECTIONS: dict[str, Callable[[Effort, Say], Measured]] = {
    "cluster": _cluster,
    "runner": _runner,
    "beacon": _beacon,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m bench",
        description="Measure what sessionproof costs, and write docs/benchmarks.md.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", choices=list(SECTIONS), help="measure one part; the others stay as they were"
    )
    parser.add_argument(
        "--quick", action="store_true", help="few samples, into .sessionproof/bench instead of docs"
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to write (docs)")
    return parser


def _saying(section: str) -> Say:
    began = time.monotonic()
    return lambda text: _say(f"{section} {time.monotonic() - began:5.0f} s  {text}")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    # Once: what follows is clean-up.
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
