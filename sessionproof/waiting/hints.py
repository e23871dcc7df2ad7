"""Likely causes, read off the timeline when a wait on a Kubernetes object has failed."""

from __future__ import annotations

from typing import Any

from sessionproof.timeline import Subject, Timeline
from sessionproof.waiting.readings import Hint


def pod_trouble(pod: Subject) -> Hint:
    """Why a pod does not run: a container's waiting or exit reason, or why it cannot be scheduled."""

    def look(timeline: Timeline) -> str | None:
        latest = timeline.latest(pod)
        if latest is None:
            return f"pod {pod.name}: never seen"
        if not latest.present:
            return f"pod {pod.name}: gone"
        troubles = [*_container_troubles(latest.value), *_condition_troubles(latest.value)]
        return f"pod {pod.name}: {', '.join(troubles)}" if troubles else None

    return look


def last_warning(subject: Subject) -> Hint:
    """The last Warning event about *subject*."""

    def look(timeline: Timeline) -> str | None:
        about = [
            entry.value
            for entry in timeline.entries(kind="Event")
            if entry.present
            and entry.value.get("type") == "Warning"
            and entry.value.get("involvedObject", {}).get("kind") == subject.kind
            and entry.value.get("involvedObject", {}).get("name") == subject.name
        ]
        if not about:
            return None
        event = about[-1]
        return f"event on {subject}: {event.get('reason')}: {event.get('message', '')[:200]}"

    return look


def message_of(subject: Subject) -> Hint:
    """What the object's own status says (``status.message``)."""

    def look(timeline: Timeline) -> str | None:
        latest = timeline.latest(subject)
        if latest is None or not latest.present:
            return None
        text = (latest.value.get("status") or {}).get("message")
        return f"{subject}: {text}" if text else None

    return look


def _container_troubles(pod: dict[str, Any]) -> list[str]:
    status = pod.get("status") or {}
    found = []
    for container in [*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())]:
        state = container.get("state") or {}
        if waiting := state.get("waiting"):
            if waiting.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
                found.append(f"{waiting['reason']} ({container['name']})")
        elif (ended := state.get("terminated")) and ended.get("exitCode"):
            found.append(f"{ended.get('reason', 'exited')} {ended['exitCode']} ({container['name']})")
        if (before := container.get("lastState", {}).get("terminated")) and container.get("restartCount"):
            found.append(
                f"restarts: {container['restartCount']}, the last after {before.get('reason', 'an end')} "
                f"{before.get('exitCode')} ({container['name']})"
            )
    return found


def _condition_troubles(pod: dict[str, Any]) -> list[str]:
    return [
        f"{condition.get('reason')}: {condition.get('message', '')[:200]}"
        for condition in (pod.get("status") or {}).get("conditions", ())
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False"
    ]
