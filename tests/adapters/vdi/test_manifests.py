"""What is shipped for a platform, as one target's nodes know it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from sessionproof.adapters.vdi import manifests
from sessionproof.adapters.vdi.platform import VdiPlatform
from sessionproof.catalogue import load
from sessionproof.errors import TargetUnavailable

ROOT = Path(__file__).parents[3]


def test_images_are_asked_for_where_the_target_has_them() -> None:
    """In manifests and templates alike; other images keep their names."""
    known = load(ROOT / "scenarios.yaml")
    target = replace(known.target("embedded"), registry="registry.test/qa")
    nothing = cast(Any, None)
    platform = VdiPlatform(nothing, target, known, nothing, "", "x", ROOT)
    (operator,) = [
        item["spec"]["template"]["spec"]["containers"][0]["image"]
        for item in manifests.shipped(target, ROOT)
        if item["kind"] == "Deployment"
    ]

    assert operator == "registry.test/qa/vdi-operator:0.1.0"
    assert platform.template("desktop").image == "registry.test/qa/desktop:0.1.0"
    assert target.image("docker.test/other:1") == "docker.test/other:1"


def test_a_folder_without_manifests_is_named(tmp_path: Path) -> None:
    """Nothing would be deployed, and every story would wait for it."""
    target = replace(load(ROOT / "scenarios.yaml").target("embedded"), deploy="none")

    with pytest.raises(TargetUnavailable, match=f"target 'embedded': no manifest in {tmp_path}/none"):
        list(manifests.shipped(target, tmp_path))
