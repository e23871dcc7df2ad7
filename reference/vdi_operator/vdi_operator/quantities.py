"""Kubernetes quantities and the durations of the contract, as numbers."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal

_QUANTITY = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:([eE][+-]?[0-9]+)|([numkMGTPE]|[KMGTPE]i)?)")
_DURATION = re.compile(r"([0-9]+[hms])+")
_PART = re.compile(r"([0-9]+)([hms])")
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}


def amount(quantity: str | int) -> Decimal:
    """
    The plain number that *quantity* stands for, e.g. 4294967296 for ``4Gi`` and 0.5 for ``500m``.

    :raises ValueError: if it is no Kubernetes quantity.
    """
    match = _QUANTITY.fullmatch(str(quantity))
    if match is None:
        raise ValueError(f"{quantity!r} is no quantity such as 2, 500m or 4Gi")
    digits, exponent, suffix = match.groups()
    if exponent:
        return Decimal(digits + exponent)
    if suffix in _BINARY:
        return Decimal(digits) * Decimal(1024) ** _BINARY[suffix]
    return Decimal(digits).scaleb(_DECIMAL[suffix or ""])


def share(quantity: str | int, ratio: Decimal, *, unit: str) -> str:
    """
    *quantity* x *ratio* in whole units, rounded up, so that nothing ever requests zero.

    :param unit: ``m`` for thousandths (CPU), empty for ones (bytes).
    """
    whole = (amount(quantity) * ratio).scaleb(-_DECIMAL[unit]).to_integral_value(ROUND_CEILING)
    return f"{int(whole)}{unit}"


def seconds(duration: str) -> float:
    """
    The length of *duration* such as ``8h`` or ``1h30m``.

    :raises ValueError: if it has another form or is not above zero.
    """
    if not _DURATION.fullmatch(duration):
        raise ValueError(f"{duration!r} is no duration such as 8h, 1h30m or 90s")
    total = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(duration))
    if total <= 0:
        raise ValueError(f"{duration!r} is not longer than zero")
    return float(total)
