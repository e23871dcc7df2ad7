"""What an image consists of, as containerd counts its layers."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sessionproof_cluster import loading, packing


def test_the_lowest_layer_is_its_own_chain_and_each_other_names_all_below() -> None:
    """The identity that containerd gives to a layer stacked on others."""
    expected = f"sha256:{hashlib.sha256(b'sha256:a sha256:b').hexdigest()}"

    assert loading.chain(["sha256:a", "sha256:b"]) == ("sha256:a", expected)


def test_an_archive_tells_its_layers_without_being_unpacked(tmp_path: Path) -> None:
    """One image of one layer."""
    layer, tar = tmp_path / "layer", tmp_path / "image.tar"
    layer.write_bytes(b"\0" * 1024)
    packing.pack(tar, "sessionproof.local/x:1", [layer], packing.Start(["/x"]))
    [one] = loading.contents(tar)

    assert one.chains == (f"sha256:{hashlib.sha256(layer.read_bytes()).hexdigest()}",)
    assert one.config.startswith("sha256:")
