"""Rights that a platform ships besides its own: too many for somebody. They live and end in its namespace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Manifest = dict[str, Any]

OPERATOR = {"kind": "ServiceAccount", "name": "vdi-operator", "namespace": "vdi-operator"}
EVERYBODY = {"kind": "Group", "name": "system:authenticated", "apiGroup": "rbac.authorization.k8s.io"}


def granted(whom: dict[str, str], *, verbs: Sequence[str], group: str, resource: str) -> list[Manifest]:
    """A role of one rule, and whom it is bound to."""
    about = {"name": "besides", "namespace": "vdi-operator"}
    api = "rbac.authorization.k8s.io/v1"
    return [
        {
            "apiVersion": api,
            "kind": "Role",
            "metadata": about,
            "rules": [{"apiGroups": [group], "resources": [resource], "verbs": [*verbs]}],
        },
        {
            "apiVersion": api,
            "kind": "RoleBinding",
            "metadata": about,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "besides"},
            "subjects": [dict(whom)],
        },
    ]
