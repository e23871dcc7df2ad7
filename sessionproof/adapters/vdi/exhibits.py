"""What is kept of a failing instant of a VDI story: the objects, what was said about them, and the logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from sessionproof.adapters.vdi.platform import OPERATOR
from sessionproof.adapters.vdi.product import VdiProduct
from sessionproof.clients.kubernetes import ApiError
from sessionproof.evidence import Evidence, Exhibit
from sessionproof.timeline import Subject

_LOG_LINES = 400
"""Of each log the last lines; a whole log is found by its pod while the cluster is up."""


def register(evidence: Evidence, product: VdiProduct) -> None:
    """Let *evidence* ask for what the product knows of a scenario."""
    evidence.register("objects", lambda: list(_objects(product)))
    evidence.register("events", lambda: _events(product))
    evidence.register("session logs", lambda: list(_session_logs(product)))
    evidence.register("operator log", lambda: _operator_log(product))


def _objects(product: VdiProduct) -> Iterator[Exhibit]:
    """Every object of the scenario as it was last seen; one that is gone says so."""
    timeline = product.timeline
    for subject in timeline.subjects():
        latest = timeline.latest(subject)
        if latest is None or subject.kind == "Event" or not isinstance(latest.value, dict):
            continue
        state = "" if latest.present else f" (gone {latest.at.iso()})"
        shown = yaml.safe_dump(_without_bookkeeping(latest.value), sort_keys=False, allow_unicode=True)
        yield Exhibit(f"{subject}{state}", shown, "application/yaml")


def _events(product: VdiProduct) -> Exhibit:
    lines = []
    for entry in product.timeline.entries(kind="Event"):
        if entry.present:
            event = entry.value
            about = event.get("involvedObject", {})
            after = entry.at.after(product.timeline.began)
            lines.append(
                f"{after:8.3f} s  {event.get('type', ''):8}{about.get('kind')} {about.get('name')}: "
                f"{event.get('reason')}: {event.get('message', '')}"
            )
    return Exhibit("events", "\n".join(lines) or "no event was seen")


def _session_logs(product: VdiProduct) -> Iterator[Exhibit]:
    for subject in product.timeline.subjects("Pod"):
        if (written := _log(product, subject)) is not None:
            yield Exhibit(f"log of {subject}", written)
        if (written := _log(product, subject, previous=True)) is not None:
            yield Exhibit(f"log of {subject} before its restart", written)


def _operator_log(product: VdiProduct) -> Exhibit | None:
    for pod in product.client.list(
        product.client.kind("v1", "Pod"),
        product.platform.home,
        labels=f"app.kubernetes.io/name={OPERATOR}",
    ):
        subject = Subject("Pod", product.platform.home, pod["metadata"]["name"])
        return Exhibit("log of the operator", _log(product, subject) or "it wrote nothing")
    return None


def _log(product: VdiProduct, pod: Subject, *, previous: bool = False) -> str | None:
    seconds = int(product.timeline.now().after(product.timeline.began)) + 1
    try:
        return product.client.logs(
            pod.name,
            pod.namespace,
            previous=previous,
            since_seconds=None if previous else seconds,
            tail=_LOG_LINES,
        )
    except ApiError:
        # Gone, or never started: the timeline tells which, and says more about it than this error would.
        return None


def _without_bookkeeping(item: dict[str, Any]) -> dict[str, Any]:
    about = {key: value for key, value in item.get("metadata", {}).items() if key != "managedFields"}
    return {**item, "metadata": about}
