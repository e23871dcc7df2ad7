"""Names, addresses and doors of a cluster, tried from the machine."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest
from sessionproof_cluster import Cluster, api, resolving

Eventually = Callable[[Callable[[], Any]], Any]
DnsPods = Callable[[], list[Any]]

pytestmark = pytest.mark.machine


def test_a_headless_service_resolves_to_its_pods(
    cluster: Cluster, client: api.Api, eventually: Eventually, dns_pods: DnsPods
) -> None:
    """Asked from the machine, at the address that pods have."""
    services = "/api/v1/namespaces/kube-system/services"
    spec = {"clusterIP": "None", "selector": {"k8s-app": "kube-dns"}, "ports": [{"port": 53}]}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "headless"}, "spec": spec}
    client.request("POST", services, body)

    def both() -> bool:
        pods = {pod["status"].get("podIP") for pod in dns_pods()}
        name = "headless.kube-system.svc.cluster.local"
        return len(pods) == 2 and set(resolving.addresses(cluster.ranges.dns, name, 5)) == pods

    eventually(both)
    assert resolving.addresses(cluster.ranges.dns, "example.com", 5) == []


def test_an_ingress_answers_under_its_host_name_with_a_certificate_of_the_clusters_ca(
    cluster: Cluster, client: api.Api, eventually: Eventually
) -> None:
    """Verified, and passed on to a pod by way of its service."""
    service = {"name": "kube-dns-health", "port": {"number": 8080}}
    spec = {"selector": {"k8s-app": "kube-dns"}, "ports": [{"port": 8080}]}
    client.request(
        "POST",
        "/api/v1/namespaces/kube-system/services",
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": service["name"]}, "spec": spec},
    )
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": service}}
    client.request(
        "POST",
        "/apis/networking.k8s.io/v1/namespaces/kube-system/ingresses",
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "health"},
            "spec": {"rules": [{"host": "health.example.test", "http": {"paths": [path]}}]},
        },
    )
    trusting = ssl.create_default_context(cafile=str(cluster.ca_certificate))

    def answer() -> str | None:
        try:
            plain = socket.create_connection((cluster.ingress_address, 443), timeout=5)
            with trusting.wrap_socket(plain, server_hostname="health.example.test") as secure:
                connection = http.client.HTTPConnection("health.example.test")
                connection.sock = secure
                connection.request("GET", "/health")
                response = connection.getresponse()
                return response.read().decode() if response.status == 200 else None
        except ssl.SSLError:
            return None

    assert eventually(answer) == "OK"


def test_nobody_is_let_in_without_a_certificate(cluster: Cluster) -> None:
    """Neither by the API server nor by a kubelet."""
    trusting = ssl.create_default_context(cafile=str(cluster.ca_certificate))
    doors = [(cluster.ranges.control, 6443, "/api"), (cluster.ranges.node("node-1"), 10250, "/pods")]
    for host, port, path in doors:
        connection = http.client.HTTPSConnection(host, port, timeout=5, context=trusting)
        connection.request("GET", path)
        assert connection.getresponse().status == 401
        connection.close()
