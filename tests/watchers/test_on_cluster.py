"""The watch and the waits against the API server of the embedded cluster."""

import secrets
import threading
import time
from collections.abc import Iterator

import pytest
import sessionproof_cluster
from sessionproof_cluster import Cluster

from sessionproof import waiting
from sessionproof.clients import kubernetes
from sessionproof.clients.kubernetes import Client, kinds
from sessionproof.timeline import Subject, Timeline
from sessionproof.waiting import ABSENT
from sessionproof.watchers.kubernetes import WATCHED, Hub

pytestmark = pytest.mark.cluster
RUN = secrets.token_hex(5)
LABELS = {"sessionproof.io/run": RUN, "sessionproof.io/scenario": f"watch-{RUN}"}


@pytest.fixture
def cluster() -> Cluster:
    return sessionproof_cluster.find("default")


@pytest.fixture
def client(cluster: Cluster) -> Iterator[Client]:
    client = kubernetes.connect(cluster.kubeconfig)
    yield client
    client.close()


@pytest.fixture
def namespace(client: Client) -> Iterator[str]:
    name = f"sp-watch-{secrets.token_hex(5)}"
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": LABELS}})
    yield name
    client.delete(kinds.NAMESPACE, name)


@pytest.fixture
def timeline(client: Client, namespace: str) -> Iterator[Timeline]:
    hub = Hub(client, namespace, [*WATCHED, kinds.SERVICE_ACCOUNT])
    timeline = Timeline()
    account = Subject("ServiceAccount", namespace, "default")
    hub.attach(timeline, LABELS["sessionproof.io/scenario"], follow=[account])
    # Pods are refused in a new namespace until its service account is made.
    made = waiting.reading("service account of the namespace", account, lambda body: body["kind"])
    waiting.becomes(timeline, made, "ServiceAccount", within=30)
    yield timeline
    assert hub.close()


def a_pod(namespace: str) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "still", "namespace": namespace, "labels": LABELS},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "still", "image": "sessionproof.local/pause:1"}],
        },
    }


def test_life_of_a_pod_is_seen_whole(client, namespace, timeline):
    """Pending, Running and gone, with the kubelet's events beside it."""
    pod = Subject("Pod", namespace, "still")
    phase = waiting.reading("pod 'still': phase", pod, lambda body: body["status"]["phase"])
    asked = timeline.mark("create asked", pod)
    client.create(a_pod(namespace))
    waiting.becomes(timeline, phase, "Running", within=30, since=asked)
    client.delete(kinds.POD, "still", namespace)
    waiting.becomes(timeline, phase, ABSENT, within=30)

    assert ["Pending", "Running", ABSENT] == [each.value for each in waiting.replayed(timeline, phase)]
    assert {"Scheduled", "Started"} <= {entry.value["reason"] for entry in timeline.entries(kind="Event")}


def test_api_server_restart_in_the_middle_of_a_wait_costs_only_time(cluster, client, namespace, timeline):
    """The wait that was running is fulfilled by a change made after the restart, and names the outage."""
    pod = Subject("Pod", namespace, "still")
    note = waiting.reading("pod 'still': note", pod, lambda body: body["metadata"]["annotations"]["note"])
    there = waiting.reading("pod 'still'", pod, lambda body: body["metadata"]["name"])
    client.create(a_pod(namespace))
    waiting.becomes(timeline, there, "still", within=10)

    def restart_and_write() -> None:
        cluster.restart("kube-apiserver")
        client.patch(kinds.POD, "still", {"metadata": {"annotations": {"note": "after"}}}, namespace)

    asked = timeline.mark("restart asked")
    writer = threading.Thread(target=restart_and_write)
    writer.start()
    reached = waiting.becomes(timeline, note, "after", within=30, since=asked)
    writer.join()

    assert any(span.kind == "outage" for span in reached.outages)
    assert reached.took > 0.1


def test_write_is_on_the_timeline_within_the_error_bound(client, namespace, timeline):
    """A change is recorded at the latest 50 ms after the API server has confirmed it, 19 times in 20."""
    pod = Subject("Pod", namespace, "still")
    note = waiting.reading("pod 'still': note", pod, lambda body: body["metadata"]["annotations"]["note"])
    client.create(a_pod(namespace))
    late = []
    for number in range(60):
        client.patch(kinds.POD, "still", {"metadata": {"annotations": {"note": str(number)}}}, namespace)
        confirmed = time.monotonic()
        late.append(waiting.becomes(timeline, note, str(number), within=5).at.mono - confirmed)

    assert sorted(late)[56] <= 0.05
