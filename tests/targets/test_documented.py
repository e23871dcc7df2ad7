"""The targets that the documentation shows are such as the catalogue takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sessionproof.adapters.vdi import manifests
from sessionproof.catalogue import load

ROOT = Path(__file__).parents[2]


def test_documented_targets_can_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of the shipped one, with what it says about images."""
    (shown,) = re.findall(r"```yaml\n(targets:.*?)```", (ROOT / "docs/environment.md").read_text(), re.DOTALL)
    (tmp_path / "scenarios.yaml").write_text(
        yaml.safe_dump(yaml.safe_load((ROOT / "scenarios.yaml").read_text()) | yaml.safe_load(shown))
    )
    (tmp_path / "requirements.yaml").write_text((ROOT / "requirements.yaml").read_text())
    monkeypatch.setenv("STAGING_KUBECONFIG", "/home/qa/staging")

    known = load(tmp_path / "scenarios.yaml")
    staging, laptop = known.target("staging"), known.target("laptop")

    assert (str(staging.cluster), str(laptop.cluster)) == (
        "kubeconfig env:STAGING_KUBECONFIG, context staging",
        "kind cluster laptop",
    )
    assert "registry.example.com/qa/desktop:0.1.0" in manifests.needs(staging, known, ROOT).images
    assert "sessionproof.local/desktop:0.1.0" in manifests.needs(laptop, known, ROOT).images
