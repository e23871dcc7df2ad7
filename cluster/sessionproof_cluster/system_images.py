"""Images of the cluster's own pods: one static program each."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

from sessionproof_cluster import configuration, packing
from sessionproof_cluster.binaries import cache

COREDNS = "sessionproof.local/coredns:1"
_PROGRAMS = {"pause": configuration.PAUSE, "coredns": COREDNS}


def ensure(programs: Path) -> list[Path]:
    """
    Have the tars of all system images in the cache.

    :param programs: directory of the built programs; its name says what is in it.
    """
    home = cache.root() / "images"
    home.mkdir(parents=True, exist_ok=True)
    tars = []
    for program, reference in _PROGRAMS.items():
        status = (programs / program).stat()
        mark = f"{program} {reference} {status.st_size} {status.st_mtime_ns}"
        tar = home / f"system-{program}-{hashlib.sha256(mark.encode()).hexdigest()[:16]}.tar"
        if not tar.exists():
            _pack(programs / program, reference, tar)
        tars.append(tar)
    return tars


def _pack(program: Path, reference: str, tar: Path) -> None:
    with cache.locked(tar.parent, lambda: None):
        layer = tar.with_suffix(".layer")
        with tarfile.open(layer, "w", format=tarfile.PAX_FORMAT) as archive, program.open("rb") as content:
            entry = tarfile.TarInfo(program.name)
            entry.size, entry.mode = program.stat().st_size, 0o755
            archive.addfile(entry, content)
        unfinished = tar.with_suffix(".unfinished")
        packing.pack(unfinished, reference, [layer], packing.Start([f"/{program.name}"], user="65532:65532"))
        layer.unlink()
        unfinished.rename(tar)
