"""What the operator is told by its environment, checked before it does anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

from vdi_operator import quantities

_T = TypeVar("_T")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class SettingsError(Exception):
    """Variables that cannot be used; the message has a line for each, with its value and the remedy."""


class IngressKind(Enum):
    """The kind of object that publishes a session's host."""

    INGRESS = "ingress"
    """``networking.k8s.io/v1`` Ingress."""
    INGRESS_ROUTE = "ingressroute"
    """``traefik.io/v1alpha1`` IngressRoute."""


@dataclass(frozen=True)
class Settings:
    """The effective settings; every default is that of an unset variable."""

    domain: str = "vdi.example.com"
    """VDI_DOMAIN: sessions are published as names directly below it."""
    public_port: int = 443
    """PUBLIC_PORT: where browsers reach the ingress; part of the URL unless 443."""
    tls_secret: str | None = None
    """TLS_SECRET: certificate for the hosts, in the session's namespace; None leaves it to the controller."""
    ingress_kind: IngressKind = IngressKind.INGRESS
    """INGRESS_KIND."""
    ingress_class: str | None = None
    """INGRESS_CLASS; None leaves it to the cluster's default."""
    gpu_resource: str | None = "nvidia.com/gpu"
    """GPU_RESOURCE: extended resource that GPUs are limited by; set but empty (None) asks for no GPU."""
    storage_class: str | None = None
    """STORAGE_CLASS of the homes; None leaves it to the cluster's default."""
    turn_url: str = ""
    """TURN_URL handed to the desktop; empty offers browsers no relay, never a public one."""
    start_deadline: float = 60.0
    """START_DEADLINE, seconds a desktop may fail to pull or keep crashing before its session is Failed."""
    request_ratio: Decimal = Decimal(1)
    """REQUEST_RATIO: requests = limits x ratio; low values let a small cluster schedule more sessions."""
    watch_namespaces: tuple[str, ...] = ()
    """WATCH_NAMESPACES, comma separated; empty is the whole cluster."""
    metrics_port: int = 8081
    """METRICS_PORT: serves ``/metrics`` and ``/healthz``."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """
    Read the settings.

    :raises SettingsError: naming every variable that cannot be used, not only the first.
    """
    wrong: list[str] = []

    def read(name: str, parse: Callable[[str], _T], default: _T) -> _T:
        value = environment.get(name)
        if value is None:
            return default
        try:
            return parse(value.strip())
        except ValueError as error:
            wrong.append(f"{name}={value!r}: {error}")
            return default

    default = Settings()
    settings = Settings(
        domain=read("VDI_DOMAIN", _domain, default.domain),
        public_port=read("PUBLIC_PORT", _port, default.public_port),
        tls_secret=read("TLS_SECRET", _optional, default.tls_secret),
        ingress_kind=read("INGRESS_KIND", _ingress_kind, default.ingress_kind),
        ingress_class=read("INGRESS_CLASS", _optional, default.ingress_class),
        gpu_resource=read("GPU_RESOURCE", _optional, default.gpu_resource),
        storage_class=read("STORAGE_CLASS", _optional, default.storage_class),
        turn_url=read("TURN_URL", str, default.turn_url),
        start_deadline=read("START_DEADLINE", _seconds, default.start_deadline),
        request_ratio=read("REQUEST_RATIO", _ratio, default.request_ratio),
        watch_namespaces=read("WATCH_NAMESPACES", _namespaces, default.watch_namespaces),
        metrics_port=read("METRICS_PORT", _port, default.metrics_port),
    )
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


def _optional(value: str) -> str | None:
    return value or None


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value) or len(value) > 180:
        raise ValueError("give a lower-case DNS name of at most 180 characters, e.g. vdi.example.com")
    return value


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise ValueError("give a port from 1 to 65535")
    return int(value)


def _ingress_kind(value: str) -> IngressKind:
    try:
        return IngressKind(value)
    except ValueError:
        raise ValueError(f"give one of {', '.join(kind.value for kind in IngressKind)}") from None


def _seconds(value: str) -> float:
    if value.isdecimal() and int(value) > 0:
        return float(value)
    try:
        return quantities.seconds(value)
    except ValueError:
        raise ValueError("give seconds or a duration above zero, e.g. 60 or 1m30s") from None


def _ratio(value: str) -> Decimal:
    try:
        ratio = Decimal(value)
    except InvalidOperation:
        ratio = Decimal(0)
    if not (ratio.is_finite() and 0 < ratio <= 1):
        raise ValueError("give a number above 0 and at most 1, e.g. 0.02")
    return ratio


def _namespaces(value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if not _NAMESPACE.fullmatch(name):
            raise ValueError(f"{name!r} is no namespace name; give names separated by commas, no patterns")
    return names
