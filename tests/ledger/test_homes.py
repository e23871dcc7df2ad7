"""A browser's folder is removed with all that lives in it, however it was started."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from sessionproof.ledger import Entry, remove_all, things
from sessionproof.ledger.homes import inhabitants

IGNORES_TERM = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
)
WAITS = "import signal; print(flush=True); signal.pause()"


def living_in(home: Path, program: str) -> subprocess.Popen[bytes]:
    """A process that has the folder in its environment only, running when this returns."""
    started = subprocess.Popen(
        [sys.executable, "-c", program], env={"HOME": str(home)}, stdout=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.readline()
    started.stdout.close()
    return started


def test_everything_that_lives_in_a_folder_ends_before_it_is_removed(tmp_path: Path) -> None:
    """By environment, whatever its number, and even what will not end when asked to."""
    home = tmp_path / "home"
    (home / "profile").mkdir(parents=True)
    programs = [living_in(home, WAITS), living_in(home, IGNORES_TERM)]
    stranger = living_in(tmp_path / "other", WAITS)
    assert sorted(inhabitants(home)) == sorted(each.pid for each in programs)

    remove_all([Entry(things.home(home), 0, 0)], {}, seconds=0.1)

    assert [each.wait() for each in programs] == [-15, -9]
    assert not home.exists() and stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_folder_that_was_never_made_needs_nothing(tmp_path: Path) -> None:
    """What was planned and not made is removed at once."""
    entry = Entry(things.home(tmp_path / "never"), 0, 0)
    began = time.monotonic()

    remove_all([entry], {})

    assert entry.state == "removed" and time.monotonic() - began < 1.0
