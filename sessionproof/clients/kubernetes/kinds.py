"""Kinds of objects and where the API server keeps them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind as the API server serves it."""

    api_version: str
    """``v1`` or ``group/version``."""
    kind: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Path of the collection, of one object, or of its subresource."""
        root = f"/api/{self.api_version}" if "/" not in self.api_version else f"/apis/{self.api_version}"
        place = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return "/".join(part for part in (f"{root}{place}/{self.plural}", name, subresource) if part)

    def __str__(self) -> str:
        group = self.api_version.rpartition("/")[0]
        return f"{self.plural}.{group}" if group else self.plural


NAMESPACE = ResourceType("v1", "Namespace", "namespaces", namespaced=False)
NODE = ResourceType("v1", "Node", "nodes", namespaced=False)
POD = ResourceType("v1", "Pod", "pods")
SERVICE = ResourceType("v1", "Service", "services")
SECRET = ResourceType("v1", "Secret", "secrets")
CONFIG_MAP = ResourceType("v1", "ConfigMap", "configmaps")
SERVICE_ACCOUNT = ResourceType("v1", "ServiceAccount", "serviceaccounts")
PVC = ResourceType("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
EVENT = ResourceType("v1", "Event", "events")
ENDPOINT_SLICE = ResourceType("discovery.k8s.io/v1", "EndpointSlice", "endpointslices")
INGRESS = ResourceType("networking.k8s.io/v1", "Ingress", "ingresses")
LEASE = ResourceType("coordination.k8s.io/v1", "Lease", "leases")
DEPLOYMENT = ResourceType("apps/v1", "Deployment", "deployments")

WELL_KNOWN = {
    (kind.api_version, kind.kind): kind
    for kind in (
        NAMESPACE,
        NODE,
        POD,
        SERVICE,
        SECRET,
        CONFIG_MAP,
        SERVICE_ACCOUNT,
        PVC,
        EVENT,
        ENDPOINT_SLICE,
        INGRESS,
        LEASE,
        DEPLOYMENT,
    )
}
"""Kinds known without asking; every other one is looked up once."""
