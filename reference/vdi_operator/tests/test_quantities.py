"""Quantities and durations become numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from vdi_operator import quantities


@pytest.mark.parametrize(
    ("quantity", "number"),
    [("2", 2), (2, 2), ("500m", "0.5"), ("4Gi", 4 * 1024**3), ("1e3", 1000), (".5k", 500), ("1E", 10**18)],
)
def test_quantity_is_read_as_kubernetes_reads_it(quantity: str | int, number: str | int) -> None:
    """Suffixes, exponents and bare numbers."""
    assert quantities.amount(quantity) == Decimal(number)


@pytest.mark.parametrize("quantity", ["", "two", "4 Gi", "4GiB", "1e"])
def test_other_text_is_no_quantity(quantity: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="no quantity"):
        quantities.amount(quantity)


@pytest.mark.parametrize(
    ("quantity", "ratio", "unit", "share"),
    [
        ("2", "1", "m", "2000m"),
        ("2", "0.02", "m", "40m"),
        ("1m", "0.02", "m", "1m"),
        ("4Gi", "0.02", "", "85899346"),
    ],
)
def test_share_is_rounded_up_to_whole_units(quantity: str, ratio: str, unit: str, share: str) -> None:
    """A request is never zero."""
    assert quantities.share(quantity, Decimal(ratio), unit=unit) == share


@pytest.mark.parametrize(("duration", "length"), [("8h", 28800), ("1h30m", 5400), ("90s", 90), ("1m1m", 120)])
def test_duration_adds_its_parts(duration: str, length: int) -> None:
    """Hours, minutes and seconds in any order and number."""
    assert quantities.seconds(duration) == length


@pytest.mark.parametrize("duration", ["", "8", "8d", "-1h", "0h0m"])
def test_duration_of_another_form_or_nothing_is_refused(duration: str) -> None:
    """What admission refuses is refused here too."""
    with pytest.raises(ValueError, match=repr(duration)):
        quantities.seconds(duration)
