"""A real API server on loopback: etcd, kube-apiserver and kube-controller-manager, no node, no root."""

from __future__ import annotations

import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sessionproof.clients.kubernetes import access, transport
from sessionproof.errors import TargetUnavailable

START_SECONDS = 60.0


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def api_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, as a ledger keeps it, of an API server that also finishes the deletion of namespaces."""
    from sessionproof_cluster import binaries

    programs = binaries.build()
    folder = tmp_path_factory.mktemp("api")
    store, peer, port, manager = (free_port() for _ in range(4))
    token = secrets.token_hex(16)
    (folder / "tokens").write_text(f"{token},admin,admin,system:masters\n")
    subprocess.run(["openssl", "genrsa", "-out", folder / "sa.key", "2048"], check=True, capture_output=True)
    kubeconfig = folder / "kubeconfig"
    cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": str(folder / "apiserver.crt")}
    kubeconfig.write_text(
        yaml.safe_dump(
            {
                "clusters": [{"name": "c", "cluster": cluster}],
                "users": [{"name": "u", "user": {"token": token}}],
                "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                "current-context": "x",
            }
        )
    )
    etcd = f"http://127.0.0.1:{store}"
    commands: list[list[str | Path]] = [
        [
            programs / "etcd",
            f"--data-dir={folder / 'etcd'}",
            f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-cluster=default=http://127.0.0.1:{peer}",
            "--unsafe-no-fsync",
        ],
        [
            programs / "kube-apiserver",
            f"--etcd-servers={etcd}",
            f"--secure-port={port}",
            "--bind-address=127.0.0.1",
            f"--cert-dir={folder}",
            f"--token-auth-file={folder / 'tokens'}",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={folder / 'sa.key'}",
            f"--service-account-signing-key-file={folder / 'sa.key'}",
            "--endpoint-reconciler-type=none",
        ],
        [
            programs / "kube-controller-manager",
            f"--kubeconfig={kubeconfig}",
            f"--secure-port={manager}",
            "--bind-address=127.0.0.1",
            f"--cert-dir={folder / 'manager'}",
            "--leader-elect=false",
            "--controllers=namespace-controller,garbage-collector-controller",
        ],
    ]
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            log = (folder / f"{Path(command[0]).name}.log").open("wb")
            running.append(subprocess.Popen(command, stdout=log, stderr=log))
            log.close()
            if command is commands[1]:
                _await_ready(kubeconfig)
        yield f"kubeconfig:{kubeconfig}"
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_ready(kubeconfig: Path) -> None:
    """Ask until the server says that it is ready, or its time is over."""
    deadline = time.monotonic() + START_SECONDS
    between = threading.Event()
    while True:
        try:
            transport.Transport(access.from_kubeconfig(kubeconfig)).send("GET", "/readyz")
            return
        except (OSError, TargetUnavailable):
            if time.monotonic() > deadline:
                raise
        between.wait(0.1)
