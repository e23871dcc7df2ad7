"""Which of two things that were seen by two watches was first."""

from __future__ import annotations

from collections.abc import Mapping

from sessionproof.timeline.entries import Entry


def lateness(first: Entry, then: Entry, slack: float) -> float | None:
    """
    Seconds by which what should have been *first* came after the other; None if it did not, or nobody can tell.

    Each watch is late by up to its bound, and on a busy machine by more. Where both things bear the version with
    which their API server wrote them, their order is the order of the versions: a server numbers all writes of
    a store in one sequence. It is asked only where the times blame somebody: kinds may have stores of their own.

    :param slack: seconds by which the two watches may disagree.
    """
    late = first.at.after(then.at)
    if late <= slack:
        return None
    versions = _version(first), _version(then)
    if versions[0] is not None and versions[1] is not None and versions[0] < versions[1]:
        return None
    return late


def _version(entry: Entry) -> int | None:
    about = entry.value.get("metadata") if isinstance(entry.value, Mapping) else None
    said = str((about or {}).get("resourceVersion", ""))
    return int(said) if said.isdecimal() else None
