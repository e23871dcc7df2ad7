"""
Kubernetes as plain JSON over one connection pool, with errors in three sorts.

Nothing here knows a product, a scenario or a timeline. Importing it does not import the ``kubernetes``
package; connecting does only for a kubeconfig with a credential plugin.
"""

from __future__ import annotations

from pathlib import Path

from sessionproof.clients.kubernetes import access, kinds
from sessionproof.clients.kubernetes.client import Client, Listing
from sessionproof.clients.kubernetes.errors import (
    ApiError,
    Conflict,
    Expired,
    NotFound,
    NotYet,
    Outage,
    Refused,
)
from sessionproof.clients.kubernetes.execution import Executed
from sessionproof.clients.kubernetes.kinds import ResourceType
from sessionproof.clients.kubernetes.masking import masked

__all__ = [
    "ApiError",
    "Client",
    "Conflict",
    "Executed",
    "Expired",
    "Listing",
    "NotFound",
    "NotYet",
    "Outage",
    "Refused",
    "ResourceType",
    "connect",
    "connect_from_pod",
    "kinds",
    "masked",
]


def connect(kubeconfig: Path | str | None = None, *, context: str | None = None) -> Client:
    """
    A client by a kubeconfig; asks the server nothing yet.

    :param kubeconfig: ``KUBECONFIG`` or ``~/.kube/config`` by default.
    :param context: the file's current one by default.
    :raises SuiteWrong: if the file or the context is missing or cannot be understood.
    """
    return Client(access.from_kubeconfig(kubeconfig, context))


def connect_from_pod() -> Client:
    """A client by the service account of the pod this runs in; ``SuiteWrong`` outside a pod."""
    return Client(access.from_pod())
