"""What of a cluster is left by the dead, and what belongs to runs that live where nobody here can list them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from sessionproof.clients.kubernetes.kinds import NAMESPACE, ResourceType
from sessionproof.janitor.looking import FOREIGN_HOURS, look_at
from sessionproof.janitor.objects import OWNER_ANNOTATION, RUN_LABEL, Objects
from sessionproof.ledger import signature

ROLE_BINDING = ResourceType(
    "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", False
)
ELSEWHERE = "another-host some-boot pid:[1] 1 1"


class Cluster:
    """One namespace of run `r1` and one binding of it."""

    def __init__(self, signed: str | None, hours: float = 0.0) -> None:
        made = datetime.now(UTC) - timedelta(hours=hours)
        self.namespace: dict[str, Any] = {
            "metadata": {
                "name": "sp-r1-0",
                "labels": {RUN_LABEL: "r1"},
                "annotations": {OWNER_ANNOTATION: signed} if signed else {},
                "creationTimestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        }
        self.binding = {"metadata": {"name": "b", "labels": {RUN_LABEL: "r1"}}}

    def list(self, kind: ResourceType, namespace: str = "", **_: str) -> list[dict[str, Any]]:
        return {NAMESPACE: [self.namespace], ROLE_BINDING: [self.binding]}.get(kind, [])

    def kinds(self) -> list[ResourceType]:
        return [NAMESPACE, ROLE_BINDING]


def found(cluster: Cluster, address: str = "embedded:x") -> list[str]:
    return [item.what for item in look_at(cast(Objects, cluster), address, set())]


def test_a_run_that_signed_and_lives_has_left_nothing() -> None:
    """No list of this user names it, and still nothing of it is taken away."""
    assert [] == found(Cluster(signature()))


def test_a_run_that_nobody_signed_for_is_dead() -> None:
    """Its namespace and what it has outside of it are leftovers."""
    assert ["namespace sp-r1-0", "ClusterRoleBinding b"] == found(Cluster(None))


@pytest.mark.parametrize(("hours", "left"), [(FOREIGN_HOURS - 1, 0), (FOREIGN_HOURS + 1, 2)])
def test_another_machines_run_is_left_alone_for_a_day(hours: float, left: int) -> None:
    """Whether it lives cannot be seen from here, so only age tells."""
    assert left == len(found(Cluster(ELSEWHERE, hours)))


def test_a_name_is_a_proof_only_where_nobody_else_gives_names() -> None:
    """A namespace that happens to be called like ours is somebody's, in a cluster that is not embedded."""
    cluster = Cluster(None)
    del cluster.namespace["metadata"]["labels"][RUN_LABEL]

    assert "namespace sp-r1-0" in found(cluster)
    assert "namespace sp-r1-0" not in found(cluster, "kubeconfig:/somewhere")
