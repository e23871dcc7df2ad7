"""Asking for sessions: what they are called, what a refusal means, and that all is written down before."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sessionproof.adapters.vdi.asking import Asking
from sessionproof.clients.kubectl import CommandRefused
from sessionproof.clients.kubernetes import Refused
from sessionproof.ledger import Ledger
from sessionproof.ports.sessions import Channel, Person, Request

ALICE = Person("alice", "alice@example.test")
INVALID = 'The VDISession "x" is invalid: spec.user: Required value'
FORBIDDEN = "Error from server (Forbidden): vdisessions is forbidden"


class Answering:
    """A cluster and its command line that give one answer; tells what the ledger knew when they were asked."""

    def __init__(self, answer: Exception | None, folder: Path) -> None:
        self.answer = answer
        self.ledger = Ledger(folder / "ledger", "run", runs=folder / "runs")
        self.sent: list[tuple[str, list[str]]] = []

    def create(self, manifest: dict[str, Any], **_: str) -> None:
        self.sent.append(
            (manifest["metadata"]["name"], [str(each.thing) for each in self.ledger.standing("s1")])
        )
        if self.answer:
            raise self.answer

    apply = create
    table = create


def asking(answer: Exception | None, folder: Path) -> tuple[Asking, Answering]:
    cluster: Any = Answering(answer, folder)
    platform: Any = SimpleNamespace(
        namespace="here",
        reference="embedded:x",
        user_group="users",
        acting_as=lambda _: cluster,
        template_name=lambda name: name,
        session_name=lambda person, scenario: f"{person.name}-{scenario}",
        labels=lambda scenario: {"scenario": scenario},
        target=SimpleNamespace(domain="vdi.test"),
    )
    return Asking(platform, cluster, cluster.ledger, "s1"), cluster


@pytest.mark.parametrize("through", ["API", "command line"])
def test_a_session_is_written_down_before_it_is_asked_for(through: Channel, tmp_path: Path) -> None:
    """Whoever asks twice gets two names, and a name that the story gives is kept."""
    ask, cluster = asking(None, tmp_path)
    for request in (Request("desk"), Request("desk"), Request("desk", fields={"name": "a.desk"})):
        ask.create(request, ALICE, through)

    assert ["alice-s1", "alice-s1-2", "a.desk"] == [name for name, _ in cluster.sent]
    assert all(f"VDISession here/{name}" in known for name, known in cluster.sent)


@pytest.mark.parametrize(
    ("through", "answer", "invalid"),
    [
        ("API", Refused("POST x", INVALID, status=422), True),
        ("API", Refused("POST x", FORBIDDEN, status=403), False),
        ("command line", CommandRefused("apply", INVALID), True),
        ("command line", CommandRefused("apply", FORBIDDEN), False),
    ],
)
def test_a_refusal_is_an_answer(through: Channel, answer: Exception, invalid: bool, tmp_path: Path) -> None:
    """What was said is kept; whether the request or the right to ask was wrong is told apart."""
    ask, cluster = asking(answer, tmp_path)
    session, refusal = ask.attempt(Request("desk"), ALICE, through)

    assert refusal is not None
    assert (invalid, True) == (refusal.invalid, refusal.words in (INVALID, FORBIDDEN))
    assert "alice-s1" == session.subject.name
    assert cluster.ledger.standing("s1"), "it may be there all the same, and is looked for"


def test_what_is_let_in_has_no_refusal(tmp_path: Path) -> None:
    """The session is the one that was asked for."""
    ask, _ = asking(None, tmp_path)

    assert None is ask.attempt(Request("desk"), ALICE, "API")[1]


def test_the_other_host_is_made_of_the_sessions_own_name(tmp_path: Path) -> None:
    """By the rule of the platform: six digits of a digest over namespace and name."""
    ask, _ = asking(None, tmp_path)
    session = ask.create(Request("desk"), ALICE, "API")

    assert ("alice.vdi.test", "alice-f3941d.vdi.test") == ask.hosts(session, "alice")
