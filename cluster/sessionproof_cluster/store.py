"""
Images imported once: a containerd store in the cache that every node starts from.

Unpacked layers never change, so nodes mount them read-only; content is linked; only the two small
databases are copied. The directory of a store is named by what it holds, and made by a containerd of its
own that sees no network.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from sessionproof_cluster import configuration, errors, running
from sessionproof_cluster.binaries import cache
from sessionproof_cluster.progress import Progress

STAGE = "images"
_SNAPSHOTS = Path("io.containerd.snapshotter.v1.overlayfs/snapshots")
_BLOBS = Path("io.containerd.content.v1.content/blobs/sha256")
LAYERS = "layers"
"""File with a line for each unpacked layer: its chain, its directory, and the chain below if there is one."""
_KEPT = 6
_IMPORT = 900.0
"""Seconds that importing one set of images may take."""

_IMPORTER = """
set -e
config=$1; layers=$2; shift 2
mount -t tmpfs tmpfs /run
containerd --config "$config" &
tries=0
until ctr version >/dev/null 2>&1; do
    tries=$((tries + 1)); [ "$tries" -lt 200 ]
    sleep 0.05
done
for tar in "$@"; do ctr -n k8s.io images import --digests=false "$tar"; done
number=0
ctr -n k8s.io snapshots list | tail -n +2 | while read -r chain rest; do
    parent=${rest%Committed*}
    number=$((number + 1))
    # Not a view: garbage collection may take that away at any moment.
    ctr -n k8s.io snapshots prepare "look-$number" "$chain"
    where=$(ctr -n k8s.io snapshots mounts /mnt "look-$number")
    # An overlay names the uppermost of its lower directories first.
    where=${where#*lowerdir=}; where=${where%%[:,]*}; where=${where%% *}
    ctr -n k8s.io snapshots rm "look-$number"
    echo "$chain $where" $parent
done > "$layers"
kill -TERM $!
wait || true
"""


def references(tar: Path) -> dict[str, str]:
    """
    Digest by reference of the images in an OCI archive.

    :raises MachineUnfit: it is not one.
    """
    try:
        with tarfile.open(tar) as archive:
            for member in archive:
                if member.name == "index.json" and (content := archive.extractfile(member)):
                    return {
                        one["annotations"]["io.containerd.image.name"]: one["digest"]
                        for one in json.load(content)["manifests"]
                    }
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise errors.MachineUnfit(f"{tar} is no image archive: {error}; build it again") from error
    raise errors.MachineUnfit(f"{tar} is no OCI image archive: it has no index.json; build it again")


def key(images: Mapping[str, str], containerd: str) -> str:
    """Name of the store that holds *images* (digest by reference), made by this containerd."""
    lines = [_IMPORTER, containerd, *(f"{name}@{digest}" for name, digest in sorted(images.items()))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def ensure(tars: Sequence[Path], in_use: Sequence[str], progress: Progress) -> Path:
    """
    Have a store with all images of *tars*, and return its directory.

    :param in_use: names of stores that living clusters mount, which must stay.
    """
    found: dict[str, str] = {}
    for tar in tars:
        found.update(references(tar))
    version = running.run("containerd", "--version")
    home = cache.root() / "store"
    home.mkdir(parents=True, exist_ok=True)
    store = home / key(found, version)
    with cache.locked(home, lambda: progress(STAGE, "another import is running; waiting for it")):
        if not store.is_dir():
            size = sum(tar.stat().st_size for tar in tars) / 1e6
            progress(STAGE, f"importing {len(found)} images ({size:.0f} MB) once for all nodes")
            _make(store, tars)
        os.utime(store)
        _prune(home, [*in_use, store.name])
    return store


def _make(store: Path, tars: Sequence[Path]) -> None:
    fresh = store.with_name(f".{store.name}.unfinished")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    config = fresh / "containerd.toml"
    config.write_text(configuration.importer(fresh))
    arguments = [str(config), str(fresh / LAYERS), *(str(tar) for tar in tars)]
    unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    running.run(*unshare, "sh", "-c", _IMPORTER, "importer", *arguments, timeout=_IMPORT)
    config.unlink()
    layers = (fresh / LAYERS).read_text().replace(str(fresh), str(store))
    (fresh / LAYERS).write_text(layers)
    fresh.rename(store)


def _prune(home: Path, needed: Sequence[str]) -> None:
    stores = sorted(
        (path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for store in stores[_KEPT:]:
        if store.name not in needed:
            shutil.rmtree(store)


def place(store: Path, node: Path) -> None:
    """Let the containerd of *node* (a place's directory) start from *store*; mounts follow with the place."""
    root = node / "containerd"
    binds = []
    for database in store.glob("*/*.db"):
        target = root / database.relative_to(store)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(database, target)
    link_content(store, node)
    for snapshot in (store / _SNAPSHOTS).iterdir():
        target = root / _SNAPSHOTS / snapshot.name
        target.mkdir(parents=True)
        binds.append(f"{snapshot} {target}\n")
    (node / "layers").mkdir()
    (node / "layers" / "binds").write_text("".join(binds))


def link_content(store: Path, node: Path) -> None:
    """Give the containerd of *node* the content of *store*, without copying it where that can be had."""
    blobs = node / "containerd" / _BLOBS
    blobs.mkdir(parents=True, exist_ok=True)
    for blob in (store / _BLOBS).iterdir():
        with contextlib.suppress(FileExistsError):
            try:
                os.link(blob, blobs / blob.name)
            except FileExistsError:
                raise
            except OSError:
                # The cache is on another file system.
                shutil.copy2(blob, blobs / blob.name)
