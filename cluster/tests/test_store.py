"""What a store of images is named by."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessionproof_cluster import errors, packing, store


def test_an_archive_tells_its_references_and_digests(tmp_path: Path) -> None:
    """Without unpacking it."""
    layer, tar = tmp_path / "layer", tmp_path / "image.tar"
    layer.write_bytes(b"\0" * 1024)
    digest = packing.pack(tar, "sessionproof.local/x:1", [layer], packing.Start(["/x"]))

    assert store.references(tar) == {"sessionproof.local/x:1": digest}


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    """The message says which file, and what to do."""
    tar = tmp_path / "broken.tar"
    tar.write_text("not a tar")

    with pytest.raises(errors.MachineUnfit, match=r"(?s)broken\.tar is no image archive.*build it again"):
        store.references(tar)


def test_other_content_or_another_containerd_is_another_store() -> None:
    """The order in which images are named does not matter."""
    images = {"a": "sha256:1", "b": "sha256:2"}

    assert store.key(images, "1.6") == store.key(dict(reversed(images.items())), "1.6")
    assert store.key(images, "1.6") != store.key(images, "1.7")
    assert store.key(images, "1.6") != store.key({**images, "b": "sha256:3"}, "1.6")
