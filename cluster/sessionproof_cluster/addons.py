"""What a cluster that is not bare has besides: DNS, a default StorageClass, an IngressClass. Pure data."""

from __future__ import annotations

from typing import Any

from sessionproof_cluster import system_images
from sessionproof_cluster.ranges import Ranges

Manifest = dict[str, Any]
_RBAC = "rbac.authorization.k8s.io"
_RBAC_PATH = f"/apis/{_RBAC}/v1"
_SYSTEM = "kube-system"
_COREFILE = """\
cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {
    errors
    health :8080
    ready :8181
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        ttl 1
    }
}
.:53 {
    errors
    template ANY ANY {
        rcode NXDOMAIN
    }
}
"""
_DNS_LABELS = {"k8s-app": "kube-dns"}


def rights(*, kubelet_client: str) -> list[tuple[str, Manifest]]:
    """What every cluster needs: the API server may ask kubelets for logs and run commands there."""
    return [_bind("sessionproof:kubelet-client", "system:kubelet-api-admin", _user(kubelet_client))]


def all_of(ranges: Ranges) -> list[tuple[str, Manifest]]:
    """Collection path and manifest of each object, in the order in which they are applied."""
    return [*_dns(ranges), *_storage(), *_ingress()]


def dns_path() -> str:
    """Where the deployment of the DNS server is read."""
    return f"/apis/apps/v1/namespaces/{_SYSTEM}/deployments/coredns"


def _user(name: str) -> Manifest:
    return {"kind": "User", "name": name, "apiGroup": _RBAC}


def _bind(name: str, role: str, subject: Manifest) -> tuple[str, Manifest]:
    return f"{_RBAC_PATH}/clusterrolebindings", {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }


def _role(name: str, *rules: tuple[str, list[str], list[str]]) -> tuple[str, Manifest]:
    return f"{_RBAC_PATH}/clusterroles", {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": [
            {"apiGroups": [group], "resources": resources, "verbs": verbs}
            for group, resources, verbs in rules
        ],
    }


def _dns(ranges: Ranges) -> list[tuple[str, Manifest]]:
    core, name = f"/api/v1/namespaces/{_SYSTEM}", "coredns"
    read = ["list", "watch"]
    metadata = {"name": name, "namespace": _SYSTEM, "labels": _DNS_LABELS}
    account = {"kind": "ServiceAccount", "name": name, "namespace": _SYSTEM}
    ports = [
        {"name": "dns", "port": 53, "protocol": "UDP"},
        {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
    ]
    return [
        (f"{core}/serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        _role(
            "system:coredns",
            ("", ["endpoints", "services", "pods", "namespaces"], read),
            ("discovery.k8s.io", ["endpointslices"], read),
        ),
        _bind("system:coredns", "system:coredns", account),
        (
            f"{core}/configmaps",
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"Corefile": _COREFILE}},
        ),
        (
            f"{core}/services",
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {**metadata, "name": "kube-dns"},
                "spec": {"clusterIP": ranges.dns, "selector": _DNS_LABELS, "ports": ports},
            },
        ),
        (
            f"/apis/apps/v1/namespaces/{_SYSTEM}/deployments",
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": metadata,
                "spec": {
                    "replicas": 2,
                    "selector": {"matchLabels": _DNS_LABELS},
                    "template": {"metadata": {"labels": _DNS_LABELS}, "spec": _dns_pod(name)},
                },
            },
        ),
    ]


def _dns_pod(account: str) -> Manifest:
    return {
        "serviceAccountName": account,
        "priorityClassName": "system-cluster-critical",
        "dnsPolicy": "Default",
        "terminationGracePeriodSeconds": 2,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": _DNS_LABELS},
            }
        ],
        "containers": [
            {
                "name": "coredns",
                "image": system_images.COREDNS,
                "imagePullPolicy": "IfNotPresent",
                "args": ["-conf", "/etc/coredns/Corefile"],
                "resources": {"requests": {"cpu": "10m", "memory": "20Mi"}},
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 1},
                "livenessProbe": {
                    "httpGet": {"path": "/health", "port": 8080},
                    "initialDelaySeconds": 30,
                    "periodSeconds": 10,
                },
                "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": True}],
            }
        ],
        "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
    }


def _storage() -> list[tuple[str, Manifest]]:
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    manifest = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "standard", "annotations": default},
        "provisioner": "sessionproof.io/directory",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
    }
    name = "sessionproof:volumes"
    return [
        _bind(name, "system:persistent-volume-provisioner", _user(name)),
        ("/apis/storage.k8s.io/v1/storageclasses", manifest),
    ]


def _ingress() -> list[tuple[str, Manifest]]:
    name, networking = "sessionproof:ingress", "networking.k8s.io"
    default = {"ingressclass.kubernetes.io/is-default-class": "true"}
    manifest = {
        "apiVersion": f"{networking}/v1",
        "kind": "IngressClass",
        "metadata": {"name": "sessionproof", "annotations": default},
        "spec": {"controller": "sessionproof.io/ingress"},
    }
    return [
        _role(
            name,
            (networking, ["ingresses"], ["list", "watch"]),
            (networking, ["ingresses/status"], ["update"]),
            ("", ["services"], ["list", "watch"]),
            ("", ["secrets"], ["get"]),
        ),
        _bind(name, name, _user(name)),
        (f"/apis/{networking}/v1/ingressclasses", manifest),
    ]
