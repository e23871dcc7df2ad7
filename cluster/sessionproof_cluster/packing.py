"""
Packing layers into an image: an OCI layout in one tar, as ``ctr -n k8s.io images import`` takes it.

The same layers and settings give the same bytes and so the same digest. Layers stay uncompressed: the tar
is read on the machine that wrote it, and unpacking would only cost time. The tar holds::

    oci-layout               {"imageLayoutVersion": "1.0.0"}
    index.json               {"manifests": [{"digest": "sha256:…", "annotations": {"io.containerd.image.name":
                             "sessionproof.local/desktop:0.1.0"}}]}
    blobs/sha256/<hex>       the manifest, the configuration and each layer
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Start:
    """How a container of the image starts."""

    entrypoint: Sequence[str]
    user: str = "0:0"
    """``uid:gid``, numeric, so that the kubelet can check runAsNonRoot."""
    workdir: str = "/"
    env: Mapping[str, str] = field(default_factory=dict)


def pack(target: Path, reference: str, layers: Sequence[Path], start: Start) -> str:
    """
    Write *layers* (tar files, lowest first) as the image *reference* to *target*.

    :param reference: name and tag that pods give, e.g. ``sessionproof.local/desktop:0.1.0``.
    :returns: the digest, ``sha256:…``, under which containerd and the kubelet report the image.
    """
    digests = [_digest(layer) for layer in layers]
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **start.env}
    config = _json(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": "1970-01-01T00:00:00Z",
            "config": {
                "Entrypoint": list(start.entrypoint),
                "Env": [f"{name}={value}" for name, value in sorted(env.items())],
                "User": start.user,
                "WorkingDir": start.workdir,
            },
            "rootfs": {"type": "layers", "diff_ids": digests},
            "history": [],
        }
    )
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": _descriptor(_CONFIG, config),
            "layers": [
                {"mediaType": _LAYER, "digest": digest, "size": layer.stat().st_size}
                for digest, layer in zip(digests, layers, strict=True)
            ],
        }
    )
    names = {"io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference}
    named = {**_descriptor(_MANIFEST, manifest), "annotations": names}
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
        _add(archive, "index.json", _json({"schemaVersion": 2, "manifests": [named]}))
        for blob in (manifest, config):
            _add(archive, _blob(_descriptor("", blob)["digest"]), blob)
        for digest, layer in dict(zip(digests, layers, strict=True)).items():
            entry = tarfile.TarInfo(_blob(digest))
            entry.size = layer.stat().st_size
            with layer.open("rb") as content:
                archive.addfile(entry, content)
    return str(named["digest"])


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _blob(digest: str) -> str:
    return f"blobs/sha256/{digest.removeprefix('sha256:')}"


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}"
