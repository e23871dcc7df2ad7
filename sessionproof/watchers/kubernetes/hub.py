"""The hub: watches a namespace once per process, forwards to the scenarios attached to it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from sessionproof.clients import kubernetes
from sessionproof.clients.kubernetes import kinds
from sessionproof.errors import TargetUnavailable
from sessionproof.model.clock import Clock, Moment, SystemClock
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting.readings import KUBERNETES_WATCH
from sessionproof.watchers.kubernetes.belonging import Belonging
from sessionproof.watchers.kubernetes.watching import Watch

WATCHED: tuple[kubernetes.ResourceType, ...] = (
    kinds.POD,
    kinds.EVENT,
    kinds.LEASE,
    kinds.PVC,
    kinds.SERVICE,
    kinds.ENDPOINT_SLICE,
    kinds.INGRESS,
    kinds.SECRET,
)
"""What every hub watches; add the product's own kinds to it."""
ERROR_BOUND = 0.05
"""
Seconds an entry may be later than the write while the server can be reached.

Measured with 300 writes on a busy two-core machine that runs the cluster too: from the write's confirmation
to its entry p50 0.3, p99 2.6, max 27 ms.
"""
SYNC_SECONDS = 10.0
CLOSE_SECONDS = 0.9
_HELD = 5000


class Attachment:
    """One scenario's subscription to a hub; ``detach`` when the scenario ends."""

    def __init__(self, hub: Hub, timeline: Timeline, scenario: str | None) -> None:
        self._hub = hub
        self._timeline = timeline
        self._belonging = Belonging(scenario)
        self._held: deque[tuple[Moment, Subject, Change, Any]] = deque(maxlen=_HELD)
        self._told: set[str] = set()
        self._outage: int | None = None

    def follow(self, subject: Subject) -> None:
        """Also record *subject*, which need not exist yet or carry a label, and what belongs to it."""
        with self._hub.lock:
            self._belonging.follow(subject)
            self._release()
            self.observe()

    def detach(self) -> None:
        """Record nothing more; a second time does nothing."""
        self._hub.detach(self)

    # Called by the hub, which holds its lock.

    def observe(self) -> None:
        """Record what is there, is ours and was not told yet."""
        before = -1
        while before != self._belonging.size():
            before = self._belonging.size()
            for subject, body in self._hub.present():
                if body["metadata"].get("uid") not in self._told and self._belonging.takes(subject, body):
                    self._record(self._timeline.now(), subject, Change.OBSERVED, body)

    def seen(self, at: Moment, subject: Subject, change: Change, body: Any) -> None:
        known = self._belonging.size()
        if not self._belonging.takes(subject, body):
            self._held.append((at, subject, change, body))
            return
        self._record(at, subject, change, body)
        if self._belonging.size() != known:
            self._release()

    def missed(self, since: Moment, kind: str, note: str) -> None:
        self._timeline.gap(KUBERNETES_WATCH, Subject(kind, self._hub.namespace, ""), since, note)

    def away(self, reason: str) -> None:
        if self._outage is None:
            server = Subject("Source", self._hub.namespace, "API server")
            self._outage = self._timeline.open_span(reason, server, kind="outage", source=KUBERNETES_WATCH)

    def back(self) -> None:
        if self._outage is not None:
            self._timeline.close_span(self._outage, "the API server answers again")
            self._outage = None

    def refused(self, kind: str, error: Exception) -> None:
        self._timeline.refuse(KUBERNETES_WATCH, kind, error)

    def _record(self, at: Moment, subject: Subject, change: Change, body: Any) -> None:
        uid = body["metadata"].get("uid", "")
        if change is Change.GONE:
            self._told.discard(uid)
        else:
            self._told.add(uid)
        self._timeline.record(KUBERNETES_WATCH, subject, change, body, at=at)

    def _release(self) -> None:
        """Record what was held back and turns out to be ours: a pod may be seen before its owner is."""
        known = -1
        while known != self._belonging.size():
            known = self._belonging.size()
            waiting, self._held = self._held, deque(maxlen=_HELD)
            for held in waiting:
                at, subject, change, body = held
                if self._belonging.takes(subject, body):
                    self._record(at, subject, change, body)
                else:
                    self._held.append(held)


class Hub:
    """
    Watches one namespace (or, with ``namespace=""``, all of them by a label selector).

    One per process and namespace: its threads start with the first attachment and live until ``close``.
    Each kind costs one thread and one connection, which sleep while nothing happens.
    """

    def __init__(
        self,
        client: kubernetes.Client,
        namespace: str,
        watched: Sequence[kubernetes.ResourceType] = WATCHED,
        *,
        labels: str = "",
        clock: Clock | None = None,
    ) -> None:
        self.namespace = namespace
        self.lock = threading.RLock()
        self._clock = clock or SystemClock()
        self._synced = threading.Condition(self.lock)
        self._present: dict[Subject, dict[str, Any]] = {}
        self._attached: list[Attachment] = []
        self._unsynced = {kind.kind for kind in watched}
        self._away: dict[str, str] = {}
        self._refused: dict[str, Exception] = {}
        self._started = False
        self._watches = [Watch(client, kind, namespace, labels, self, self._clock) for kind in watched]

    def attach(
        self,
        timeline: Timeline,
        scenario: str | None = None,
        *,
        follow: Iterable[Subject] = (),
        within: float = SYNC_SECONDS,
    ) -> Attachment:
        """
        Record into *timeline* what belongs to *scenario*, beginning with what is there already.

        :param scenario: value of the label ``sessionproof.io/scenario``; ``None`` records everything.
        :param follow: subjects that belong to it without a label.
        :raises TargetUnavailable: if the first look at the cluster does not succeed in *within* seconds.
        """
        timeline.source(KUBERNETES_WATCH, ERROR_BOUND)
        attachment = Attachment(self, timeline, scenario)
        with self.lock:
            if not self._started:
                self._started = True
                for watch in self._watches:
                    watch.start()
            if not self._synced.wait_for(lambda: not self._unsynced, within):
                missing = ", ".join(sorted(self._unsynced))
                raise TargetUnavailable(
                    f"the API server did not list {missing} in namespace '{self.namespace}' within "
                    f"{within:g} s: {next(iter(self._away.values()), 'no answer yet')}"
                )
            self._attached.append(attachment)
            for kind, error in self._refused.items():
                attachment.refused(kind, error)
            for reason in self._away.values():
                attachment.away(reason)
            for subject in follow:
                attachment.follow(subject)
            attachment.observe()
        return attachment

    def detach(self, attachment: Attachment) -> None:
        with self.lock:
            if attachment in self._attached:
                self._attached.remove(attachment)

    def present(self) -> list[tuple[Subject, dict[str, Any]]]:
        """Everything there now, of all kinds, owners before what they own where the kinds' order allows."""
        with self.lock:
            return list(self._present.items())

    def close(self) -> bool:
        """
        End all watches within a second; tell whether all their threads ended.

        A thread in the middle of a request that hangs is left to end by its own time-out.
        """
        for watch in self._watches:
            watch.stop()
        if not self._started:
            return True
        end = self._clock.now().later(CLOSE_SECONDS)
        ended = [watch.join(max(0.0, end.after(self._clock.now()))) for watch in self._watches]
        return all(ended)

    # What the watches tell, each from its own thread.

    def seen(self, kind: kubernetes.ResourceType, change: Change, body: Any, at: Moment) -> None:
        about = body["metadata"]
        subject = Subject(kind.kind, about.get("namespace", ""), about["name"])
        with self.lock:
            if change is Change.GONE:
                self._present.pop(subject, None)
            else:
                self._present[subject] = body
            for attachment in self._attached:
                attachment.seen(at, subject, change, body)

    def missed(self, kind: kubernetes.ResourceType, since: Moment, note: str) -> None:
        with self.lock:
            for attachment in self._attached:
                attachment.missed(since, kind.kind, note)

    def synced(self, kind: kubernetes.ResourceType) -> None:
        with self.lock:
            self._unsynced.discard(kind.kind)
            self._synced.notify_all()

    def away(self, kind: kubernetes.ResourceType, error: Exception) -> None:
        with self.lock:
            first = not self._away
            self._away[kind.kind] = str(error)
            if first:
                for attachment in self._attached:
                    attachment.away(str(error))

    def back(self, kind: kubernetes.ResourceType) -> None:
        with self.lock:
            if self._away.pop(kind.kind, None) is not None and not self._away:
                for attachment in self._attached:
                    attachment.back()

    def refused(self, kind: kubernetes.ResourceType, error: Exception) -> None:
        with self.lock:
            self._away.pop(kind.kind, None)
            self._refused[kind.kind] = error
            for attachment in self._attached:
                attachment.refused(kind.kind, error)
