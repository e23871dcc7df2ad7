"""Configuration files of the cluster's programs, as text. Nothing here touches the machine."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import yaml

from sessionproof_cluster import api, layout
from sessionproof_cluster.layout import Layout
from sessionproof_cluster.ranges import Ranges

PAUSE = "sessionproof.local/pause:1"
_UNUSED = [
    "io.containerd.internal.v1.opt",  # makes /opt/containerd
    "io.containerd.internal.v1.restart",
    "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.zfs",
    "io.containerd.tracing.processor.v1.otlp",
]


def importer(root: Path) -> str:
    """The containerd that fills a store and runs nothing."""
    disabled = json.dumps([*_UNUSED, "io.containerd.grpc.v1.cri"])
    return (
        f'version = 2\nroot = "{root}"\nstate = "/run/containerd"\ndisabled_plugins = {disabled}\n'
        '[grpc]\n  address = "/run/containerd/containerd.sock"\n'
    )


def plugins() -> Path:
    """Where this distribution keeps the CNI plugins; Debian's place if they are nowhere."""
    places = [Path(place) for place in ("/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni")]
    return next((place for place in places if place.is_dir()), places[0])


def containerd(place: Path) -> str:
    """The containerd of a node. /run is the place's own, so the usual socket path is free."""
    # Without restrict_oom_score_adj sandboxes fail where root lacks CAP_SYS_RESOURCE.
    return f"""version = 2
root = "{place}/containerd"
state = "/run/containerd"
disabled_plugins = {json.dumps(_UNUSED)}

[grpc]
  address = "/run/containerd/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  restrict_oom_score_adj = true
  disable_tcp_service = true
  stream_server_address = "127.0.0.1"
  netns_mounts_under_state_dir = true
  tolerate_missing_hugetlb_controller = true

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "{plugins()}"
  conf_dir = "{place}/cni"
"""


def cni(ranges: Ranges, node: str) -> str:
    """Pods are routed, each over a link of its own: without a bridge, replies cannot bypass kube-proxy."""
    ipam: dict[str, Any] = {
        "type": "host-local",
        "dataDir": "/run/cni",
        "ranges": [[{"subnet": ranges.node_pods(node)}]],
    }
    ipam["routes"] = [{"dst": "0.0.0.0/0"}]
    plugins: list[dict[str, Any]] = [{"type": "ptp", "ipMasq": False, "ipam": ipam}]
    plugins.append({"type": "portmap", "capabilities": {"portMappings": True}, "snat": True})
    return json.dumps({"cniVersion": "0.4.0", "name": "sessionproof", "plugins": plugins})


def kubelet(names: Layout, ranges: Ranges, node: str) -> str:
    """The kubelet's settings: quick to report, and images stay, as they cannot be pulled again."""
    place = names.place(node)
    settings = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": ranges.node(node),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(names.pki / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(names.pki / f"{node}-serving.crt"),
        "tlsPrivateKeyFile": str(names.pki / f"{node}-serving.key"),
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{names.cgroup}/{node}",
        "clusterDNS": [ranges.dns],
        "clusterDomain": "cluster.local",
        "resolvConf": str(place / "resolv.conf"),
        "failSwapOn": False,
        "podLogsDir": str(place / "pods"),
        "volumePluginDir": str(place / "volume-plugins"),
        "nodeStatusUpdateFrequency": "2s",
        "nodeStatusReportFrequency": "2s",
        "nodeLeaseDurationSeconds": 8,
        "serializeImagePulls": False,
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {
            "memory.available": "50Mi",
            "nodefs.available": "1%",
            "nodefs.inodesFree": "1%",
            "imagefs.available": "1%",
        },
    }
    return yaml.safe_dump(settings)


def kube_proxy(names: Layout, ranges: Ranges, place: str, node: str) -> str:
    """
    kube-proxy's settings, with no sysctl of the whole machine.

    :param node: whose view it takes; the control place is no node and takes that of the first.
    """
    settings = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clientConnection": {"kubeconfig": str(names.place(place) / "kube-proxy.kubeconfig")},
        "hostnameOverride": node,
        "clusterCIDR": ranges.pods,
        "detectLocalMode": "ClusterCIDR",
        "iptables": {"minSyncPeriod": "100ms"},
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
    }
    return yaml.safe_dump(settings)


def kubeconfig(names: Layout, host: str, certificate: str) -> str:
    """Access for the holder of a certificate, which it contains: the file alone is enough."""

    def read(name: str) -> str:
        return base64.b64encode((names.pki / name).read_bytes()).decode()

    cluster = {"server": f"https://{host}:{api.PORT}", "certificate-authority-data": read("ca.crt")}
    user = {
        "client-certificate-data": read(f"{certificate}.crt"),
        "client-key-data": read(f"{certificate}.key"),
    }
    name = f"sessionproof-{names.cluster}"
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    return yaml.safe_dump(document)


def write(names: Layout, ranges: Ranges, nodes: tuple[str, ...]) -> None:
    """Write every configuration file of a cluster; keys and places must be there."""

    def private(path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text)

    control = names.place(layout.CONTROL)
    for certificate in ("kube-controller-manager", "kube-scheduler", "kube-proxy", "ingress", "volumes"):
        private(control / f"{certificate}.kubeconfig", kubeconfig(names, ranges.control, certificate))
    (control / "kube-proxy.yaml").write_text(kube_proxy(names, ranges, layout.CONTROL, nodes[0]))
    for node in nodes:
        place = names.place(node)
        (place / "cni").mkdir()
        (place / "cni" / "10-sessionproof.conflist").write_text(cni(ranges, node))
        (place / "containerd.toml").write_text(containerd(place))
        (place / "resolv.conf").write_text("")
        (place / "kubelet.yaml").write_text(kubelet(names, ranges, node))
        (place / "kube-proxy.yaml").write_text(kube_proxy(names, ranges, node, node))
        private(place / "kubelet.kubeconfig", kubeconfig(names, ranges.control, node))
        private(place / "kube-proxy.kubeconfig", kubeconfig(names, ranges.control, "kube-proxy"))
    private(names.kubeconfig, kubeconfig(names, ranges.control, "admin"))
