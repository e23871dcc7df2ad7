"""Figures of one unit as a picture: a bar to the median, a whisker from the smallest to the largest sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.figures import Figure

WIDTH, LEFT, RIGHT = 760, 230, 90
ROW, TOP, BOTTOM = 30, 44, 16
_INK, _FAINT, _GRID, _LIMIT = "#1b2733", "#5a6875", "#e3e8ec", "#c0392b"
_OURS, _THEIRS = "#8fd3bb", "#b8d9f0"


def drawn(title: str, rows: Sequence[tuple[str, Figure]], *, ours: str) -> str:
    """
    The picture as SVG, on white, so that it is read on a dark page too.

    :param rows: names and figures, which have one unit.
    :param ours: how the names begin whose bars are set off; a budget is a dashed line.
    """
    top = _round_up(max(max(figure.samples) for _, figure in rows))
    scale = (WIDTH - LEFT - RIGHT) / top
    height = TOP + ROW * len(rows) + BOTTOM
    unit = rows[0][1].unit
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'font-family="sans-serif" font-size="13" fill="{_INK}" role="img" aria-label="{escape(title)}">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="12" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for step in range(5):
        x = LEFT + step / 4 * top * scale
        parts += [
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{height - BOTTOM}" stroke="{_GRID}"/>',
            f'<text x="{x:.1f}" y="{TOP - 10}" font-size="10" fill="{_FAINT}" text-anchor="middle">'
            f"{number(step / 4 * top)}</text>",
        ]
    for row, (name, figure) in enumerate(rows):
        parts += _row(TOP + ROW * row, name, figure, scale, _OURS if name.startswith(ours) else _THEIRS)
    for _, figure in rows:
        if figure.budget:
            x = LEFT + figure.budget.limit * scale
            parts.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{height - BOTTOM}" stroke="{_LIMIT}" '
                f'stroke-dasharray="5 3"><title>budget {number(figure.budget.limit)} {unit}</title></line>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _row(y: int, name: str, figure: Figure, scale: float, colour: str) -> list[str]:
    low, middle, high = (
        LEFT + max(0.0, x) * scale for x in (min(figure.samples), figure.median, max(figure.samples))
    )
    centre = y + ROW / 2 - 2
    return [
        f'<text x="{LEFT - 10}" y="{centre + 5}" text-anchor="end">{escape(name)}</text>',
        f'<rect x="{LEFT}" y="{y + 4}" width="{middle - LEFT:.1f}" height="{ROW - 12}" fill="{colour}"/>',
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{centre}" y2="{centre}" stroke="{_INK}"/>',
        f'<text x="{high + 8:.1f}" y="{centre + 5}">{number(figure.median)} {escape(figure.unit)}</text>',
    ]


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5 and 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= value)


def number(value: float) -> str:
    """Three digits that matter, never an exponent."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{min(decimals, 4)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
