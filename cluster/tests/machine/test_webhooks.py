"""The API server reaches an admission webhook by way of its service."""

from __future__ import annotations

import base64
import http.server
import json
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives import serialization
from sessionproof_cluster import Cluster, api, errors, pki

Eventually = Callable[[Callable[[], Any]], Any]

pytestmark = pytest.mark.machine


class _Denier(http.server.BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        """Refuse what is asked, and remember who was refused."""
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(review["request"]["name"])
        verdict = {"uid": review["request"]["uid"], "allowed": False, "status": {"message": "not today"}}
        body = json.dumps({**review, "response": verdict}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_an_admission_webhook_is_reached_by_way_of_its_service(
    cluster: Cluster, client: api.Api, tmp_path: Path, eventually: Eventually
) -> None:
    """The API server finds the service's address, which only kube-proxy can translate."""
    ca = pki.authority("webhook")
    pki.write(tmp_path, "server", *pki.issue(ca, "webhook", hosts=["deny.default.svc"], client=False))
    server = http.server.HTTPServer((cluster.ranges.machine, 0), _Denier)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        _deny_config_maps(cluster, client, ca, server.server_port)
        config_maps = "/api/v1/namespaces/default/configmaps"
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "refused"}}

        def refused() -> str | None:
            try:
                client.request("POST", f"{config_maps}?dryRun=All", body)
            except errors.Refused as error:
                return error.message if "not today" in error.message else None
            return None

        assert "deny.example.test" in eventually(refused)
        assert "refused" in _Denier.seen
    finally:
        client.request("DELETE", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/deny")
        server.shutdown()
        server.server_close()


def _deny_config_maps(cluster: Cluster, client: api.Api, ca: pki.Authority, port: int) -> None:
    ports = [{"name": "https", "port": 443, "targetPort": port}]
    client.request(
        "POST",
        "/api/v1/namespaces/default/services",
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "deny"}, "spec": {"ports": ports}},
    )
    client.request(
        "POST",
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": "deny", "labels": {"kubernetes.io/service-name": "deny"}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [cluster.ranges.machine]}],
            "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
        },
    )
    pem = ca.certificate.public_bytes(serialization.Encoding.PEM)
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}
    webhook = {
        "name": "deny.example.test",
        "clientConfig": {
            "service": {"name": "deny", "namespace": "default"},
            "caBundle": base64.b64encode(pem).decode(),
        },
        "rules": [rule],
        "failurePolicy": "Ignore",
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "timeoutSeconds": 2,
    }
    client.request(
        "POST",
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": "deny"},
            "webhooks": [webhook],
        },
    )
