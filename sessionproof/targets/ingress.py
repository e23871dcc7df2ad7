"""The way in to a target's sessions: which class serves them, where their host names lead, who vouches for them."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sessionproof_cluster

from sessionproof.catalogue import Target
from sessionproof.clients.kubernetes import Client, ResourceType, kinds
from sessionproof.targets.errors import Lacking

_CLASSES = ResourceType("networking.k8s.io/v1", "IngressClass", "ingressclasses", namespaced=False)
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_HTTPS = 443
_SECONDS = 5.0
"""Longest wait for a connection to the ingress."""
_PROBE = "sessionproof-probe"
"""The host name under the target's domain that the certificate is asked for."""


@dataclass(frozen=True)
class Ingress:
    """Where a target's host names lead, and who must have signed for them."""

    address: str
    """IP address; HTTPS is at port 443."""
    ca: Path | None
    """PEM file of the CA; None for the public ones."""
    direct: tuple[str, ...]
    """Ranges that a browser reaches without the ingress: media goes there."""


def class_of(target: Target, client: Client) -> str:
    """
    The name of the IngressClass that serves the sessions.

    :raises Lacking: if the cluster has none of the target's name, or no default one.
    """
    served = {str(item["metadata"]["name"]): item for item in client.list(_CLASSES)}
    there_are = f"there are: {', '.join(served) or 'none'}"
    if target.ingress_class is not None:
        if target.ingress_class not in served:
            raise Lacking(
                f"no IngressClass '{target.ingress_class}', {there_are}",
                "install its controller or mend the target's `ingress_class`",
            )
        return target.ingress_class
    default = [name for name, item in served.items() if _annotations(item).get(_DEFAULT) == "true"]
    if not default:
        raise Lacking(
            f"no default IngressClass, {there_are}",
            "install an ingress controller or give the target an `ingress_class`",
        )
    return default[0]


def of(target: Target, client: Client, name: str) -> Ingress:
    """
    The way in by the IngressClass *name*: as the target says, else as the cluster publishes.

    :raises Lacking: if nothing says where it is, or the CA cannot be read.
    """
    ca = target.ca.path() if target.ca else None
    if ca is not None:
        try:
            ssl.create_default_context(cafile=str(ca))
        except OSError as error:
            raise Lacking(f"no CA can be read from {ca}: {error}", "give a PEM file as `ca`") from error
    if target.cluster.embedded is not None:
        cluster = sessionproof_cluster.find(target.cluster.embedded)
        return Ingress(
            _resolved(target.ingress_address or cluster.ingress_address),
            ca or cluster.ca_certificate,
            target.media or (cluster.pod_cidr,),
        )
    return Ingress(_resolved(target.ingress_address or _published(client, name)), ca, target.media)


def must_answer(ingress: Ingress, domain: str) -> str:
    """
    Connect to the ingress and look at the certificate that it shows for a name under *domain*.

    :returns: what was found.
    :raises Lacking: if nothing answers there, or its certificate is not good for the sessions. One
        that shows none before there is a session is well.
    """
    tls = ssl.create_default_context(cafile=str(ingress.ca) if ingress.ca else None)
    where = f"{ingress.address}:{_HTTPS}"
    try:
        plain = socket.create_connection((ingress.address, _HTTPS), timeout=_SECONDS)
    except OSError as error:
        raise Lacking(
            f"nothing answers at {where}: {error}", "mend the target's `ingress_address`, or the controller"
        ) from error
    try:
        with plain, tls.wrap_socket(plain, server_hostname=f"{_PROBE}.{domain}"):
            return f"{where} answers, its certificate holds for *.{domain}"
    except ssl.SSLCertVerificationError as error:
        raise Lacking(
            f"the certificate at {where} is not good for *.{domain}: {error.verify_message}",
            "give the controller a default certificate for that wildcard, and the target the `ca` that signed it",
        ) from error
    except OSError:
        return f"{where} answers"


def _published(client: Client, name: str) -> str:
    """The address in the status of the class' Ingresses, else that of the one Service that offers HTTPS."""
    found = {
        address
        for item in client.list(kinds.INGRESS)
        if item["spec"].get("ingressClassName") == name
        for address in _addresses(item)
    }
    if not found:
        services = [item for item in client.list(kinds.SERVICE) if item["spec"].get("type") == "LoadBalancer"]
        offering = [item for item in services if any(p["port"] == _HTTPS for p in item["spec"]["ports"])]
        found = {address for item in offering for address in _addresses(item)}
    if len(found) != 1:
        said = f"several are published: {', '.join(sorted(found))}" if found else "none is published"
        raise Lacking(
            f"the address of the IngressClass '{name}' is not known, {said}",
            "give the target an `ingress_address`",
        )
    return found.pop()


def _addresses(item: Mapping[str, Any]) -> Iterator[str]:
    balancer = (item.get("status") or {}).get("loadBalancer") or {}
    for each in balancer.get("ingress") or ():
        yield str(each.get("ip") or each["hostname"])


def _annotations(item: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = item["metadata"].get("annotations") or {}
    return found


def _resolved(name: str) -> str:
    """The browser resolves no names: it is told addresses."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return socket.gethostbyname(name)
    except OSError as error:
        raise Lacking(
            f"the name of the ingress, {name}, cannot be resolved: {error}",
            "give its address as `ingress_address`",
        ) from error
