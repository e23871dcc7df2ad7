"""The cluster that the cases run on, and the telling of one story."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sessionproof_cluster import Cluster

from tests.power import staging
from tests.power.staging import Act, Platform, Result, Run

_log = logging.getLogger(__name__)

Tell = Callable[..., Result]


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The embedded cluster that ``SESSIONPROOF_CLUSTER`` names; an error says how to raise it."""
    return staging.cluster(os.environ.get("SESSIONPROOF_CLUSTER", "default"))


@pytest.fixture
def tell(cluster: Cluster, tmp_path: Path) -> Iterator[Tell]:
    """Tells one story on a platform of its own; afterwards nothing of it may be left."""
    runs: list[Run] = []

    def tell(
        feature: str,
        scenario: str,
        *,
        operator: str = "",
        budgets: Mapping[str, float] | None = None,
        acts: Mapping[str, Act] | None = None,
        besides: Sequence[Mapping[str, Any]] = (),
    ) -> Result:
        platform = Platform(cluster, tmp_path, operator, budgets or {}, besides)
        run = Run(platform, (feature, scenario))
        runs.append(run)
        run.tell(acts or {})
        _log.info("done: %s", "; ".join(run.proofs) or "nothing")
        _log.info("said: %s", run.result.message)
        return run.result

    yield tell
    for run in runs:
        run.close()
        assert not (left := staging.left_of(run.id)), f"left of the run: {left}"
