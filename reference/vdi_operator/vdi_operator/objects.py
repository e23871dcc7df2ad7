"""The objects a session owns, as manifests; pure functions of what is asked for."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from vdi_operator import naming, quantities
from vdi_operator.sessions import Launch, Session
from vdi_operator.settings import IngressKind, Settings

PORT = 8080
"""Where the desktop serves its page and signalling."""

_PASSWORD_VARIABLES = {"SELKIES_BASIC_AUTH_USER": "username", "SELKIES_BASIC_AUTH_PASSWORD": "password"}

Manifest = dict[str, Any]


class Kind(Enum):
    """
    A kind of owned object: its name, collection in the API, and how its name derives from the session's.

    In the order of deletion: first nobody can come in, then the desktop ends, then what it used goes.
    """

    INGRESS = ("Ingress", "networking.k8s.io/v1", "ingresses", "{}")
    INGRESS_ROUTE = ("IngressRoute", "traefik.io/v1alpha1", "ingressroutes", "{}")
    SERVICE = ("Service", "v1", "services", "{}")
    POD = ("Pod", "v1", "pods", "{}")
    CLAIM = ("PersistentVolumeClaim", "v1", "persistentvolumeclaims", "vdi-data-{}")
    SECRET = ("Secret", "v1", "secrets", "{}-auth")

    def __init__(self, title: str, api_version: str, plural: str, pattern: str) -> None:
        self.title = title
        self.api_version = api_version
        self.plural = plural
        self._pattern = pattern

    def name_for(self, session: str) -> str:
        """What the object of this kind is called."""
        return self._pattern.format(session)


@dataclass(frozen=True)
class Credentials:
    """What opens a session's page; the password stays out of every representation."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials({self.username!r}, ***)"


def route_kind(settings: Settings) -> Kind:
    """The kind that publishes hosts under these settings."""
    return Kind.INGRESS if settings.ingress_kind is IngressKind.INGRESS else Kind.INGRESS_ROUTE


def kinds(settings: Settings) -> tuple[Kind, ...]:
    """The kinds that a session may own under these settings, in the order of deletion."""
    return (route_kind(settings), Kind.SERVICE, Kind.POD, Kind.CLAIM, Kind.SECRET)


def is_owned_by(manifest: Mapping[str, Any], uid: str) -> bool:
    """Whether the object belongs to the session of this uid; a name alone makes no owner."""
    return owner_uid(manifest) == uid


def owner_uid(manifest: Mapping[str, Any]) -> str | None:
    """The uid of the VDISession that controls this object, or None if none does."""
    for reference in manifest["metadata"].get("ownerReferences") or ():
        group = reference["apiVersion"].split("/")[0]
        if reference["kind"] == "VDISession" and group == naming.GROUP and reference.get("controller"):
            return str(reference["uid"])
    return None


def is_leaving(manifest: Mapping[str, Any]) -> bool:
    """Whether the object's deletion has begun, so that its name is not free yet but it cannot be used."""
    return "deletionTimestamp" in manifest["metadata"]


def pod(session: Session, launch: Launch, settings: Settings) -> Manifest:
    """The desktop, under the restricted Pod Security level."""
    if session.persistent:
        home: Manifest = {"persistentVolumeClaim": {"claimName": Kind.CLAIM.name_for(session.name)}}
    else:
        home = {"emptyDir": {}}
    return _owned(session, Kind.POD) | {
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": 5,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "runAsGroup": 1000,
                "fsGroup": 1000,
                "fsGroupChangePolicy": "OnRootMismatch",
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "selkies",
                    "image": launch.image,
                    "imagePullPolicy": "IfNotPresent",
                    "env": _environment(session, launch, settings),
                    "ports": [{"name": "http", "containerPort": PORT}],
                    "resources": _resources(launch, settings),
                    "readinessProbe": {
                        "httpGet": {"path": "/health", "port": PORT},
                        "periodSeconds": 1,
                        "timeoutSeconds": 2,
                        "failureThreshold": 3,
                    },
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "readOnlyRootFilesystem": True,
                    },
                    "volumeMounts": [
                        {"name": "home", "mountPath": "/home/user"},
                        {"name": "shm", "mountPath": "/dev/shm"},
                        {"name": "tmp", "mountPath": "/tmp"},
                    ],
                }
            ],
            "volumes": [
                {"name": "home"} | home,
                {"name": "shm", "emptyDir": {"medium": "Memory"}},
                {"name": "tmp", "emptyDir": {}},
            ],
        }
    }


def claim(session: Session, settings: Settings) -> Manifest:
    """The home that outlives the Pod but not the session."""
    spec: Manifest = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": session.size}},
    }
    if settings.storage_class:
        spec["storageClassName"] = settings.storage_class
    return _owned(session, Kind.CLAIM) | {"spec": spec}


def secret(session: Session, credentials: Credentials) -> Manifest:
    """What opens the session's page."""
    data = {"username": credentials.username, "password": credentials.password}
    return _owned(session, Kind.SECRET) | {
        "type": "Opaque",
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
    }


def credentials_in(secret: Mapping[str, Any]) -> Credentials | None:
    """What a session's Secret holds, or None if someone has emptied it."""
    data = secret.get("data") or {}
    if not data.keys() >= {"username", "password"}:
        return None
    return Credentials(*(base64.b64decode(data[key]).decode() for key in ("username", "password")))


def service(session: Session) -> Manifest:
    """The stable address that the ingress forwards to."""
    return _owned(session, Kind.SERVICE) | {
        "spec": {
            "type": "ClusterIP",
            "selector": {naming.SESSION_LABEL: session.name},
            "ports": [{"name": "http", "port": PORT, "targetPort": PORT}],
        }
    }


def route(session: Session, host: str, settings: Settings) -> Manifest:
    """What publishes the Service under *host* by HTTPS, of the kind the settings name."""
    if route_kind(settings) is Kind.INGRESS:
        return _ingress(session, host, settings)
    return _ingress_route(session, host, settings)


def host_of(route: Mapping[str, Any]) -> str | None:
    """The host that an Ingress or IngressRoute made here publishes, or None if someone has emptied it."""
    spec = route.get("spec") or {}
    for rule in spec.get("rules") or ():
        return rule.get("host") or None
    for entry in spec.get("routes") or ():
        return str(entry.get("match", "")).removeprefix("Host(`").removesuffix("`)") or None
    return None


def _owned(session: Session, kind: Kind) -> Manifest:
    return {
        "apiVersion": kind.api_version,
        "kind": kind.title,
        "metadata": {
            "namespace": session.namespace,
            "name": kind.name_for(session.name),
            "labels": naming.labels(session.name, session.user),
            "ownerReferences": [
                {
                    "apiVersion": naming.API_VERSION,
                    "kind": "VDISession",
                    "name": session.name,
                    "uid": session.uid,
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
        },
    }


def _environment(session: Session, launch: Launch, settings: Settings) -> list[Manifest]:
    reserved = {*_PASSWORD_VARIABLES, "TURN_URL"}
    of_template: list[Manifest] = [
        {"name": name, "value": value} for name, value in launch.env if name not in reserved
    ]
    secret_name = Kind.SECRET.name_for(session.name)
    of_secret: list[Manifest] = [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": secret_name, "key": key}}}
        for name, key in _PASSWORD_VARIABLES.items()
    ]
    return [*of_template, *of_secret, {"name": "TURN_URL", "value": settings.turn_url}]


def _resources(launch: Launch, settings: Settings) -> Manifest:
    limits = {"cpu": launch.cpu, "memory": launch.memory}
    requests = {
        "cpu": quantities.share(launch.cpu, settings.request_ratio, unit="m"),
        "memory": quantities.share(launch.memory, settings.request_ratio, unit=""),
    }
    if settings.gpu_resource:
        limits[settings.gpu_resource] = str(launch.gpu)
    return {"limits": limits, "requests": requests}


def _ingress(session: Session, host: str, settings: Settings) -> Manifest:
    backend = {"service": {"name": Kind.SERVICE.name_for(session.name), "port": {"number": PORT}}}
    tls: Manifest = {"hosts": [host]}
    if settings.tls_secret:
        tls["secretName"] = settings.tls_secret
    spec: Manifest = {
        "rules": [
            {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        ],
        "tls": [tls],
    }
    if settings.ingress_class:
        spec["ingressClassName"] = settings.ingress_class
    return _owned(session, Kind.INGRESS) | {"spec": spec}


def _ingress_route(session: Session, host: str, settings: Settings) -> Manifest:
    backend = {"name": Kind.SERVICE.name_for(session.name), "port": PORT}
    return _owned(session, Kind.INGRESS_ROUTE) | {
        "spec": {
            "entryPoints": ["websecure"],
            "routes": [{"kind": "Rule", "match": f"Host(`{host}`)", "services": [backend]}],
            "tls": {"secretName": settings.tls_secret} if settings.tls_secret else {},
        }
    }
