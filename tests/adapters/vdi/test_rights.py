"""Whose rights are read, and what an attempt's answer means, on an API server of a few objects."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sessionproof.adapters.vdi import rights
from sessionproof.adapters.vdi.rights import SessionRights
from sessionproof.clients.kubernetes import Conflict, Outage, Refused, ResourceType
from sessionproof.errors import TargetUnavailable
from sessionproof.ports.sessions import Person

ALICE = Person("alice", "alice@example.test")
SESSIONS = ResourceType("vdi.kasm.io/v1alpha1", "VDISession", "vdisessions")


class FakeClient:
    """Holds roles and bindings, and reviews the rights of whoever it acts as."""

    def __init__(self, objects: list[dict[str, Any]], reviews: dict[str, list[dict[str, Any]]]) -> None:
        self.objects = objects
        self.reviews = reviews
        self.user = "admin"
        self.transport = SimpleNamespace(send=self._send)

    def kind(self, api_version: str, kind: str) -> ResourceType:
        return ResourceType(api_version, kind, kind.lower() + "s")

    def list(self, kind: ResourceType) -> list[dict[str, Any]]:
        return [each for each in self.objects if each["kind"] == kind.kind]

    def find(self, kind: ResourceType, name: str, namespace: str = "") -> dict[str, Any] | None:
        wanted = (name, namespace)
        about = [
            (each["metadata"]["name"], each["metadata"].get("namespace", "")) for each in self.list(kind)
        ]
        return self.list(kind)[about.index(wanted)] if wanted in about else None

    def impersonating(self, user: str, groups: Any = ()) -> FakeClient:
        other = FakeClient(self.objects, self.reviews)
        other.user = user
        return other

    def _send(self, method: str, path: str, *, body: dict[str, Any]) -> dict[str, Any]:
        assert path.endswith("/selfsubjectrulesreviews")
        return {"status": {"resourceRules": self.reviews.get(self.user, [])}}


def role(kind: str, name: str, verb: str, namespace: str = "") -> dict[str, Any]:
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}]
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}, "rules": rules}


def binding(kind: str, ref: str, name: str, subject: dict[str, str], namespace: str = "") -> dict[str, Any]:
    return {
        "kind": kind,
        "metadata": {"name": "b", "namespace": namespace},
        "roleRef": {"kind": ref, "name": name},
        "subjects": [subject],
    }


def of(
    objects: list[dict[str, Any]], reviews: dict[str, list[dict[str, Any]]] | None = None
) -> SessionRights:
    client: Any = FakeClient(objects, reviews or {})
    platform: Any = SimpleNamespace(
        namespace="sessions",
        home="here",
        session_kind=SESSIONS,
        acting_as=lambda person: client.impersonating(person.email),
    )
    return SessionRights(platform, client)


DEPLOYMENT = {
    "kind": "Deployment",
    "metadata": {"name": "vdi-operator", "namespace": "here"},
    "spec": {"template": {"spec": {"serviceAccountName": "op"}}},
}
ACCOUNT = {"kind": "ServiceAccount", "name": "op", "namespace": "here"}


def test_rights_of_the_operator_are_those_of_every_role_bound_to_its_account() -> None:
    """Through bindings of either kind and of groups, and by review; other accounts' are left out."""
    found = of(
        [
            DEPLOYMENT,
            role("ClusterRole", "all", "a"),
            role("Role", "one", "b", "far"),
            role("ClusterRole", "group", "c"),
            role("ClusterRole", "other", "d"),
            binding("ClusterRoleBinding", "ClusterRole", "all", ACCOUNT),
            binding("RoleBinding", "Role", "one", ACCOUNT, "far"),
            binding(
                "ClusterRoleBinding",
                "ClusterRole",
                "group",
                {"kind": "Group", "name": "system:serviceaccounts:here"},
            ),
            binding("ClusterRoleBinding", "ClusterRole", "other", {**ACCOUNT, "namespace": "there"}),
            binding("RoleBinding", "ClusterRole", "gone", ACCOUNT, "far"),
        ],
        {"system:serviceaccount:here:op": [{"verbs": ["e"], "apiGroups": [""], "resources": ["pods"]}]},
    ).of_operator()

    assert [
        ("ClusterRole all, rule 1", ("a",)),
        ("ClusterRole group, rule 1", ("c",)),
        ("Role one, rule 1", ("b",)),
        ("the API server's review", ("e",)),
    ] == [(rule.source, rule.verbs) for rule in found]


def test_an_operator_that_is_not_found_has_no_rights_to_judge() -> None:
    """Whose rights they would be is not known: no verdict."""
    with pytest.raises(TargetUnavailable, match="deployment here/vdi-operator: not there"):
        of([]).of_operator()


def test_rights_on_sessions_are_told_by_verb_and_part() -> None:
    """Wildcards of group and resource count, other groups' resources do not."""
    review = [
        {"verbs": ["get", "list"], "apiGroups": ["vdi.kasm.io"], "resources": ["vdisessions"]},
        {
            "verbs": ["patch"],
            "apiGroups": ["vdi.kasm.io"],
            "resources": ["vdisessions/status", "vditemplates"],
        },
        {"verbs": ["watch"], "apiGroups": ["*"], "resources": ["*"]},
        {"verbs": ["delete"], "apiGroups": ["apps"], "resources": ["vdisessions", "*"]},
    ]

    assert ["get", "list", "patch status", "watch"] == of([], {ALICE.email: review}).on_sessions(ALICE)


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (None, False),
        (Refused("PATCH x", "no right", status=403), True),
        (Refused("PATCH x", "invalid", status=422), False),
        (Conflict("PATCH x", "changed meanwhile", status=409), False),
    ],
)
def test_only_a_want_of_right_is_a_refusal(error: Exception | None, refused: bool) -> None:
    """Whoever is told that the object is invalid or was changed has been let through to it."""

    def act() -> None:
        if error:
            raise error

    assert refused is rights._tried("patch", act).refused


def test_an_outage_is_no_answer() -> None:
    """Who was not answered has neither been refused nor let in."""

    def act() -> None:
        raise Outage("PATCH x", "no answer")

    with pytest.raises(Outage):
        rights._tried("patch", act)
