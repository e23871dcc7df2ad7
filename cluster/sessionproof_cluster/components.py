"""Command lines of the cluster's programs. Nothing here touches the machine."""

from __future__ import annotations

from sessionproof_cluster import api, layout
from sessionproof_cluster.layout import Layout
from sessionproof_cluster.ranges import Ranges

CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
"""Programs of the control place."""
ADDONS = ("ingress", "volumes")
"""Programs that the control place of a cluster has besides, if it is not bare."""
NODE = ("containerd", "kubelet", "kube-proxy")
"""Programs of a node, in the order in which they start."""
ISSUER = "https://kubernetes.default.svc.cluster.local"


def control(names: Layout, ranges: Ranges, program: str) -> list[str]:
    """Arguments of a program of the control place, itself first."""
    pki, place = names.pki, names.place(layout.CONTROL)
    kubeconfig = f"{place}/{program}.kubeconfig"
    delegated = [
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--profiling=false",
        # With the defaults (20 and 30) the controllers alone take five seconds to start.
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]
    flags = {
        "etcd": [
            f"--data-dir={place}/etcd",
            "--unsafe-no-fsync",
            "--log-level=warn",
            "--listen-client-urls=https://127.0.0.1:2379",
            "--advertise-client-urls=https://127.0.0.1:2379",
            "--listen-peer-urls=https://127.0.0.1:2380",
            "--initial-advertise-peer-urls=https://127.0.0.1:2380",
            "--initial-cluster=default=https://127.0.0.1:2380",
            *(
                f"--{prefix}{flag}={pki}/{file}"
                for prefix in ("", "peer-")
                for flag, file in {
                    "cert-file": "etcd.crt",
                    "key-file": "etcd.key",
                    "trusted-ca-file": "etcd-ca.crt",
                }.items()
            ),
            "--client-cert-auth",
            "--peer-client-cert-auth",
        ],
        "kube-apiserver": [
            "--etcd-servers=https://127.0.0.1:2379",
            f"--etcd-cafile={pki}/etcd-ca.crt",
            f"--etcd-certfile={pki}/etcd-client.crt",
            f"--etcd-keyfile={pki}/etcd-client.key",
            f"--secure-port={api.PORT}",
            "--bind-address=0.0.0.0",
            f"--advertise-address={ranges.control}",
            "--endpoint-reconciler-type=lease",
            f"--tls-cert-file={pki}/apiserver.crt",
            f"--tls-private-key-file={pki}/apiserver.key",
            f"--client-ca-file={pki}/ca.crt",
            "--anonymous-auth=false",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            f"--kubelet-certificate-authority={pki}/ca.crt",
            f"--kubelet-client-certificate={pki}/kubelet-client.crt",
            f"--kubelet-client-key={pki}/kubelet-client.key",
            "--kubelet-preferred-address-types=InternalIP",
            f"--requestheader-client-ca-file={pki}/front-proxy-ca.crt",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-username-headers=X-Remote-User",
            f"--proxy-client-cert-file={pki}/front-proxy.crt",
            f"--proxy-client-key-file={pki}/front-proxy.key",
            f"--service-account-issuer={ISSUER}",
            f"--service-account-jwks-uri={ISSUER}/openid/v1/jwks",
            f"--service-account-key-file={pki}/sa.pub",
            f"--service-account-signing-key-file={pki}/sa.key",
            f"--service-cluster-ip-range={ranges.services}",
            f"--cert-dir={place}/apiserver-certificates",
            "--allow-privileged=true",
            "--profiling=false",
        ],
        "kube-controller-manager": [
            *delegated,
            "--use-service-account-credentials=true",
            f"--root-ca-file={pki}/ca.crt",
            f"--service-account-private-key-file={pki}/sa.key",
            f"--cluster-signing-cert-file={pki}/ca.crt",
            f"--cluster-signing-key-file={pki}/ca.key",
            f"--requestheader-client-ca-file={pki}/front-proxy-ca.crt",
            "--allocate-node-cidrs=false",
            "--node-monitor-grace-period=8s",
            "--node-monitor-period=1s",
        ],
        # A pod that waits for its volume is looked at again a second after the volume is there, not at once: at once
        # the scheduler's own copy of the claim may be older than the news of it, and nothing would wake it any more.
        "kube-scheduler": [*delegated, "--feature-gates=SchedulerPopFromBackoffQ=false"],
        "kube-proxy": [f"--config={place}/kube-proxy.yaml"],
        "volumes": [f"--kubeconfig={kubeconfig}", f"--directory={names.volumes}"],
        "ingress": [
            f"--kubeconfig={kubeconfig}",
            "--class=sessionproof",
            f"--publish-address={ranges.ingress}",
            f"--ca-cert={pki}/ingress-ca.crt",
            f"--ca-key={pki}/ingress-ca.key",
        ],
    }
    return [f"{names.programs}/{program}", *flags[program]]


def node(names: Layout, ranges: Ranges, name: str, program: str) -> list[str]:
    """Arguments of a program of a node, itself first."""
    place = names.place(name)
    if program == "containerd":
        return ["containerd", f"--config={place}/containerd.toml", "--log-level=warn"]
    flags = {
        "kubelet": [
            f"--config={place}/kubelet.yaml",
            f"--kubeconfig={place}/kubelet.kubeconfig",
            f"--root-dir={place}/kubelet",
            f"--cert-dir={place}/kubelet-certificates",
            f"--hostname-override={name}",
            f"--node-ip={ranges.node(name)}",
        ],
        "kube-proxy": [f"--config={place}/kube-proxy.yaml"],
    }
    return [f"{names.programs}/{program}", *flags[program]]
