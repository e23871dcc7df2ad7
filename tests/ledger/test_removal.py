"""Removal: order, patience, and the telling of every error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessionproof.ledger import Entry, NotRemoved, Owner, Thing, remove_all, things
from sessionproof.ledger.removal import Wait


class Removal:
    """A remover that notes what it is asked, in order, and fails where it is told to."""

    def __init__(self, *, stuck: tuple[str, ...] = (), broken: tuple[str, ...] = ()) -> None:
        self.order: list[str] = []
        self.stuck = stuck
        self.broken = broken

    def __call__(self, entry: Entry) -> Wait:
        if entry.thing.name in self.broken:
            raise OSError(f"{entry.thing.name} is broken")
        self.order.append(f"begin {entry.thing.name}")

        def wait(deadline: float) -> None:
            assert deadline > time.monotonic()
            if entry.thing.name in self.stuck:
                raise TimeoutError("held by a finalizer")
            self.order.append(f"gone {entry.thing.name}")

        return wait


def entries(*wanted: tuple[str, str]) -> list[Entry]:
    """Entries of (kind, name), planned in that order."""
    return [Entry(Thing(kind, name, {"name": name}), n, n) for n, (kind, name) in enumerate(wanted)]


def test_dependents_go_first_and_each_wave_is_awaited() -> None:
    """What was made last goes first, neighbours of a kind side by side, and nothing before they are gone."""
    removal = Removal()
    made = entries(("namespace", "ns"), ("object", "a"), ("object", "b"))

    remove_all(made, {"namespace": removal, "object": removal})

    assert removal.order == ["begin b", "begin a", "gone b", "gone a", "begin ns", "gone ns"]
    assert [entry.state for entry in made] == ["removed"] * 3


def test_faults_are_lifted_before_anything_else() -> None:
    """A cut network would keep everything else from being removed."""
    removal = Removal()
    made = entries(("fault.heal", "cut"), ("object", "a"), ("fault.heal", "frozen"), ("object", "b"))

    remove_all(made, {"fault.heal": removal, "object": removal})

    assert removal.order[:4] == ["begin frozen", "begin cut", "gone frozen", "gone cut"]


def test_every_error_is_told_and_everything_is_tried() -> None:
    """One thing that does not go saves no other, and the message names them all."""
    removal = Removal(stuck=("b",), broken=("c",))
    made = entries(("namespace", "ns"), ("object", "a"), ("object", "b"), ("object", "c"), ("odd", "d"))

    with pytest.raises(NotRemoved) as caught:
        remove_all(made, {"namespace": removal, "object": removal})

    assert str(caught.value).splitlines() == [
        "3 things were not removed:",
        "  d: nothing here knows how to remove a 'odd'",
        "  c: c is broken",
        "  b: held by a finalizer",
    ]
    assert [entry.state for entry in made] == ["removed", "removed", "planned", "planned", "planned"]


def test_a_thing_noted_twice_is_removed_once_and_as_late_as_the_first_note_asks() -> None:
    """Two workers that noted the same namespace do not remove it twice, nor under their objects."""
    removal = Removal()
    made = entries(("namespace", "ns"), ("object", "a"), ("namespace", "ns"))

    remove_all(made, {"namespace": removal, "object": removal})

    assert removal.order == ["begin a", "gone a", "begin ns", "gone ns"]
    assert [entry.state for entry in made] == ["removed"] * 3


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for a signal; it is told by a line that it is ready."""
    code = (
        "import signal,sys; signal.signal(signal.SIGUSR1, lambda *_: None); print(flush=True); signal.pause()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_process_is_gone_when_its_removal_returns(sleeper: subprocess.Popen[bytes]) -> None:
    """Blocking means that nothing has to be awaited afterwards."""
    owner = Owner.of(sleeper.pid)

    remove_all([Entry(things.process(owner, "sleeper"), 0, 0)], {})

    assert not owner.lives()


def test_a_stopped_process_is_continued_and_ended(sleeper: subprocess.Popen[bytes]) -> None:
    """A process that a fault has frozen would never see that it shall end."""
    owner = Owner.of(sleeper.pid)
    os.kill(sleeper.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED)

    remove_all(
        [Entry(things.process(owner, "sleeper"), 0, 0), Entry(things.frozen(owner, "sleeper"), 1, 1)], {}
    )

    assert sleeper.wait() == -signal.SIGTERM


def test_another_process_with_the_number_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    """A number that went to somebody else is not ours to end."""
    owner = Owner.of(sleeper.pid)
    ours = Owner(owner.pid, owner.start - 5, owner.boot)

    remove_all([Entry(things.process(ours, "sleeper"), 0, 0)], {})

    assert owner.lives()


def test_paths_go_with_their_content_and_links_are_not_followed(tmp_path: Path) -> None:
    """A browser's profile is a folder; what a link in it points to is not ours."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "link").symlink_to(kept)
    link = tmp_path / "link"
    link.symlink_to(kept)

    made = [things.path(profile, "browser profile"), things.path(link), things.path(tmp_path / "never-made")]
    remove_all([Entry(thing, n, n) for n, thing in enumerate(made)], {})

    assert [p.name for p in sorted(tmp_path.iterdir())] == ["kept"]
    assert (kept / "file").exists()
