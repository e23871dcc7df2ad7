"""Ending processes from outside."""

from __future__ import annotations

import signal
import subprocess

import pytest

from sessionproof.clients import processes
from sessionproof.errors import FaultUnproven


def test_a_killed_process_has_ended_when_the_call_returns() -> None:
    """By SIGKILL, which it cannot answer."""
    process = subprocess.Popen(["sleep", "60"])

    processes.kill(process.pid, within=5)

    assert process.wait(0) == -signal.SIGKILL


def test_a_process_that_is_not_there_proves_no_fault() -> None:
    """The message names it."""
    process = subprocess.Popen(["true"])
    process.wait()

    with pytest.raises(FaultUnproven, match=f"process {process.pid} was to be killed and is not there"):
        processes.kill(process.pid, within=5)


def test_a_process_that_does_not_end_proves_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that sleeps in the kernel outlives even this for a while."""
    monkeypatch.setattr(signal, "pidfd_send_signal", lambda *_: None)

    process = subprocess.Popen(["sleep", "60"])

    with pytest.raises(FaultUnproven, match=r"was killed and has not ended within 0\.01 s"):
        processes.kill(process.pid, within=0.01)

    process.kill()
    process.wait()
