"""Where host names lead when the target does not say it, and whether that place is good."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sessionproof.targets import ingress
from sessionproof.targets.errors import Lacking
from sessionproof.targets.ingress import Ingress
from tests.targets.conftest import Aim, Cluster, item


def published(*addresses: dict[str, str], **spec: Any) -> dict[str, Any]:
    """An object whose status names *addresses*."""
    return item("x", spec=spec, status={"loadBalancer": {"ingress": list(addresses)}})


def address(cluster: Cluster, aim: Aim) -> str:
    """Where the names lead by what the cluster publishes."""
    return ingress.of(aim(ingress_address=None), cluster.client, "nginx").address


def test_the_address_that_ingresses_of_the_class_publish_is_taken(cluster: Cluster, aim: Aim) -> None:
    """Those of another class say nothing; a name is resolved, because browsers are told addresses."""
    cluster.objects["Ingress"] = [
        published({"ip": "10.0.0.9"}, ingressClassName="other"),
        published({"hostname": "localhost"}, ingressClassName="nginx"),
    ]

    assert address(cluster, aim) == "127.0.0.1"


def test_else_the_load_balancer_that_offers_https(cluster: Cluster, aim: Aim) -> None:
    """A fresh controller serves no Ingress yet."""
    https, other = [{"port": 443}], [{"port": 5432}]
    cluster.objects["Service"] = [
        published({"ip": "10.0.0.7"}, type="LoadBalancer", ports=other),
        published({"ip": "10.0.0.8"}, type="LoadBalancer", ports=https),
        published(type="ClusterIP", ports=https),
    ]

    assert address(cluster, aim) == "10.0.0.8"


def test_what_cannot_be_known_must_be_given(cluster: Cluster, aim: Aim) -> None:
    """None, or more than one: nobody guesses."""
    with pytest.raises(
        Lacking, match="is not known, none is published; give the target an `ingress_address`"
    ):
        address(cluster, aim)
    cluster.objects["Ingress"] = [
        published({"ip": "10.0.0.9"}, ingressClassName="nginx"),
        published({"ip": "10.0.0.8"}, ingressClassName="nginx"),
    ]
    with pytest.raises(Lacking, match=r"several are published: 10\.0\.0\.8, 10\.0\.0\.9"):
        address(cluster, aim)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server on loopback with a certificate for *.vdi.test; gives the certificate's file."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=test"
    own = ["-addext", "subjectAltName=DNS:*.vdi.test", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made.split(), *own], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(ingress, "_HTTPS", listening.getsockname()[1])

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with suppress(OSError), tls.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)

    thread = threading.Thread(target=serve)
    thread.start()
    yield certificate
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_a_certificate_for_the_domain_is_well(server: Path) -> None:
    """Signed by the CA that the target names."""
    assert ingress.must_answer(Ingress("127.0.0.1", server, ()), "vdi.test").endswith(
        "answers, its certificate holds for *.vdi.test"
    )


def test_a_certificate_of_another_ca_or_name_is_told(server: Path) -> None:
    """Every session would fail by it, and look like the product's fault."""
    with pytest.raises(
        Lacking, match=r"is not good for \*\.vdi\.test: self-signed certificate; give the controller"
    ):
        ingress.must_answer(Ingress("127.0.0.1", None, ()), "vdi.test")
    with pytest.raises(Lacking, match=r"is not good for \*\.desk\.test: Hostname mismatch"):
        ingress.must_answer(Ingress("127.0.0.1", server, ()), "desk.test")


def test_an_address_where_nothing_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason that the machine gives."""
    monkeypatch.setattr(ingress, "_HTTPS", 1)

    with pytest.raises(Lacking, match=r"nothing answers at 127\.0\.0\.1:1: .*refused; mend the target's"):
        ingress.must_answer(Ingress("127.0.0.1", None, ()), "vdi.test")
