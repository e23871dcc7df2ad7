"""What of a VDISession can be watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sessionproof import waiting
from sessionproof.adapters.vdi.objects import PART_KINDS, SESSION_LABEL
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


def warnings(session: Session) -> Reading:
    """Reasons of the Warning events about it, sorted."""

    def about_session(things: Mapping[Subject, Any]) -> tuple[str, ...]:
        return tuple(sorted(event["reason"] for event in things.values() if _warns_of(session, event)))

    return waiting.across(f"{session}: warning events", "Event", about_session)


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
    labels = item["metadata"].get("labels") or {}
    return bool(labels.get(SESSION_LABEL) == session.subject.name)


def _warns_of(session: Session, event: Mapping[str, Any]) -> bool:
    about = event.get("involvedObject", {})
    return bool(
        event.get("type") == "Warning"
        and about.get("kind") == "VDISession"
        and about.get("name") == session.subject.name
    )
