"""A process signs what it makes elsewhere, so that others can tell whether it lives."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sessionproof.ledger import life_of, signature


def test_a_living_process_is_known_by_its_signature() -> None:
    """Whoever signed and still runs lives."""
    assert "lives" == life_of(signature())


def test_a_process_that_ended_is_dead() -> None:
    """The number of a process that ended says nothing any more, also when another has it."""
    told = subprocess.run(
        [sys.executable, "-c", "from sessionproof.ledger import signature; print(signature())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    host, boot, namespace, _, start = signature().split()

    assert "dead" == life_of(told)
    assert "dead" == life_of(f"{host} {boot} {namespace} {os.getpid()} {int(start) - 1}")


def test_a_machine_that_was_started_again_has_no_old_processes() -> None:
    """Another boot of the same host: all that signed before it are dead."""
    host, _, namespace, pid, start = signature().split()

    assert "dead" == life_of(f"{host} another-boot {namespace} {pid} {start}")


@pytest.mark.parametrize("place", [0, 2])
def test_what_cannot_be_seen_from_here_is_unknown(place: int) -> None:
    """Another host's process, or one in another process namespace, is not judged."""
    parts = signature().split()
    parts[place] = "elsewhere"

    assert "unknown" == life_of(" ".join(parts))


@pytest.mark.parametrize("nonsense", ["", "a b c", "a b c d e"])
def test_nonsense_is_unknown(nonsense: str) -> None:
    """What is no signature proves nothing."""
    assert "unknown" == life_of(nonsense)
