"""The wire's objects: what is asked for, what must come of it, and how to compare the two. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sessionproof.catalogue import Template
from sessionproof.ports.sessions import Request, Session, Workload

API_VERSION = "vdi.kasm.io/v1alpha1"
FINALIZER = "vdi.kasm.io/session-cleanup"
SESSION_LABEL = "vdi.kasm.io/session"
HTTP_PORT = {"http": 8080}
PART_KINDS = {
    "Pod": "v1",
    "PersistentVolumeClaim": "v1",
    "Secret": "v1",
    "Service": "v1",
    "Ingress": "networking.k8s.io/v1",
}
"""Every kind that a session may own, with its API version."""

A_RELAY = {"TURN_URL": "turn:somebody:a%20word@turn.vdi.invalid:3478?transport=udp"}
"""Tells a platform of a relay; the name leads nowhere, so nobody is called."""

FIELDS = {
    "name": "metadata.name",
    "user": "spec.user",
    "template": "spec.template",
    "number of GPUs": "spec.resources.gpu",
    "memory": "spec.resources.memory",
    "CPU": "spec.resources.cpu",
    "persistence": "spec.persistence.enabled",
    "volume size": "spec.persistence.size",
    "lifetime": "spec.timeout",
}
"""A field in the words of the stories, and its path in a VDISession."""

PART_NAMES = {
    "Pod": "{}",
    "PersistentVolumeClaim": "vdi-data-{}",
    "Secret": "{}-auth",
    "Service": "{}",
    "Ingress": "{}",
}
"""What a part of each kind is called, by the session's name."""

CONTAINER = "selkies"
"""The container of a session's pod."""

STRANGER_LABEL = "sessionproof.io/stranger"
"""Marks what a story has laid beside the sessions: it is no part of one, whatever else it looks like."""

_DEFAULTS = {"memory": "4Gi", "cpu": "2"}
"""Of ``spec.resources`` where it is present but silent, and of a template that is silent."""

_UNITS = {
    "": 1.0,
    "m": 1e-3,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
}


def quantity(text: str | int | float) -> float:
    """
    A Kubernetes quantity as a number: cores, bytes or pieces.

    :raises ValueError: if it is none.
    """
    match = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(text))
    if match is None or match[2] not in _UNITS:
        raise ValueError(f"{text!r} is no Kubernetes quantity")
    return float(match[1]) * _UNITS[match[2]]


def label_value(user: str) -> str:
    """An e-mail address as the label value that the wire makes of it."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", user)[:63].strip("._-")


def session_manifest(session: Session, template: str) -> dict[str, Any]:
    """What a person applies to get a session, what is wrong about it included."""
    request = session.request
    spec: dict[str, Any] = {"user": session.person.email, "template": template}
    if request.lifetime is not None:
        spec["timeout"] = f"{request.lifetime}s"
    if request.persistent is not None:
        spec["persistence"] = {"enabled": request.persistent}
    if request.resources is not None:
        asked = {
            "cpu": request.resources.cpu,
            "memory": request.resources.memory,
            "gpu": request.resources.gpu,
        }
        spec["resources"] = {key: value for key, value in asked.items() if value is not None}
    manifest = {
        "apiVersion": API_VERSION,
        "kind": "VDISession",
        "metadata": {"name": session.subject.name, "namespace": session.subject.namespace},
        "spec": spec,
    }
    for field, value in request.fields.items():
        *folders, last = FIELDS[field].split(".")
        place: dict[str, Any] = manifest
        for folder in folders:
            place = place.setdefault(folder, {})
        place.pop(last, None)
        if value is not None:
            place[last] = value
    return manifest


def table_rows(text: str) -> list[dict[str, str]]:
    """A table as the command line prints it, by its headings; a column begins where its heading does."""
    heading, *lines = text.splitlines() or [""]
    begins = [match.start() for match in re.finditer(r"(?<!\S)\S+(?: \S+)*", heading)]
    ends = [*begins[1:], None]
    return [
        {heading[a:b].strip(): line[a:b].strip() for a, b in zip(begins, ends, strict=True)} for line in lines
    ]


def template_manifest(name: str, template: Template) -> dict[str, Any]:
    """What an administrator applies to offer a template."""
    defaults = template.resources
    resources = {"defaultCPU": defaults.cpu, "defaultMemory": defaults.memory, "defaultGPU": defaults.gpu}
    return {
        "apiVersion": API_VERSION,
        "kind": "VDITemplate",
        "metadata": {"name": name},
        "spec": {
            "image": template.image,
            "displayName": template.display_name or template.name,
            "description": template.description or "",
            "resources": {key: value for key, value in resources.items() if value is not None},
            "env": [{"name": key, "value": value} for key, value in template.env.items()],
        },
    }


def expected_workload(request: Request, template: Template) -> Workload:
    """
    What the pod must be: the template's image and environment, the asked resources, else the template's.

    ``spec.resources`` that is present but silent on a field takes the schema's default for it, not the
    template's.
    """
    asked, offered = request.resources, template.resources
    chosen = asked if asked is not None else offered
    return Workload(
        image=template.image,
        env=dict(template.env),
        ports=HTTP_PORT,
        limits={
            "cpu": quantity(chosen.cpu or _DEFAULTS["cpu"]),
            "memory": quantity(chosen.memory or _DEFAULTS["memory"]),
        },
    )


def workload(pod: Mapping[str, Any]) -> Workload:
    """What a pod's session container is, in comparable terms; GPU limits are the cluster's affair."""
    container = next(item for item in pod["spec"]["containers"] if item["name"] == CONTAINER)
    limits = container.get("resources", {}).get("limits", {})
    return Workload(
        image=container["image"],
        env={item["name"]: item["value"] for item in container.get("env", []) if "value" in item},
        ports={port["name"]: port["containerPort"] for port in container.get("ports", [])},
        limits={key: quantity(limits[key]) for key in ("cpu", "memory") if key in limits},
    )


def relays(turn_url: str) -> tuple[str, ...]:
    """The one server of a ``TURN_URL``, without the credential in it; none if it is empty."""
    scheme, _, rest = turn_url.partition(":")
    return (f"{scheme}:{rest.rpartition('@')[2]}",) if turn_url else ()


def required_labels(session: str, user: str) -> dict[str, str]:
    """Labels that everything a session owns must carry."""
    return {
        "app.kubernetes.io/name": "vdi-session",
        "app.kubernetes.io/instance": session,
        SESSION_LABEL: session,
        "vdi.kasm.io/user": label_value(user),
    }


def is_part(session: str, item: Mapping[str, Any]) -> bool:
    """Whether *item* looks like a part of the session of this name, and no stranger was seen laying it."""
    labels = item["metadata"].get("labels") or {}
    return labels.get(SESSION_LABEL) == session and STRANGER_LABEL not in labels


def owns(session: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether *item* names this very session (by uid) as its controlling owner, and no other owner."""
    owners = item["metadata"].get("ownerReferences", [])
    return len(owners) == 1 and _controls(session["metadata"]["uid"], owners[0])


def _controls(uid: str, owner: Mapping[str, Any]) -> bool:
    return owner.get("uid") == uid and bool(owner.get("controller")) and bool(owner.get("blockOwnerDeletion"))
