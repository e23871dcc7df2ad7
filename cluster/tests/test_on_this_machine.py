"""The whole cluster, raised for real: needs root and the built programs."""

from __future__ import annotations

import http.client
import http.server
import json
import signal
import socket
import ssl
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sessionproof_cluster
from sessionproof_cluster import (
    Cluster,
    api,
    binaries,
    cgroups,
    errors,
    layout,
    network,
    packing,
    pki,
    processes,
    waiting,
)
from sessionproof_cluster.ranges import Ranges

pytestmark = pytest.mark.machine
SECOND = "t-second"
PATIENCE = 30.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A full cluster of three nodes."""
    yield sessionproof_cluster.up("t-suite")
    sessionproof_cluster.down("t-suite")


@pytest.fixture
def client(cluster: Cluster) -> Iterator[api.Api]:
    """An API client of the administrator."""
    made = cluster.api
    yield made
    made.close()


def _eventually(look: Any) -> Any:
    found = waiting.Deadline.after(PATIENCE).until(look)
    assert found, f"not seen in {PATIENCE} s"
    return found


def _dns_pods(client: api.Api) -> Any:
    listing = "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app=kube-dns"
    return client.request("GET", listing)["items"]


def _machine() -> dict[str, Any]:
    """Everything that a cluster of the name SECOND could have left or changed."""

    def listed(path: str) -> list[str]:
        return sorted(entry.name for entry in Path(path).iterdir()) if Path(path).is_dir() else []

    def output(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    counters = [line.split(" [")[0] for line in output("iptables-save").splitlines() if line[:1] != "#"]
    sysctls = ("net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")
    return {
        "interfaces": network.interfaces(),
        "routes": output("ip", "route", "show", "table", "all", "type", "unicast").splitlines(),
        "unreachable": output("ip", "route", "show", "type", "unreachable").splitlines(),
        "rules": output("ip", "rule"),
        "firewall": counters,
        "namespaces": listed("/run/netns"),
        "mounts": [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()],
        "groups": cgroups.named("sp-"),
        "processes": sorted(processes.of_cluster(SECOND)),
        "clusters": listed(str(layout.CLUSTERS)),
        "files": {path: listed(path) for path in ("/run", "/var/lib", "/var/log", "/opt", "/etc/cni")},
        "sysctls": {name: Path("/proc/sys", name).read_text() for name in sysctls},
        "hosts": Path("/etc/hosts").read_text(),
    }


def test_an_up_that_was_killed_is_replaced_and_down_leaves_the_machine_as_it_was(cluster: Cluster) -> None:
    """While another cluster lives on undisturbed."""
    before = _machine()
    script = (
        "import sys, sessionproof_cluster as c\n"
        "c.up(sys.argv[1], 1, True, lambda stage, detail='', *a: print(detail, flush=True))"
    )
    raising = subprocess.Popen([sys.executable, "-c", script, SECOND], stdout=subprocess.PIPE, text=True)
    assert raising.stdout
    for line in raising.stdout:
        if "nodes" in line:
            break
    raising.send_signal(signal.SIGKILL)
    raising.wait()
    raising.stdout.close()
    kinds = {left.kind for left in sessionproof_cluster.leftovers() if left.cluster == SECOND}
    assert kinds >= {"process", "namespace", "interface", "cgroup", "directory"}

    second = sessionproof_cluster.up(SECOND, nodes=1, bare=True)
    assert second.nodes_ready() == {"node-1": True}
    assert second.second != cluster.second
    assert {one.name for one in sessionproof_cluster.clusters()} >= {SECOND, cluster.name}
    assert sessionproof_cluster.up(SECOND, nodes=1, bare=True) == second
    with pytest.raises(errors.ClusterDiffers, match="with 1 nodes, not 2"):
        sessionproof_cluster.up(SECOND, nodes=2, bare=True)

    second.control.stop("etcd")
    sessionproof_cluster.down(SECOND)

    assert _machine() == before
    assert cluster.healthy()
    with pytest.raises(errors.ClusterNotFound, match=f"sessionproof up --name {SECOND}"):
        sessionproof_cluster.find(SECOND)


def test_what_nobody_recorded_is_found_and_removed() -> None:
    """A namespace, a route and a control group that no ledger names count as leftovers."""
    planted = layout.NETNS / "sp-ghost-node-1"
    planted.parent.mkdir(exist_ok=True)
    planted.touch()
    cgroups.make(["sp-ghost"])
    assert network.claim(Ranges(127))

    found = {left.name for left in sessionproof_cluster.leftovers()}
    assert found >= {"sp-ghost-node-1", "sp-ghost", "unreachable 10.127.0.0/16"}
    assert [left for left in sessionproof_cluster.remove_leftovers() if "ghost" in left.name] == []
    assert not planted.exists()
    assert not [left for left in sessionproof_cluster.leftovers() if "10.127." in left.name]


def test_a_claim_gets_a_volume_that_anybody_can_write_to(cluster: Cluster, client: api.Api) -> None:
    """By the default storage class, inside the cluster's own directory."""
    claims = "/api/v1/namespaces/default/persistentvolumeclaims"
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
    body = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "home"}, "spec": spec}
    client.request("POST", claims, body)
    _eventually(lambda: client.request("GET", f"{claims}/home")["status"]["phase"] == "Bound")
    [volume] = cluster.layout.volumes.iterdir()

    assert volume.stat().st_mode & 0o777 == 0o777
    client.request("DELETE", f"{claims}/home")
    _eventually(lambda: not volume.exists())


def _resolve(server: str, name: str) -> list[str]:
    question = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.sendto(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0" + question + b"\0\0\x01\0\x01", (server, 53))
        answer = asking.recv(1024)
    count = int.from_bytes(answer[6:8], "big")
    rest = answer[12 + len(question) + 5 :]
    found = []
    for _ in range(count):
        rest = rest[2:] if rest[0] >= 0xC0 else rest[len(question) + 1 :]
        length = int.from_bytes(rest[8:10], "big")
        found.append(socket.inet_ntoa(rest[10:14]))
        rest = rest[10 + length :]
    return found


def test_a_headless_service_resolves_to_its_pods(cluster: Cluster, client: api.Api) -> None:
    """Asked from the machine, at the address that pods have."""
    services = "/api/v1/namespaces/kube-system/services"
    spec = {"clusterIP": "None", "selector": {"k8s-app": "kube-dns"}, "ports": [{"port": 53}]}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "headless"}, "spec": spec}
    client.request("POST", services, body)

    def both() -> bool:
        pods = {pod["status"].get("podIP") for pod in _dns_pods(client)}
        name = "headless.kube-system.svc.cluster.local"
        return len(pods) == 2 and set(_resolve(cluster.ranges.dns, name)) == pods

    _eventually(both)
    assert _resolve(cluster.ranges.dns, "example.com") == []


def test_an_ingress_answers_under_its_host_name_with_a_certificate_of_the_clusters_ca(
    cluster: Cluster, client: api.Api
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

    assert _eventually(answer) == "OK"


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
    cluster: Cluster, client: api.Api, tmp_path: Path
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

        assert "deny.example.test" in _eventually(refused)
        assert "refused" in _Denier.seen
    finally:
        client.request("DELETE", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/deny")
        server.shutdown()
        server.server_close()


def _deny_config_maps(cluster: Cluster, client: api.Api, ca: pki.Authority, port: int) -> None:
    import base64

    from cryptography.hazmat.primitives import serialization

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


def test_nobody_is_let_in_without_a_certificate(cluster: Cluster) -> None:
    """Neither by the API server nor by a kubelet."""
    trusting = ssl.create_default_context(cafile=str(cluster.ca_certificate))
    doors = [(cluster.ranges.control, 6443, "/api"), (cluster.ranges.node("node-1"), 10250, "/pods")]
    for host, port, path in doors:
        connection = http.client.HTTPSConnection(host, port, timeout=5, context=trusting)
        connection.request("GET", path)
        assert connection.getresponse().status == 401
        connection.close()


def test_the_pid_of_a_container_is_the_machines(cluster: Cluster, client: api.Api) -> None:
    """So that a fault can freeze it."""
    pod = _dns_pods(client)[0]["metadata"]["name"]
    pid = cluster.exec_pid("kube-system", pod, "coredns")

    assert processes.arguments(pid)[0] == "/coredns"
    with pytest.raises(errors.BadName, match="has no container 'nginx'"):
        cluster.exec_pid("kube-system", pod, "nginx")


def test_logs_of_a_pod_come_by_way_of_its_kubelet(client: api.Api) -> None:
    """The API server is let in by the kubelet, and trusts its certificate."""
    pod = _dns_pods(client)[0]["metadata"]["name"]

    assert "CoreDNS" in client.request("GET", f"/api/v1/namespaces/kube-system/pods/{pod}/log")


def test_an_image_that_is_loaded_runs_on_every_node(
    cluster: Cluster, client: api.Api, tmp_path: Path
) -> None:
    """Its layers come from the store, and a second load finds them there."""
    layer, tar = tmp_path / "layer.tar", tmp_path / "image.tar"
    with tarfile.open(layer, "w") as archive:
        archive.add(binaries.build() / "pause", "again")
    packing.pack(tar, "sessionproof.local/again:1", [layer], packing.Start(["/again"], user="1000:1000"))
    cluster.load([tar])
    begun = time.monotonic()
    cluster.load([tar])
    assert time.monotonic() - begun < 10

    pods = "/api/v1/namespaces/default/pods"
    container = {"name": "again", "image": "sessionproof.local/again:1", "imagePullPolicy": "Never"}
    for node in cluster.nodes:
        spec = {"nodeName": node, "containers": [container], "terminationGracePeriodSeconds": 0}
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"again-{node}"}, "spec": spec}
        client.request("POST", pods, body)
    for node in cluster.nodes:
        _eventually(
            lambda node=node: client.request("GET", f"{pods}/again-{node}")["status"]["phase"] == "Running"
        )
        client.request("DELETE", f"{pods}/again-{node}")


def test_a_node_that_is_cut_off_goes_and_comes_back(cluster: Cluster) -> None:
    """NotReady after the grace period of 8 s; Ready soon after its cable is plugged in."""
    cluster.cut("node-3")
    assert not cluster.connected("node-3")
    begun = time.monotonic()
    _eventually(lambda: cluster.nodes_ready() == {"node-1": True, "node-2": True, "node-3": False})
    assert time.monotonic() - begun < 20
    cluster.heal("node-3")
    assert cluster.connected("node-3")
    _eventually(lambda: all(cluster.nodes_ready().values()))


def test_a_killed_kubelet_and_a_restarted_api_server_come_back(cluster: Cluster) -> None:
    """And `up` sees the difference."""
    cluster.kill_kubelet("node-2")
    assert cluster.missing() == ["node-2/kubelet"]
    assert not cluster.healthy()
    cluster.start_kubelet("node-2")
    assert cluster.missing() == []
    before = cluster.control.find("kube-apiserver")
    cluster.restart("kube-apiserver")
    assert cluster.control.find("kube-apiserver") != before
    _eventually(lambda: all(cluster.nodes_ready().values()))
    with pytest.raises(errors.BadName, match="it has node-1, node-2, node-3"):
        cluster.cut("node-9")


def test_memory_stays_within_what_a_small_machine_has(cluster: Cluster) -> None:
    """Three nodes, control plane and DNS: below 1.5 GiB, shared pages counted once."""
    assert cluster.memory() < 1.5 * 2**30


def test_the_administrators_access_is_the_owners_alone(cluster: Cluster) -> None:
    """Mode 0600."""
    assert cluster.kubeconfig.stat().st_mode & 0o777 == 0o600
