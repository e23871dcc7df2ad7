"""Nodes run what is loaded, fail as a fault wants it, and come back."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sessionproof_cluster import Cluster, api, binaries, errors, packing, processes

Eventually = Callable[[Callable[[], Any]], Any]
DnsPods = Callable[[], list[Any]]

pytestmark = pytest.mark.machine


def test_a_claim_gets_a_volume_that_anybody_can_write_to(
    cluster: Cluster, client: api.Api, eventually: Eventually
) -> None:
    """By the default storage class, inside the cluster's own directory."""
    claims = "/api/v1/namespaces/default/persistentvolumeclaims"
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
    body = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "home"}, "spec": spec}
    client.request("POST", claims, body)
    eventually(lambda: client.request("GET", f"{claims}/home")["status"]["phase"] == "Bound")
    [volume] = cluster.layout.volumes.iterdir()

    assert volume.stat().st_mode & 0o777 == 0o777
    client.request("DELETE", f"{claims}/home")
    eventually(lambda: not volume.exists())


def test_the_pid_of_a_container_is_the_machines(cluster: Cluster, client: api.Api, dns_pods: DnsPods) -> None:
    """So that a fault can freeze it."""
    pod = dns_pods()[0]["metadata"]["name"]
    pid = cluster.exec_pid("kube-system", pod, "coredns")

    assert processes.arguments(pid)[0] == "/coredns"
    with pytest.raises(errors.BadName, match="has no container 'nginx'"):
        cluster.exec_pid("kube-system", pod, "nginx")


def test_logs_of_a_pod_come_by_way_of_its_kubelet(client: api.Api, dns_pods: DnsPods) -> None:
    """The API server is let in by the kubelet, and trusts its certificate."""
    pod = dns_pods()[0]["metadata"]["name"]

    assert "CoreDNS" in client.request("GET", f"/api/v1/namespaces/kube-system/pods/{pod}/log")


def test_an_image_that_is_loaded_runs_on_every_node(
    cluster: Cluster, client: api.Api, tmp_path: Path, eventually: Eventually
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
        eventually(
            lambda node=node: client.request("GET", f"{pods}/again-{node}")["status"]["phase"] == "Running"
        )
        client.request("DELETE", f"{pods}/again-{node}")


def test_a_node_that_is_cut_off_goes_and_comes_back(cluster: Cluster, eventually: Eventually) -> None:
    """NotReady after the grace period of 8 s; Ready soon after its cable is plugged in."""
    cluster.cut("node-3")
    assert not cluster.connected("node-3")
    begun = time.monotonic()
    eventually(lambda: cluster.nodes_ready() == {"node-1": True, "node-2": True, "node-3": False})
    assert time.monotonic() - begun < 20
    cluster.heal("node-3")
    assert cluster.connected("node-3")
    eventually(lambda: all(cluster.nodes_ready().values()))


def test_a_killed_kubelet_and_a_restarted_api_server_come_back(
    cluster: Cluster, eventually: Eventually
) -> None:
    """And `up` sees the difference."""
    cluster.kill_kubelet("node-2")
    assert cluster.missing() == ["node-2/kubelet"]
    assert not cluster.healthy()
    cluster.start_kubelet("node-2")
    assert cluster.missing() == []
    before = cluster.control.find("kube-apiserver")
    cluster.restart("kube-apiserver")
    assert cluster.control.find("kube-apiserver") != before
    eventually(lambda: all(cluster.nodes_ready().values()))
    with pytest.raises(errors.BadName, match="it has node-1, node-2, node-3"):
        cluster.cut("node-9")
