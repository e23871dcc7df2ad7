"""Looking and removing, on a real API server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sessionproof import janitor, targets
from sessionproof.clients.kubernetes import Outage, Refused, access, kinds, transport
from sessionproof.janitor import looking, removers
from sessionproof.janitor.objects import RUN_LABEL, Objects
from sessionproof.ledger import Ledger, NotRemoved, things

pytestmark = pytest.mark.cluster

DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "desks.test.example"},
    "spec": {
        "group": "test.example",
        "scope": "Namespaced",
        "names": {"kind": "Desk", "plural": "desks"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                },
            }
        ],
    },
}


class Server:
    """The API server with what a test needs of it."""

    def __init__(self, address: str) -> None:
        self.address = address
        way = targets.access_to(address)
        assert way
        self.objects = Objects(way)
        self.raw = self.objects._transport

    def make(self, kind: str, name: str, namespace: str = "", run: str = "", **more: Any) -> dict[str, Any]:
        """Make an object, labelled with *run* if one is given."""
        metadata = {"name": name, **more, "labels": {RUN_LABEL: run} if run else {}}
        found = next(k for k in [*kinds.WELL_KNOWN.values(), *self.objects.custom_kinds()] if k.kind == kind)
        body = {"apiVersion": found.api_version, "kind": kind, "metadata": metadata}
        made: dict[str, Any] = self.raw.send("POST", found.path(namespace), body=body)
        return made

    def found(self, *living: str) -> list[str]:
        """What looking finds, in words."""
        return [item.what for item in looking.look_at(self.objects, self.address, living)]

    def finish(self, folder: Path, say: Any = lambda _: None) -> janitor.Finished:
        """The janitor, looking at this server only."""
        return janitor.finish_dead_runs(
            folder,
            say=say,
            looking=lambda living: (looking.look_at(self.objects, self.address, living), []),
        )


def desks_are_served(server: Server) -> bool:
    """A kind is announced a moment before its storage is ready."""
    desk = server.objects.kind("test.example/v1", "Desk")
    try:
        return desk is not None and server.objects.list(desk) == []
    except Outage:
        return False


AWAY = """\
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: x, context: {cluster: c}}]
current-context: x
"""


@pytest.fixture
def server(api_address: str) -> Iterator[Server]:
    """A server with the custom kind Desk and nothing of any run."""
    server = Server(api_address)
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    if not server.objects.custom_kinds():
        server.raw.send("POST", path, body=DEFINITION)
        deadline = time.monotonic() + 30
        while not desks_are_served(server):
            assert time.monotonic() < deadline
    server.objects._kinds = None
    yield server
    assert server.found() == []


@pytest.fixture(autouse=True)
def own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own runs are none of a test's business."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_an_object_that_no_ledger_knows_is_found_and_removed(server: Server, tmp_path: Path) -> None:
    """Labels of any kind anywhere are seen without a ledger; a name alone is nobody's proof."""
    server.make("ConfigMap", "planted", "default", run="r9")
    server.make("Namespace", "sp-somebody")
    server.make("Namespace", "labelled", run="r9")
    server.make("ConfigMap", "inside", "labelled", run="r9")
    server.make("ConfigMap", "foreign", "default")

    seen = server.found()
    finished = server.finish(tmp_path / "ledger")

    assert seen == ["namespace labelled", "ConfigMap default/planted"]
    assert sorted(finished.removed) == sorted(seen)
    assert server.found() == []
    assert server.objects.get(kinds.CONFIG_MAP, "default", "foreign")
    assert server.objects.get(kinds.NAMESPACE, "", "sp-somebody")
    server.objects.delete(kinds.CONFIG_MAP, "default", "foreign")


def test_things_of_a_living_run_are_no_leftovers(server: Server, tmp_path: Path) -> None:
    """By label, and by the run's name in the namespace's."""
    ledger = Ledger(tmp_path / "ledger", "r7")
    with ledger.planned(things.namespace("sp-r7-w0", cluster=server.address)):
        server.make("Namespace", "sp-r7-w0", run="r7")
    with ledger.planned(
        things.kubernetes("ConfigMap", "v1", "mine", namespace="default", cluster=server.address)
    ):
        server.make("ConfigMap", "mine", "default", run="r7")

    assert server.found("r7") == []
    assert not server.finish(tmp_path / "ledger")
    ledger.clean(removers())
    ledger.close()


def test_a_finalizer_whose_operator_is_gone_is_taken_off_and_said(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The janitor waits a bounded time for the operator, then does it itself, and the namespace goes too."""
    monkeypatch.setattr("sessionproof.janitor.removing.OPERATOR_SECONDS", 0.5)
    server.make("Namespace", "sp-dead", run="r5")
    server.make("Desk", "alice", "sp-dead", finalizers=["test.example/clean-up"])
    said: list[str] = []

    finished = server.finish(tmp_path / "ledger", said.append)

    assert finished.removed == ["namespace sp-dead"]
    assert "Desk alice: nobody took off test.example/clean-up in 0.5 s; taking it off" in said


def test_a_story_does_not_take_finalizers_off(server: Server, tmp_path: Path) -> None:
    """What does not go in a story is the product's fault and is told with who holds it."""
    server.make("Namespace", "sp-story", run="r6")
    ledger = Ledger(tmp_path / "ledger", "r6")
    desk = things.kubernetes("Desk", "test.example/v1", "bob", namespace="sp-story", cluster=server.address)
    with ledger.planned(desk):
        server.make("Desk", "bob", "sp-story", finalizers=["test.example/clean-up"])

    with pytest.raises(NotRemoved, match=r"being deleted since .*, held by test\.example/clean-up"):
        ledger.clean(removers(), seconds=0.5)
    ledger.plan(
        things.fault(
            "remove-finalizer",
            "bob held",
            cluster=server.address,
            apiVersion="test.example/v1",
            kind="Desk",
            namespace="sp-story",
            name="bob",
            finalizer="test.example/clean-up",
        )
    )
    ledger.clean(removers(), seconds=10)
    ledger.close()
    assert server.found() == ["namespace sp-story"]
    server.finish(tmp_path / "ledger")


def test_what_a_node_was_made_to_offer_is_found_and_taken_back(server: Server, tmp_path: Path) -> None:
    """A dead run's seats are seen on the node without a ledger; a living run's and the node's own stay."""
    offers = {"cpu": "2", "sessionproof.io/seat-r8-0-dead": "1", "sessionproof.io/seat-r7-0-lives": "1"}
    server.make("Node", "desk-node")
    server.raw.send(
        "PATCH",
        "/api/v1/nodes/desk-node/status",
        body={"status": {"capacity": offers, "allocatable": offers}},
        content_type="application/merge-patch+json",
    )
    ledger = Ledger(tmp_path / "own", "r7")
    seat = things.advertised("sessionproof.io/seat-r7-0-lives", "desk-node", cluster=server.address)
    ledger.plan(seat)

    assert server.found("r7") == ["sessionproof.io/seat-r8-0-dead of node desk-node"]

    server.finish(tmp_path / "ledger")
    node = server.objects.get(kinds.NODE, "", "desk-node")

    assert node
    assert node["status"]["capacity"].keys() == {"cpu", "sessionproof.io/seat-r7-0-lives"}

    ledger.clean(removers())
    ledger.close()
    node = server.objects.get(kinds.NODE, "", "desk-node")

    assert node
    assert node["status"]["allocatable"].keys() == {"cpu"}
    server.objects.delete(kinds.NODE, "", "desk-node")


def test_somebody_elses_object_of_the_same_name_is_left_alone(server: Server, tmp_path: Path) -> None:
    """The uid that was noted at the making tells ours from what was made since."""
    ledger = Ledger(tmp_path / "ledger", "r4")
    thing = things.kubernetes("ConfigMap", "v1", "same", namespace="default", cluster=server.address)
    with ledger.planned(thing) as entry:
        entry.made(uid="00000000-0000-0000-0000-000000000000")
    server.make("ConfigMap", "same", "default")

    ledger.clean(removers())
    ledger.close()

    assert server.objects.get(kinds.CONFIG_MAP, "default", "same")
    server.objects.delete(kinds.CONFIG_MAP, "default", "same")


def test_a_watch_that_ends_does_not_end_the_waiting(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short watches are opened again until the object goes or the time is over."""
    monkeypatch.setattr("sessionproof.janitor.objects._WATCH_SECONDS", 1.0)
    made = server.make("ConfigMap", "stays", "default")
    began = time.monotonic()

    last = server.objects.wait_gone(kinds.CONFIG_MAP, "default", "stays", began + 1.5)

    assert last
    assert last["metadata"]["uid"] == made["metadata"]["uid"]
    assert 1.5 <= time.monotonic() - began < 5
    server.objects.delete(kinds.CONFIG_MAP, "default", "stays")
    assert server.objects.wait_gone(kinds.CONFIG_MAP, "default", "stays", time.monotonic() + 10) is None


def test_a_client_without_rights_is_told_and_finds_no_zero(server: Server) -> None:
    """Where looking is refused nothing is claimed."""
    way = targets.access_to(server.address)
    assert way
    stranger = Objects(access.Access(way.server, tls=way.tls, authorization=lambda: "Bearer nobody"))

    with pytest.raises(Refused):
        looking.look_at(stranger, server.address, ())


def test_a_server_that_is_away_is_asked_once_and_keeps_its_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much a dead run has there: each thing is told with the reason, for the next call."""
    (tmp_path / "away").write_text(AWAY)
    address = f"kubeconfig:{tmp_path / 'away'}"
    asked: list[str] = []
    send = transport.Transport.send
    monkeypatch.setattr(
        transport.Transport,
        "send",
        lambda self, method, path, **more: asked.append(path) or send(self, method, path, **more),
    )
    ledger = Ledger(tmp_path / "ledger", "r3")
    for name in ("one", "two"):
        ledger.plan(things.namespace(name, cluster=address))

    with pytest.raises(NotRemoved) as caught:
        ledger.clean(removers())
    ledger.close()

    assert asked == ["/version"]
    assert [(str(entry.thing), "refused" in str(error)) for entry, error in caught.value.failures] == [
        ("namespace two", True),
        ("namespace one", True),
    ]
