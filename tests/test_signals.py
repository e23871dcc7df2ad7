"""Signals end a run once, and never in the middle of its clean-up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from sessionproof.signals import Interruption


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    """One that has taken over the signals of this process, for as long as the test runs."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    taken = Interruption()
    taken.install()
    yield taken
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_interrupts_and_later_ones_do_not(
    interruption: Interruption, number: signal.Signals, status: int
) -> None:
    """What CI sends ends the run like Ctrl-C, and impatience cannot break the clean-up that follows."""
    with pytest.raises(KeyboardInterrupt, match=f"ended by {number.name}"):
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)

    assert (interruption.asked, interruption.exit_status) == (number, status)


def test_a_signal_during_clean_up_waits_for_its_end(interruption: Interruption) -> None:
    """All of the clean-up is done first, also of an inner one."""
    done = []

    with pytest.raises(KeyboardInterrupt), interruption.cleaning():
        with interruption.cleaning():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("inner")
        done.append("outer")

    assert done == ["inner", "outer"]


def test_a_signal_during_a_clean_up_that_fails_is_not_lost(interruption: Interruption) -> None:
    """The interruption comes, with the clean-up's error as what was going on."""
    with pytest.raises(KeyboardInterrupt) as caught, interruption.cleaning():
        os.kill(os.getpid(), signal.SIGINT)
        raise OSError("not removed")

    assert isinstance(caught.value.__context__, OSError)
