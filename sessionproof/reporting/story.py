"""The page of one scenario, for somebody who does not know what a pod is: verdict, measures, picture."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from sessionproof.reporting import picture
from sessionproof.reporting.told import Measure, Told
from sessionproof.reporting.verdicts import Verdict

PICTURE_BYTES = 100_000
"""Largest picture that stands in the page itself; a report carries it in its data."""

_TONE = {
    Verdict.PASSED: ("#0b6e4f", "#e8f5ef", "✔"),
    Verdict.FAILED: ("#a93226", "#fbeceb", "✘"),
    Verdict.NOT_RUN: ("#8a5a00", "#fdf3df", "!"),
    Verdict.SKIPPED: ("#56616b", "#eef1f3", "–"),
}
_MEANING = {
    Verdict.PASSED: "Everything this story promises was seen to hold.",
    Verdict.FAILED: "The product broke a promise of this story.",
    Verdict.NOT_RUN: "This story has no verdict on the product: it could not be carried out.",
    Verdict.SKIPPED: "This story was left out.",
}
_CELL = "padding:3px 6px;border-bottom:1px solid #e3e8ec;text-align:left"


def page(scenario: Any, verdict: Verdict, told: Told) -> str:
    """
    The page as HTML without scripts and without anything fetched from elsewhere.

    What went wrong is not in it: every report shows a result's message above its page.
    """
    parts = [
        _verdict(verdict, told),
        _words(scenario),
        _measures(told.measures),
        _timeline(told),
        _snapshots(told.snapshots),
        _ending(told),
    ]
    return f'<div style="font-family:Helvetica,Arial,sans-serif;color:#1b2733">{"".join(parts)}</div>'


def sentence(verdict: Verdict, told: Told) -> str:
    """The verdict in one line."""
    kept = sum(measure.kept for measure in told.measures)
    measured = f" {kept} of {len(told.measures)} limits kept." if told.measures else ""
    return _MEANING[verdict] + measured


def _verdict(verdict: Verdict, told: Told) -> str:
    ink, paper, sign = _TONE[verdict]
    step = f"<div><b>At the step:</b> {escape(told.failed_step)}</div>" if told.failed_step else ""
    return (
        f'<div style="border-left:6px solid {ink};background:{paper};padding:10px 14px;margin-bottom:12px">'
        f'<b style="color:{ink};font-size:16px">{sign} {verdict.words.capitalize()}.</b> '
        f"{escape(sentence(verdict, told))}{step}</div>"
    )


def _words(scenario: Any) -> str:
    shown = [f"<p>{escape(' '.join(scenario.description))}</p>"] if scenario.description else []
    about = " ".join(scenario.feature.description).strip()
    if about:
        shown.append(f'<p style="color:#5a6875"><b>{escape(scenario.feature.name)}.</b> {escape(about)}</p>')
    promises = [
        f"<li><b>{escape(promise.id)}</b> ({escape(promise.priority)}): {escape(promise.text)}</li>"
        for promise in getattr(scenario, "requirements", ())
    ]
    if promises:
        shown.append(f"<p><b>What it shows</b></p><ul>{''.join(promises)}</ul>")
    return "".join(shown)


def _measures(measures: tuple[Measure, ...]) -> str:
    if not measures:
        return ""
    heads = ("Measured", "Limit", "Typical (p50)", "p95", "Worst", "Times", "Exact to", "Kept?")
    head = "".join(f'<th style="{_CELL}">{name}</th>' for name in heads)
    rows = "".join(_row(measure) for measure in measures)
    return (
        '<p><b>Measured against budgets</b></p><table style="border-collapse:collapse;font-size:12px">'
        f"<tr>{head}</tr>{rows}</table>"
    )


def _row(measure: Measure) -> str:
    unit = measure.unit
    limit = f"{'at least' if measure.lower else 'at most'} {measure.limit:g} {measure.limit_unit}"
    verdict = ("#0b6e4f", "✔ kept") if measure.kept else ("#a93226", "✘ not kept")
    figures = {"p50": measure.p50, "p95": measure.p95, "max": measure.max}
    shown = [
        f"<b>{value:.3g} {unit}</b>" if name == measure.at else f"{value:.3g} {unit}"
        for name, value in figures.items()
    ]
    cells = [
        escape(measure.name),
        f'{escape(limit)} <span style="color:#5a6875">({escape(measure.budget)})</span>',
        *shown,
        f"{measure.n} ×",
        f"± {measure.error_bound:.2g} {unit}",
        f'<b style="color:{verdict[0]}">{verdict[1]}</b>',
    ]
    return "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"


def _timeline(told: Told) -> str:
    drawn = picture.svg(told.records, told.failed_at)
    if not drawn:
        return ""
    if len(drawn) > PICTURE_BYTES:
        return f"<p>The timeline's picture is too large for this page ({len(drawn) // 1000} kB).</p>"
    data = base64.b64encode(drawn.encode()).decode()
    return (
        "<p><b>What was seen, second by second</b></p>"
        f'<img alt="timeline" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'
    )


def _snapshots(snapshots: tuple[bytes, ...]) -> str:
    shown = [
        f'<img alt="what the person saw" style="max-width:48%;margin-right:1%;border:1px solid #c5ced6" '
        f'src="data:image/jpeg;base64,{base64.b64encode(picture).decode()}">'
        for picture in snapshots
        if len(picture) <= PICTURE_BYTES
    ]
    return f"<p><b>What was on the screen at the end</b></p>{''.join(shown)}" if shown else ""


def _ending(told: Told) -> str:
    parts = []
    if told.leftovers is not None:
        parts.append(
            "Nothing was left behind: everything this story made was removed and seen to be gone."
            if told.leftovers == 0
            else f"<b>{told.leftovers} things that this story made were left behind.</b>"
        )
    if told.missing_evidence:
        missing = "; ".join(f"{name}: {why}" for name, why in told.missing_evidence.items())
        parts.append(
            f"Evidence that could not be collected ({len(told.missing_evidence)}): {escape(missing)}"
        )
    return "".join(f'<p style="color:#5a6875">{part}</p>' for part in parts)
