"""
Bringing an image to a node that runs: its containerd is told of layers that a store has unpacked already.

Each layer becomes a snapshot whose directory is the store's, mounted there; containerd then finds the image
unpacked. The content is linked before, so that the import only reads names.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sessionproof_cluster import errors, running, store

_ADOPT = """
set -e
config=$1; layers=$2
ctr() { command ctr --namespace=k8s.io "$@"; }
# By a descriptor of its own: standard input is the image.
while read -r chain source parent <&3; do
    top=$chain
    if ctr snapshots info "$chain" >/dev/null 2>&1; then continue; fi
    # A cache that lies where a node has directories of its own cannot be seen from here.
    if [ ! -d "$source" ]; then exec ctr --namespace=k8s.io images import -; fi
    ctr snapshots rm "load-$chain" 2>/dev/null || true
    ctr snapshots prepare "load-$chain" $parent
    where=$(ctr snapshots mounts /mnt "load-$chain")
    case $where in
        *upperdir=*) where=${where#*upperdir=}; where=${where%%,*} ;;
        *) where=${where#*-t bind }; where=${where%% *} ;;
    esac
    mount --bind "$source" "$where"
    mount -o remount,bind,ro "$where"
    ctr snapshots commit "$chain" "load-$chain"
done 3< "$layers"
ctr images import --no-unpack -
# What keeps the layers: the image holds its configuration, and that is told which layers are its own.
ctr content label "$config" "containerd.io/gc.ref.snapshot.overlayfs=$top"
"""


@dataclass(frozen=True)
class Contents:
    """What an image consists of."""

    config: str
    """Digest of its configuration."""
    chains: tuple[str, ...]
    """Identities of its layers, each with all below it, the lowest first."""


def contents(tar: Path) -> list[Contents]:
    """
    Read what the images in an OCI archive consist of.

    :raises MachineUnfit: a part is missing.
    """
    with tarfile.open(tar) as archive:

        def read(name: str) -> Any:
            try:
                file = archive.extractfile(name)
            except KeyError as error:
                raise errors.MachineUnfit(f"{tar} lacks {name}; build it again") from error
            return json.load(file) if file else {}

        def blob(digest: str) -> Any:
            return read(f"blobs/sha256/{digest.removeprefix('sha256:')}")

        found = []
        for one in read("index.json")["manifests"]:
            config = blob(one["digest"])["config"]["digest"]
            found.append(Contents(config, chain(blob(config)["rootfs"]["diff_ids"])))
        return found


def chain(layers: Sequence[str]) -> tuple[str, ...]:
    """Identities of layers stacked on each other, from the digests of each alone."""
    chains: list[str] = []
    for layer in layers:
        pair = f"{chains[-1]} {layer}".encode() if chains else b""
        chains.append(f"sha256:{hashlib.sha256(pair).hexdigest()}" if chains else layer)
    return tuple(chains)


def load(tar: Path, images: Path, node: Path, enter: Sequence[str]) -> None:
    """
    Bring the images in *tar* to a node.

    :param images: a store that holds them.
    :param node: directory of the node's place.
    :param enter: nsenter's options that lead into it.
    :raises ToolFailed: the import failed.
    """
    store.link_content(images, node)
    known = {line.split()[0]: line.split()[1] for line in (images / store.LAYERS).read_text().splitlines()}
    for one in contents(tar):
        lines = [
            f"{layer} {known[layer]} {below}\n"
            for layer, below in zip(one.chains, ("", *one.chains), strict=False)
        ]
        layers = node / f"load-{one.config.removeprefix('sha256:')[:16]}"
        layers.write_text("".join(lines))
        command = running.within(enter, "sh", "-c", _ADOPT, "load", one.config, str(layers))
        with tar.open("rb") as content:
            done = subprocess.run(command, stdin=content, capture_output=True, text=True, check=False)
        layers.unlink()
        if done.returncode:
            raise errors.ToolFailed([f"import of {tar.name} on {node.name}"], done.returncode, done.stderr)
