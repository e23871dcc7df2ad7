"""The written-ahead list of what a cluster puts on the machine."""

from __future__ import annotations

from pathlib import Path

from sessionproof_cluster import ledger


def test_entries_are_read_in_the_order_written(tmp_path: Path) -> None:
    """Two writes make one list."""
    first, second = ledger.Entry("interface", "sp-a"), ledger.Entry("route", "unreachable 10.64.0.0/16")
    ledger.write(tmp_path, [first])
    ledger.write(tmp_path, [second])

    assert ledger.read(tmp_path) == [first, second]


def test_a_line_cut_off_by_a_crash_costs_only_itself(tmp_path: Path) -> None:
    """The machine may die in the middle of a write."""
    ledger.write(tmp_path, [ledger.Entry("interface", "sp-a")])
    with (tmp_path / ledger.FILE).open("a") as file:
        file.write('{"kind": "rou')

    assert ledger.read(tmp_path) == [ledger.Entry("interface", "sp-a")]


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    """Nothing was made."""
    assert ledger.read(tmp_path) == []
