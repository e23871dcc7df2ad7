"""Which objects of a shared namespace are a scenario's own."""

from __future__ import annotations

from typing import Any

from sessionproof.timeline import Subject

SCENARIO_LABEL = "sessionproof.io/scenario"
INSTANCE_LABEL = "app.kubernetes.io/instance"
"""Products put the name of the thing they made an object for there."""


class Belonging:
    """
    Decides by label, by owner, by instance and by name; what is taken once draws its dependents along.

    :param scenario: the scenario's id; ``None`` takes everything.
    """

    def __init__(self, scenario: str | None) -> None:
        self._scenario = scenario
        self._followed: set[Subject] = set()
        self._uids: set[str] = set()
        self._names: set[tuple[str, str]] = set()
        self._involved: set[Subject] = set()

    def follow(self, subject: Subject) -> None:
        """Take *subject* from now on, and what belongs to it."""
        self._followed.add(subject)
        self._involved.add(subject)
        self._names.add((subject.namespace, subject.name))

    def takes(self, subject: Subject, body: dict[str, Any]) -> bool:
        """Whether the object is the scenario's own."""
        if self._scenario is None:
            return True
        about = body.get("metadata") or {}
        if about.get("uid") in self._uids:
            return True
        labels = about.get("labels") or {}
        labelled = labels.get(SCENARIO_LABEL) == self._scenario
        if subject.kind == "Event":
            return labelled or self._is_about_ours(body.get("involvedObject") or {})
        owned = any(owner.get("uid") in self._uids for owner in about.get("ownerReferences") or ())
        instance = (subject.namespace, labels.get(INSTANCE_LABEL)) in self._names
        if not (labelled or owned or instance or subject in self._followed):
            return False
        self._uids.add(about.get("uid", ""))
        self._involved.add(subject)
        if labelled:
            self._names.add((subject.namespace, subject.name))
        return True

    def size(self) -> int:
        """Grows whenever something new was taken, so that what was held back is worth another look."""
        return len(self._uids) + len(self._names) + len(self._involved)

    def _is_about_ours(self, involved: dict[str, Any]) -> bool:
        subject = Subject(involved.get("kind", ""), involved.get("namespace", ""), involved.get("name", ""))
        return involved.get("uid") in self._uids or subject in self._involved
