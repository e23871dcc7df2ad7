"""What of a VDISession can be watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sessionproof import waiting
from sessionproof.adapters.vdi import objects
from sessionproof.adapters.vdi.objects import PART_KINDS
from sessionproof.ports.sessions import Session
from sessionproof.timeline import Subject
from sessionproof.waiting import Reading, hints


def phase(session: Session) -> Reading:
    """Its phase; None while it has none yet, ABSENT while it is not there."""
    return _status(session, "phase")


def message(session: Session) -> Reading:
    """Its message to a person."""
    return _status(session, "message")


def url(session: Session) -> Reading:
    """Its address."""
    return _status(session, "url")


def presence(session: Session) -> Reading:
    """True while the session is there in any phase, ABSENT before and after."""
    return waiting.reading(f"{session}: its object", session.subject, lambda _: True, hints=_hints(session))


def parts(session: Session, kinds: Sequence[str] | None = None) -> Reading:
    """``Kind name`` of everything that carries the session's label, sorted."""
    looked_at = tuple(kinds or PART_KINDS)

    def of_session(things: Mapping[Subject, Any]) -> tuple[str, ...]:
        return tuple(sorted(str(subject) for subject, item in things.items() if _is_part(session, item)))

    return waiting.across(f"{session}: what it owns", looked_at, of_session, hints=_hints(session))


def identities(session: Session, kind: str) -> Reading:
    """``name (uid)`` of its parts of one kind whose deletion has not begun, sorted."""

    def of_session(things: Mapping[Subject, Any]) -> tuple[str, ...]:
        return tuple(
            sorted(
                f"{subject.name} ({item['metadata']['uid']})"
                for subject, item in things.items()
                if _is_part(session, item) and not _is_leaving(item)
            )
        )

    return waiting.across(f"{session}: its {kind}", kind, of_session, hints=_hints(session))


def incarnation(session: Session) -> Reading:
    """For each of its pods the uid, how often its containers began anew, and whether it is going."""

    def of_session(things: Mapping[Subject, Any]) -> tuple[str, ...]:
        return tuple(sorted(_incarnation(item) for item in things.values() if _is_part(session, item)))

    return waiting.across(f"{session}: its pod", "Pod", of_session, hints=_hints(session))


def placement(session: Session) -> Reading:
    """What the scheduler says of its pod; None while it has said nothing, ABSENT while there is no pod."""
    return waiting.reading(
        f"{session}: the placement of its pod",
        session.subject._replace(kind="Pod"),
        _placement,
        hints=_hints(session),
    )


def started(session: Session) -> Reading:
    """When it was first Running, by its own status."""
    return waiting.reading(
        f"{session}: start of its lifetime",
        session.subject,
        lambda item: _epoch(item.get("status", {}).get("startTime")),
        hints=_hints(session),
    )


def ending(session: Session) -> Reading:
    """When its deletion was asked for, by the API server's stamp."""
    return waiting.reading(
        f"{session}: its end",
        session.subject,
        lambda item: _epoch(item["metadata"].get("deletionTimestamp")),
        hints=_hints(session),
    )


def events(session: Session, kind: str) -> Reading:
    """Reasons of the events of one type (``Warning``, ``Normal``) about it, sorted."""

    def about_session(things: Mapping[Subject, Any]) -> tuple[str, ...]:
        return tuple(sorted(event["reason"] for event in things.values() if _is_about(session, event, kind)))

    return waiting.across(f"{session}: {kind} events", "Event", about_session)


def _status(session: Session, field: str) -> Reading:
    return waiting.reading(
        f"{session}: {field}",
        session.subject,
        lambda item: item.get("status", {}).get(field),
        hints=_hints(session),
    )


def _hints(session: Session) -> tuple[waiting.Hint, ...]:
    pod = session.subject._replace(kind="Pod")
    return (hints.message_of(session.subject), hints.pod_trouble(pod), hints.last_warning(session.subject))


def _is_part(session: Session, item: Mapping[str, Any]) -> bool:
    return objects.is_part(session.subject.name, item)


def _is_leaving(item: Mapping[str, Any]) -> bool:
    return "deletionTimestamp" in item["metadata"]


def _incarnation(pod: Mapping[str, Any]) -> str:
    containers = pod.get("status", {}).get("containerStatuses") or ()
    restarts = sum(container["restartCount"] for container in containers)
    return f"{pod['metadata']['uid']}, {restarts} restarts" + (", going" if _is_leaving(pod) else "")


def _placement(pod: Mapping[str, Any]) -> str | None:
    if pod["spec"].get("nodeName"):
        return "scheduled"
    conditions = pod.get("status", {}).get("conditions") or ()
    return next((each.get("reason") for each in conditions if each["type"] == "PodScheduled"), None)


def _epoch(stamp: str | None) -> float | None:
    return datetime.fromisoformat(stamp).timestamp() if stamp else None


def _is_about(session: Session, event: Mapping[str, Any], kind: str) -> bool:
    about = event.get("involvedObject", {})
    return bool(
        event.get("type") == kind
        and about.get("kind") == "VDISession"
        and about.get("name") == session.subject.name
    )
