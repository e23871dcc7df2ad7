"""Control groups, as folders that come and go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sessionproof_cluster import cgroups


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hierarchy with the group ``top`` and two groups of two below it."""
    monkeypatch.setattr(cgroups, "hierarchies", lambda: [tmp_path])
    for name in ("one/inner", "two/inner"):
        (tmp_path / "top" / name).mkdir(parents=True)
    return tmp_path


def test_groups_that_go_while_they_are_looked_through_are_passed_over(hierarchy: Path) -> None:
    """Another pod's end is no error of whoever looks for this one."""
    seen = []
    for group in cgroups._within("top"):
        if not seen:
            shutil.rmtree(hierarchy / "top" / ("two" if group.parent.name == "one" else "one"))
        seen.append(group.name)

    assert "inner" == seen[0]
    assert "top" == seen[-1]
    assert 3 == len(seen)


def test_what_is_below_comes_before_what_holds_it(hierarchy: Path) -> None:
    """So that all can be removed in this order."""
    assert cgroups.remove("top")
    assert [] == list(hierarchy.iterdir())


@pytest.mark.usefixtures("hierarchy")
def test_groups_are_found_by_a_part_of_their_name() -> None:
    """In every hierarchy, at any depth."""
    assert ["inner", "inner"] == [group.name for group in cgroups.holding("top", "inn")]
