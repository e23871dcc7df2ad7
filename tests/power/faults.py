"""What is done to a session while its story is told; each returns the proof that it took hold, or raises."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sessionproof.clients.https import Https
from sessionproof.clients.kubernetes import kinds
from sessionproof.errors import FaultUnproven
from sessionproof.ledger import Owner
from tests.power.staging import Act, Run

HOLD_SECONDS = 5.0
"""Longest time for a fault to be seen."""
_POLL = 0.005
"""Seconds between two looks: a signal is acted upon when its process is next scheduled."""


def freeze(program: str, persona: str) -> Act:
    """Stop a program of the persona's desktop; its command line holds *program*."""

    def act(run: Run) -> str:
        pid = _program_of(run, program, persona)
        os.kill(pid, signal.SIGSTOP)
        _until(lambda: _state(pid) == "T", f"{program} ({pid}) was stopped and does not stand")
        return f"{program} ({pid}) stands: state T"

    return act


def kill(program: str, persona: str) -> Act:
    """Kill a program of the persona's desktop."""

    def act(run: Run) -> str:
        owner = Owner.of(_program_of(run, program, persona))
        os.kill(owner.pid, signal.SIGKILL)
        _until(lambda: not owner.lives(), f"{program} ({owner.pid}) was killed and lives")
        return f"{program} ({owner.pid}) is dead"

    return act


def delete_ingress(persona: str) -> Act:
    """Delete the ingress of the persona's session, and see its address answer "not found"."""

    def act(run: Run) -> str:
        name, namespace = run.session_of(persona), run.namespace
        ingress = run.client.get(kinds.INGRESS, name, namespace)
        url = f"https://{ingress['spec']['rules'][0]['host']}/"
        run.client.delete(kinds.INGRESS, name, namespace)
        https = Https(run.platform.cluster.ingress_address, run.platform.cluster.ca_certificate)
        try:
            _until(lambda: https.get(url).status == 404, f"{url} is without its ingress and still answers")
        finally:
            https.close()
        left = run.client.find(kinds.INGRESS, name, namespace)
        if left is not None:
            raise FaultUnproven(f"ingress {name} was deleted and is there again")
        return f"ingress {name} is gone and {url} answers 404"

    return act


def _program_of(run: Run, program: str, persona: str) -> int:
    first = run.platform.cluster.exec_pid(run.namespace, run.session_of(persona), "selkies")
    found = [pid for pid in _descendants(first) if program in _command(pid)]
    if len(found) != 1:
        raise FaultUnproven(
            f"{len(found)} processes of {persona}'s desktop are {program!r}; one was expected"
        )
    return found[0]


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _descendants(child)


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    """:raises FaultUnproven: if it does not come to hold."""
    end = time.monotonic() + HOLD_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise FaultUnproven(f"{otherwise} after {HOLD_SECONDS:.0f} s")
        time.sleep(_POLL)
