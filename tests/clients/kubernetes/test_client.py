"""What the client sends, and what it makes of the answers."""

import gc
import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sessionproof.clients import kubernetes
from sessionproof.clients.kubernetes import Client, NotFound, Outage, Refused, kinds
from sessionproof.clients.kubernetes.access import Access


class Answering:
    """A server on loopback that gives the planned answers in order and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.url = ""


@pytest.fixture
def server() -> Iterator[Answering]:
    script = Answering()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            script.asked.append(
                {
                    "call": f"{self.command} {parts.path}",
                    "query": {key: value[0] for key, value in parse_qs(parts.query).items()},
                    "body": json.loads(body) if body else None,
                    "headers": list(self.headers.items()),
                }
            )
            status, told = script.answers.pop(0)
            content = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if isinstance(told, str) else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - names fixed by http.server

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield script
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(server: Answering) -> Iterator[Client]:
    client = Client(Access(server.url, authorization=lambda: "Bearer t", namespace="team"))
    yield client
    client.close()


def test_lists_are_read_to_their_end(server, client):
    """Pages are joined, and items get back the kind that lists leave out."""
    server.answers = [
        (
            200,
            {
                "metadata": {"continue": "next", "resourceVersion": "7"},
                "items": [{"metadata": {"name": "a"}}],
            },
        ),
        (200, {"metadata": {"resourceVersion": "7"}, "items": [{"metadata": {"name": "b"}}]}),
    ]

    listing = client.listing(kinds.POD, "sp-1", labels="x=y")

    assert ["a", "b"] == [item["metadata"]["name"] for item in listing.items]
    assert "7" == listing.resource_version
    assert ("Pod", "v1") == (listing.items[0]["kind"], listing.items[0]["apiVersion"])
    assert {"limit": "500", "labelSelector": "x=y", "continue": "next"} == server.asked[1]["query"]


def test_object_goes_to_its_own_namespace_or_the_contexts(server, client):
    """The object's namespace wins, then the call's, then the context's."""
    server.answers = [(201, {}), (201, {}), (201, {})]
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}

    client.create(body | {"metadata": {"name": "x", "namespace": "own"}}, "given")
    client.create(body, "given")
    client.create(body)

    assert [
        "POST /api/v1/namespaces/own/configmaps",
        "POST /api/v1/namespaces/given/configmaps",
        "POST /api/v1/namespaces/team/configmaps",
    ] == [each["call"] for each in server.asked]


def test_unknown_kind_is_looked_up_once(server, client):
    """Discovery is asked for a group's version at the first need."""
    served = {"name": "vdisessions", "kind": "VDISession", "namespaced": True}
    sub = {"name": "vdisessions/status", "kind": "VDISession", "namespaced": True}
    server.answers = [(200, {"resources": [served, sub]})]

    first = client.kind("vdi.kasm.io/v1alpha1", "VDISession")
    again = client.kind("vdi.kasm.io/v1alpha1", "VDISession")

    assert first == again
    assert "/apis/vdi.kasm.io/v1alpha1/namespaces/sp-1/vdisessions/x/status" == first.path(
        "sp-1", "x", "status"
    )
    assert 1 == len(server.asked)


def test_kind_that_is_not_served_is_not_found(server, client):
    """A missing CRD can come: it is not refused."""
    server.answers = [(200, {"resources": []})]

    with pytest.raises(NotFound, match="serves no kind 'VDISession'"):
        client.kind("vdi.kasm.io/v1alpha1", "VDISession")


def test_find_gives_none_for_what_is_not_there(server, client):
    """Only absence becomes None; a refusal is still an error."""
    server.answers = [(404, {"reason": "NotFound"}), (403, {"reason": "Forbidden"})]

    assert client.find(kinds.POD, "x", "sp-1") is None
    with pytest.raises(Refused, match="403 Forbidden"):
        client.find(kinds.POD, "x", "sp-1")


def test_delete_says_how_and_which(server, client):
    """Propagation, grace and the very object are in the request."""
    server.answers = [(200, {})]

    client.delete(kinds.POD, "x", "sp-1", propagation="Foreground", grace_seconds=0, uid="u")

    assert {
        "propagationPolicy": "Foreground",
        "gracePeriodSeconds": 0,
        "preconditions": {"uid": "u"},
    } == server.asked[0]["body"]


def test_rights_are_asked_as_somebody_else(server, client):
    """Impersonation sends the user and each group, with our own credentials."""
    server.answers = [(201, {"status": {"allowed": False}})]

    allowed = client.impersonating("ann", ["vdi-users", "staff"]).can_i("get", kinds.SECRET, "sp-1")

    headers = [pair for pair in server.asked[0]["headers"] if pair[0].startswith(("Imp", "Auth"))]
    assert not allowed
    assert [
        ("Impersonate-User", "ann"),
        ("Impersonate-Group", "vdi-users"),
        ("Impersonate-Group", "staff"),
        ("Authorization", "Bearer t"),
    ] == headers


def test_logs_are_text(server, client):
    """What the container wrote comes as it is."""
    server.answers = [(200, "2026-01-01T00:00:00Z hello\n")]

    assert "2026-01-01T00:00:00Z hello\n" == client.logs("x", "sp-1", container="c", previous=True)
    assert {"timestamps": "true", "container": "c", "previous": "true"} == server.asked[0]["query"]


def test_server_that_is_not_there_is_an_outage():
    """Connection refused is worth another try, and health says no without an error."""
    client = kubernetes.Client(Access("http://127.0.0.1:9"))

    with pytest.raises(Outage, match="GET /api/v1/pods"):
        client.list(kinds.POD)

    assert not client.healthy()


def test_server_that_resets_before_the_handshake_is_an_outage():
    """Nothing but an outage comes of it, also when the socket that was reset is collected."""
    reset = threading.Event()

    class AfterTheReset(ssl.SSLContext):
        def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
            assert reset.wait(5)
            return super().wrap_socket(*args, **options)

    def reset_the_first() -> None:
        asker, _ = server.accept()
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        asker.close()
        reset.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        access = Access(
            f"https://127.0.0.1:{server.getsockname()[1]}", tls=AfterTheReset(ssl.PROTOCOL_TLS_CLIENT)
        )
        resetting = threading.Thread(target=reset_the_first)
        resetting.start()
        with pytest.raises(Outage, match="reset"):
            Client(access).get(kinds.POD, "p", "n")
        resetting.join()
    gc.collect()
