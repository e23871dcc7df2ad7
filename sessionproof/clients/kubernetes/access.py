"""
Where the API server is and who we are: from a kubeconfig or from inside a pod.

Certificates and tokens are read here directly; a kubeconfig that needs a credential plugin goes through
the ``kubernetes`` package, which costs half a second to import and is therefore not touched before.
"""

from __future__ import annotations

import base64
import os
import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sessionproof.errors import SuiteWrong

_IN_POD = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True)
class Access:
    """An API server and the way to be somebody there."""

    server: str
    """``https://host:port``, without a slash at the end."""
    tls: ssl.SSLContext | None = field(repr=False, default=None)
    """Trust and client certificate; ``None`` for plain HTTP."""
    authorization: Callable[[], str] = field(repr=False, default=lambda: "")
    """The header's value, asked anew for each request; empty for none."""
    server_name: str | None = None
    """Name the server's certificate must carry, if not the one in ``server``."""
    namespace: str = "default"
    """Namespace of the context."""


def from_kubeconfig(path: Path | str | None = None, context: str | None = None) -> Access:
    """
    Read a kubeconfig.

    :param path: ``KUBECONFIG`` or ``~/.kube/config`` by default.
    :param context: the file's current one by default.
    :raises SuiteWrong: if the file or the context is missing or cannot be understood.
    """
    file = Path(path or os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    try:
        config: dict[str, Any] = yaml.safe_load(file.read_text()) or {}
    except (OSError, yaml.YAMLError) as error:
        raise SuiteWrong(f"kubeconfig {file}: {error}; give its path or run `sessionproof up`") from error
    wanted = context or config.get("current-context") or ""
    chosen = _named(file, config, "context", wanted)
    cluster = _named(file, config, "cluster", chosen.get("cluster", ""))
    user = _named(file, config, "user", chosen["user"]) if chosen.get("user") else {}
    if "exec" in user or "auth-provider" in user:
        return _through_plugin(file, wanted, cluster, chosen)
    secure = cluster["server"].startswith("https")
    return Access(
        cluster["server"].rstrip("/"),
        _tls(file.parent, cluster, user) if secure else None,
        _authorization(file.parent, user),
        cluster.get("tls-server-name"),
        chosen.get("namespace", "default"),
    )


def from_pod() -> Access:
    """
    Be the service account of the pod this runs in.

    :raises SuiteWrong: outside a pod.
    """
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT")
    if not host or not (_IN_POD / "token").exists():
        raise SuiteWrong("not inside a pod with a service account; give a kubeconfig")
    place = f"[{host}]" if ":" in host else host
    return Access(
        f"https://{place}:{port}",
        ssl.create_default_context(cafile=str(_IN_POD / "ca.crt")),
        # The kubelet renews the file; reading it each time is cheaper than being refused.
        lambda: f"Bearer {(_IN_POD / 'token').read_text().strip()}",
        None,
        (_IN_POD / "namespace").read_text().strip(),
    )


def _named(file: Path, config: Mapping[str, Any], what: str, name: str) -> dict[str, Any]:
    known = {item["name"]: item.get(what) or {} for item in config.get(f"{what}s") or ()}
    if name not in known:
        raise SuiteWrong(f"kubeconfig {file}: no {what} '{name}'; there are: {', '.join(known) or 'none'}")
    found: dict[str, Any] = known[name]
    return found


def _tls(folder: Path, cluster: Mapping[str, Any], user: Mapping[str, Any]) -> ssl.SSLContext:
    authority = _content(folder, cluster, "certificate-authority")
    tls = ssl.create_default_context(cadata=authority.decode() if authority else None)
    if cluster.get("insecure-skip-tls-verify"):
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    certificate, key = _content(folder, user, "client-certificate"), _content(folder, user, "client-key")
    if certificate and key:
        # ssl reads a client certificate from a file only; it is gone as soon as it is read.
        with tempfile.NamedTemporaryFile(prefix="sp-", suffix=".pem") as pem:
            pem.write(certificate + b"\n" + key)
            pem.flush()
            tls.load_cert_chain(pem.name)
    return tls


def _content(folder: Path, section: Mapping[str, Any], name: str) -> bytes:
    if data := section.get(f"{name}-data"):
        return base64.b64decode(data)
    if path := section.get(name):
        content: bytes = (folder / path).read_bytes()
        return content
    return b""


def _authorization(folder: Path, user: Mapping[str, Any]) -> Callable[[], str]:
    if path := user.get("tokenFile"):
        return lambda: f"Bearer {(folder / path).read_text().strip()}"
    if token := user.get("token"):
        return lambda: f"Bearer {token}"
    if name := user.get("username"):
        pair = base64.b64encode(f"{name}:{user.get('password', '')}".encode()).decode()
        return lambda: f"Basic {pair}"
    return lambda: ""


def _through_plugin(
    file: Path, context: str, cluster: Mapping[str, Any], chosen: Mapping[str, Any]
) -> Access:
    from kubernetes import config as kube

    load: Callable[..., Any] = kube.new_client_from_config
    configuration = load(str(file), context=context).configuration
    tls = _tls(file.parent, cluster, {})
    if configuration.cert_file:
        tls.load_cert_chain(configuration.cert_file, configuration.key_file)

    def authorization() -> str:
        return str(configuration.get_api_key_with_prefix("authorization") or "")

    return Access(
        cluster["server"].rstrip("/"),
        tls,
        authorization,
        cluster.get("tls-server-name"),
        chosen.get("namespace", "default"),
    )
