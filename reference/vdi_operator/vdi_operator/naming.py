"""Names, labels and hosts: what a session is called wherever it appears."""

from __future__ import annotations

import hashlib
import re

GROUP = "vdi.kasm.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
SESSIONS = "vdisessions"
TEMPLATES = "vditemplates"
FINALIZER = f"{GROUP}/session-cleanup"

SESSION_LABEL = f"{GROUP}/session"
USER_LABEL = f"{GROUP}/user"

_LABEL_LENGTH = 63
_SERVICE_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


def why_unusable(session: str) -> str | None:
    """
    Why no desktop can be made under this session's name, or None if it can.

    A VDISession may be called anything that is a DNS subdomain (253 characters, dots, leading digit);
    its Service bears the same name and may not.
    """
    if _SERVICE_NAME.fullmatch(session):
        return None
    return (
        f"Session name {session!r} ({len(session)} characters) cannot be the name of a Service: "
        "use 1 to 63 characters a-z, 0-9 and '-', beginning with a letter and ending with a letter or digit"
    )


def safe_label(text: str) -> str:
    """*text* as a label value: other characters become ``-``, at most 63, ends alphanumeric."""
    replaced = re.sub(r"[^A-Za-z0-9._-]", "-", text)
    return re.sub(r"^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "", replaced.lstrip("._-")[:_LABEL_LENGTH])


def labels(session: str, user: str) -> dict[str, str]:
    """The labels of every object made for a session."""
    return {
        "app.kubernetes.io/name": "vdi-session",
        "app.kubernetes.io/instance": session,
        SESSION_LABEL: session,
        USER_LABEL: safe_label(user),
    }


def host_label(user: str) -> str:
    """
    The local part of an e-mail address as a DNS label.

    Beyond the plain rule (lower case, others become ``-``) the result is made a label that DNS and Ingress
    accept: no ``-`` at its ends, at most 63 characters, never empty.
    """
    local = user.split("@", 1)[0].lower()
    return re.sub(r"[^a-z0-9-]", "-", local).strip("-")[:_LABEL_LENGTH].rstrip("-") or "user"


def host(user: str, domain: str) -> str:
    """Where a user's session is published unless that host is taken."""
    return f"{host_label(user)}.{domain}"


def other_host(user: str, namespace: str, session: str, domain: str) -> str:
    """Where it is published if the plain host is taken: distinct for every session of the cluster."""
    digits = hashlib.sha256(f"{namespace}/{session}".encode()).hexdigest()[:6]
    return f"{host_label(user)[: _LABEL_LENGTH - 7].rstrip('-')}-{digits}.{domain}"


def url(host: str, public_port: int) -> str:
    """The address a person opens."""
    return f"https://{host}" if public_port == 443 else f"https://{host}:{public_port}"
