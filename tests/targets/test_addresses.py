"""How a ledger names a cluster, and which ones a janitor looks at."""

from __future__ import annotations

from pathlib import Path

import pytest
import sessionproof_cluster

from sessionproof.catalogue import ClusterReference, Reference, Target
from sessionproof.targets import address_of, known


def test_an_address_survives_the_folder_it_was_made_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths are absolute, variables are replaced by what they held."""
    monkeypatch.setenv("FAR", "/somewhere/config")
    from_file = ClusterReference(kubeconfig=Reference("file", "far.yaml", tmp_path), context="qa")
    from_variable = ClusterReference(kubeconfig=Reference("env", "FAR"))

    assert f"kubeconfig:{tmp_path}/far.yaml#qa" == address_of(from_file)
    assert "kubeconfig:/somewhere/config" == address_of(from_variable)


def test_a_target_that_is_not_set_up_here_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are, once each."""
    monkeypatch.setattr(sessionproof_cluster, "clusters", lambda: [])
    monkeypatch.delenv("NOT_SET", raising=False)
    absent = Target("a", "vdi", ClusterReference(kubeconfig=Reference("env", "NOT_SET")))
    here = Target("b", "vdi", ClusterReference(kind="x"))

    assert ["kind:x"] == known([absent, here, here])
