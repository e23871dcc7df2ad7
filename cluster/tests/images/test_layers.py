"""Layers hold what they should, and the same content gives the same bytes."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from sessionproof_cluster import packing
from sessionproof_cluster.images import layers
from sessionproof_cluster.images.layers import Placed


def names_of(tar: Path) -> list[str]:
    with tarfile.open(tar) as archive:
        return archive.getnames()


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("usr/share/perl/x/y", "usr/share/perl", True),
        ("usr/share/perl5", "usr/share/perl", False),
        ("usr/lib/libLLVM-15.so.1", "usr/lib/libLLVM*", True),
        ("a/b/tests/c.py", "*/tests", True),
    ],
)
def test_globs_name_a_thing_and_all_below_it(path: str, glob: str, expected: bool) -> None:
    """A folder left out is left out whole, and nothing beside it."""
    assert layers.matches(path, [glob]) is expected


def test_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """Order and time of writing do not show."""
    one, two = Placed("/etc/a", b"1", 0o644), Placed("/usr/b", b"2", 0o755)

    layers.from_files([one, two], tmp_path / "x.tar")
    layers.from_files([two, one], tmp_path / "y.tar")

    assert (tmp_path / "x.tar").read_bytes() == (tmp_path / "y.tar").read_bytes()
    assert names_of(tmp_path / "x.tar") == ["etc", "etc/a", "usr", "usr/b"]


def test_tree_keeps_only_the_executable_bit(tmp_path: Path) -> None:
    """Owners, times and odd modes of the building machine do not reach the image."""
    tree = tmp_path / "tree"
    (tree / "pkg/tests").mkdir(parents=True)
    for name in ("pkg/run", "pkg/data", "pkg/tests/t.py"):
        (tree / name).write_text(name)
    (tree / "pkg/run").chmod(0o700)
    (tree / "pkg/data").chmod(0o666)

    size = layers.from_tree(tree, "opt", tmp_path / "x.tar", ["*/tests"])

    with tarfile.open(tmp_path / "x.tar") as archive:
        found = {entry.name: (entry.mode, entry.uid, entry.mtime) for entry in archive if entry.isfile()}
    assert found == {"opt/pkg/run": (0o755, 0, 0), "opt/pkg/data": (0o644, 0, 0)}
    assert size == len("pkg/run") + len("pkg/data")


def test_link_to_something_left_out_becomes_the_file(tmp_path: Path) -> None:
    """Leaving out one name of a file must not lose its other names."""
    raw = tmp_path / "raw.tar"
    with tarfile.open(raw, "w") as archive:
        entry = tarfile.TarInfo("./usr/share/doc/x")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"abc"))
        for name in ("./usr/one", "./usr/two"):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.LNKTYPE, "./usr/share/doc/x"
            archive.addfile(link)

    size = layers.from_root_tar(raw, tmp_path / "x.tar", [])

    with tarfile.open(tmp_path / "x.tar") as archive:
        one, two = (archive.extractfile(name) for name in ("usr/one", "usr/two"))
        assert one is not None and two is not None
        assert one.read() == two.read() == b"abc"
    assert (names_of(tmp_path / "x.tar"), size) == (["usr/one", "usr/two"], 3)


def test_root_file_system_keeps_only_the_times_byte_code_names(tmp_path: Path) -> None:
    """Debian's byte code is valid for sources of one time; every other time is the build's."""
    raw = tmp_path / "raw.tar"
    with tarfile.open(raw, "w") as archive:
        for name in ("usr/a.py", "usr/b", "var/log/c"):
            entry = tarfile.TarInfo(name)
            entry.mtime = 1234.5
            archive.addfile(entry)

    layers.from_root_tar(raw, tmp_path / "x.tar", [])

    with tarfile.open(tmp_path / "x.tar") as archive:
        assert {entry.name: entry.mtime for entry in archive} == {"usr/a.py": 1234, "usr/b": 0}


def test_image_is_named_and_its_digest_is_its_manifests(tmp_path: Path) -> None:
    """What containerd reports is what the packer returned, and packing again gives the same bytes."""
    layer = tmp_path / "layer.tar"
    layers.from_files([Placed("/a", b"1", 0o644)], layer)
    start = packing.Start(["/a"], user="1000:1000", env={"B": "2"})

    digest = packing.pack(tmp_path / "x.tar", "sessionproof.local/a:1", [layer], start)
    os.utime(layer, (1, 1))
    again = packing.pack(tmp_path / "y.tar", "sessionproof.local/a:1", [layer], start)

    with tarfile.open(tmp_path / "x.tar") as archive:
        index = json.loads(archive.extractfile("index.json").read())  # type: ignore[union-attr]
        blob = archive.extractfile(f"blobs/sha256/{digest.removeprefix('sha256:')}")
        assert blob is not None
        config = json.loads(blob.read())["config"]["digest"].removeprefix("sha256:")
        settings = json.loads(archive.extractfile(f"blobs/sha256/{config}").read())  # type: ignore[union-attr]
    assert index["manifests"][0]["annotations"]["io.containerd.image.name"] == "sessionproof.local/a:1"
    assert settings["config"]["User"] == "1000:1000"
    assert "B=2" in settings["config"]["Env"]
    assert digest == again
    assert (tmp_path / "x.tar").read_bytes() == (tmp_path / "y.tar").read_bytes()
