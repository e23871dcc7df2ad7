"""The manifests are those of the contract."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from vdi_operator import objects
from vdi_operator.objects import Credentials, Kind
from vdi_operator.sessions import Launch, Session
from vdi_operator.settings import IngressKind, Settings

SETTINGS = Settings(domain="vdi.test")
CREDENTIALS = Credentials("alice-b", "correct horse")


@pytest.fixture
def manifests(session: Session, launch: Launch) -> list[dict[str, Any]]:
    """One of each kind."""
    return [
        objects.pod(session, launch, SETTINGS),
        objects.claim(session, SETTINGS),
        objects.secret(session, CREDENTIALS),
        objects.service(session),
        objects.route(session, "alice-b.vdi.test", SETTINGS),
    ]


def test_every_object_is_owned_by_its_session_alone(manifests: list[dict[str, Any]]) -> None:
    """Exactly one owner reference, controlling and blocking."""
    owner = {
        "apiVersion": "vdi.kasm.io/v1alpha1",
        "kind": "VDISession",
        "name": "desk-1",
        "uid": "uid-1",
        "controller": True,
        "blockOwnerDeletion": True,
    }

    assert [manifest["metadata"]["ownerReferences"] for manifest in manifests] == [[owner]] * 5


def test_every_object_carries_the_labels(manifests: list[dict[str, Any]]) -> None:
    """Session and user can be selected by."""
    labels = {
        "app.kubernetes.io/name": "vdi-session",
        "app.kubernetes.io/instance": "desk-1",
        "vdi.kasm.io/session": "desk-1",
        "vdi.kasm.io/user": "Alice.B-example.com",
    }

    assert [manifest["metadata"]["labels"] for manifest in manifests] == [labels] * 5


def test_names_follow_the_session(manifests: list[dict[str, Any]]) -> None:
    """So that everybody finds them."""
    names = [(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests]

    assert names == [
        ("Pod", "desk-1"),
        ("PersistentVolumeClaim", "vdi-data-desk-1"),
        ("Secret", "desk-1-auth"),
        ("Service", "desk-1"),
        ("Ingress", "desk-1"),
    ]


def test_limits_are_what_was_asked_and_requests_their_share(session: Session, launch: Launch) -> None:
    """GPUs are limited under the configured resource."""
    pod = objects.pod(session, launch, replace(SETTINGS, request_ratio=Decimal("0.5")))

    assert pod["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "2", "memory": "4Gi", "nvidia.com/gpu": "2"},
        "requests": {"cpu": "1000m", "memory": str(2 * 1024**3)},
    }


def test_empty_gpu_resource_asks_for_no_gpu(session: Session, launch: Launch) -> None:
    """A cluster without GPUs can run sessions."""
    pod = objects.pod(session, launch, replace(SETTINGS, gpu_resource=None))

    assert pod["spec"]["containers"][0]["resources"]["limits"].keys() == {"cpu", "memory"}


def test_environment_is_the_templates_and_never_overrides_the_password(session: Session) -> None:
    """The password comes from the Secret whatever a template says."""
    launch = Launch("desktop:1", 1, "4Gi", "2", (("LANG", "C"), ("SELKIES_BASIC_AUTH_PASSWORD", "known")))
    environment = objects.pod(session, launch, replace(SETTINGS, turn_url="turn:t:1"))["spec"]["containers"][
        0
    ]

    assert environment["env"] == [
        {"name": "LANG", "value": "C"},
        {
            "name": "SELKIES_BASIC_AUTH_USER",
            "valueFrom": {"secretKeyRef": {"name": "desk-1-auth", "key": "username"}},
        },
        {
            "name": "SELKIES_BASIC_AUTH_PASSWORD",
            "valueFrom": {"secretKeyRef": {"name": "desk-1-auth", "key": "password"}},
        },
        {"name": "TURN_URL", "value": "turn:t:1"},
    ]


def test_pod_meets_the_restricted_security_level(session: Session, launch: Launch) -> None:
    """And has no service-account token and no environment of foreign services."""
    spec = objects.pod(session, launch, SETTINGS)["spec"]
    container = spec["containers"][0]

    assert (
        spec["securityContext"]["runAsNonRoot"],
        spec["securityContext"]["runAsUser"],
        spec["securityContext"]["seccompProfile"],
        container["securityContext"],
        spec["automountServiceAccountToken"],
        spec["enableServiceLinks"],
        spec["terminationGracePeriodSeconds"],
    ) == (
        True,
        1000,
        {"type": "RuntimeDefault"},
        {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        False,
        False,
        5,
    )


@pytest.mark.parametrize(
    ("persistent", "home"),
    [
        (True, {"name": "home", "persistentVolumeClaim": {"claimName": "vdi-data-desk-1"}}),
        (False, {"name": "home", "emptyDir": {}}),
    ],
)
def test_home_is_the_claim_only_if_persistent(
    session: Session, launch: Launch, persistent: bool, home: dict[str, Any]
) -> None:
    """Without persistence it goes with the Pod."""
    pod = objects.pod(replace(session, persistent=persistent), launch, SETTINGS)

    assert pod["spec"]["volumes"][0] == home


def test_credentials_come_back_out_of_the_secret(session: Session) -> None:
    """What is written can be read again."""
    assert objects.credentials_in(objects.secret(session, CREDENTIALS)) == CREDENTIALS


def test_password_is_not_in_the_representation() -> None:
    """No log or traceback shows it."""
    assert "correct horse" not in repr(CREDENTIALS)


@pytest.mark.parametrize("kind", IngressKind)
def test_published_host_can_be_read_back(session: Session, kind: IngressKind) -> None:
    """Both kinds of route tell the host they publish."""
    route = objects.route(session, "alice-b.vdi.test", replace(SETTINGS, ingress_kind=kind))

    assert objects.host_of(route) == "alice-b.vdi.test"


def test_ingress_asks_for_tls_under_its_host(session: Session) -> None:
    """With the configured certificate and class."""
    settings = replace(SETTINGS, tls_secret="wildcard", ingress_class="fast")
    spec = objects.route(session, "a.vdi.test", settings)["spec"]

    assert (spec["tls"], spec["ingressClassName"]) == (
        [{"hosts": ["a.vdi.test"], "secretName": "wildcard"}],
        "fast",
    )


def test_foreign_object_is_not_owned(manifests: list[dict[str, Any]]) -> None:
    """Neither by name alone nor by an owner reference that does not control."""
    foreign = {"metadata": {"name": "desk-1"}}
    shared = manifests[0]
    shared["metadata"]["ownerReferences"][0]["controller"] = False

    assert [objects.is_owned_by(manifest, "uid-1") for manifest in (foreign, shared, manifests[1])] == [
        False,
        False,
        True,
    ]


def test_route_goes_first_and_secret_last_on_deletion() -> None:
    """Nobody comes in while the rest goes."""
    assert objects.kinds(SETTINGS) == (Kind.INGRESS, Kind.SERVICE, Kind.POD, Kind.CLAIM, Kind.SECRET)
