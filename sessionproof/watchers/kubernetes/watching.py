"""One kind of objects, listed and watched for as long as the hub lives."""

from __future__ import annotations

import threading
from typing import Any, Protocol

from sessionproof.clients import kubernetes
from sessionproof.clients.kubernetes import errors, masking
from sessionproof.clients.kubernetes.transport import Stream
from sessionproof.model.clock import Clock, Moment
from sessionproof.timeline import Change

FIRST_RETRY = 0.02
LONGEST_RETRY = 0.5
"""Seconds between attempts to reach a server that is away: doubled from the first to the longest."""
STREAM_SECONDS = 60
"""The server ends a stream after so long; it is resumed where it ended."""
LIST_SECONDS = 5.0
REFUSAL_GRACE = 5.0
"""A server that has just started may refuse rights it grants a moment later; so long it is an outage."""

Key = tuple[str, str]


class Sink(Protocol):
    """Where a watch tells what it sees; called from the watch's thread."""

    def seen(self, kind: kubernetes.ResourceType, change: Change, body: Any, at: Moment) -> None: ...
    def missed(self, kind: kubernetes.ResourceType, since: Moment, note: str) -> None: ...
    def synced(self, kind: kubernetes.ResourceType) -> None: ...
    def away(self, kind: kubernetes.ResourceType, error: Exception) -> None: ...
    def back(self, kind: kubernetes.ResourceType) -> None: ...
    def refused(self, kind: kubernetes.ResourceType, error: Exception) -> None: ...


class Watch:
    """
    List, then watch; resume by version, list anew when the version has expired.

    What the list after an expiry shows is compared with what was known, so that nothing is invented and
    an object that vanished meanwhile is told as gone; the stretch itself is told as missed.
    """

    def __init__(
        self,
        client: kubernetes.Client,
        kind: kubernetes.ResourceType,
        namespace: str,
        labels: str,
        sink: Sink,
        clock: Clock,
    ) -> None:
        self.kind = kind
        self._client = client
        self._namespace = namespace if kind.namespaced else ""
        self._labels = labels
        self._sink = sink
        self._clock = clock
        self._known: dict[Key, dict[str, Any]] = {}
        self._version = ""
        self._ever_listed = False
        self._connected: Moment = clock.now()
        self._stopping = threading.Event()
        self._stream: Stream | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {kind}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end and wake it from its read; returns at once."""
        self._stopping.set()
        stream = self._stream
        if stream is not None:
            stream.close()

    def join(self, seconds: float) -> bool:
        """Wait for the thread to end; tell whether it did."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause = FIRST_RETRY
        while not self._stopping.is_set():
            try:
                if not self._version:
                    self._list()
                opened = self._follow()
                pause = FIRST_RETRY if opened else pause
                continue
            except errors.Expired:
                self._version = ""
                continue
            except errors.NotFound:
                # The kind is not served (yet): its CRD may come. Whatever there was of it is gone.
                self._version = ""
                if self._known:
                    self._replace([])
                self._sink.synced(self.kind)
                self._sink.back(self.kind)
            except errors.Refused as error:
                since = self._clock.now().after(self._connected)
                if not self._ever_listed or since > REFUSAL_GRACE:
                    self._sink.refused(self.kind, error)
                    self._sink.synced(self.kind)
                    return
                self._tell_away(error)
            except errors.ApiError as error:
                self._tell_away(error)
            except Exception as error:  # a watch that died in silence would look like a world at rest
                self._sink.refused(self.kind, error)
                self._sink.synced(self.kind)
                return
            self._stopping.wait(pause)
            pause = min(LONGEST_RETRY, pause * 2)

    def _tell_away(self, error: Exception) -> None:
        if not self._stopping.is_set():
            self._sink.away(self.kind, error)

    def _list(self) -> None:
        listing = self._client.listing(self.kind, self._namespace, labels=self._labels, seconds=LIST_SECONDS)
        self._replace(listing.items)
        self._version = listing.resource_version
        self._ever_listed = True
        self._sink.synced(self.kind)

    def _replace(self, items: list[dict[str, Any]]) -> None:
        """Take a list for the truth and tell what it changes."""
        at = self._clock.now()
        there = {_key(item): item for item in items}
        if self._ever_listed:
            self._sink.missed(self.kind, self._connected, f"{self.kind} listed anew, changes may be missing")
        for key in [key for key in self._known if key not in there]:
            self._gone(key, at)
        for item in items:
            self._present(item, at)

    def _follow(self) -> bool:
        """Read one stream to its end; tell whether it brought anything."""
        stream = self._client.watch(
            self.kind, self._namespace, self._version, labels=self._labels, seconds=STREAM_SECONDS
        )
        self._stream = stream
        if self._stopping.is_set():
            stream.close()
        self._connected = self._clock.now()
        self._sink.back(self.kind)
        brought = False
        try:
            for event in stream:
                brought = True
                self._take(event)
        finally:
            self._stream = None
            self._connected = self._clock.now()
        if not brought and not self._stopping.is_set():
            # Ended at once and in good order: do not ask in a tight loop.
            self._stopping.wait(FIRST_RETRY)
        return brought

    def _take(self, event: dict[str, Any]) -> None:
        body = event.get("object") or {}
        if event.get("type") == "ERROR":
            raise errors.from_status(f"WATCH {self.kind}", int(body.get("code") or 500), body)
        at = self._clock.now()
        if event.get("type") == "DELETED":
            self._known[_key(body)] = masking.masked(body)
            self._gone(_key(body), at)
        elif event.get("type") in ("ADDED", "MODIFIED"):
            self._present(body, at)
        # Last, so that a failure above makes the server tell this event again.
        self._version = (body.get("metadata") or {}).get("resourceVersion") or self._version

    def _present(self, body: dict[str, Any], at: Moment) -> None:
        key = _key(body)
        before = self._known.get(key)
        if before is not None and before["metadata"].get("uid") != body["metadata"].get("uid"):
            self._gone(key, at)
            before = None
        if before is not None and _version(before) == _version(body):
            return
        self._known[key] = shown = masking.masked(body)
        if before is not None:
            change = Change.CHANGED
        elif self._ever_listed:
            change = Change.APPEARED
        else:
            change = Change.OBSERVED
        self._sink.seen(self.kind, change, shown, at)

    def _gone(self, key: Key, at: Moment) -> None:
        self._sink.seen(self.kind, Change.GONE, self._known.pop(key), at)


def _key(body: dict[str, Any]) -> Key:
    about = body["metadata"]
    return about.get("namespace", ""), about["name"]


def _version(body: dict[str, Any]) -> str:
    return str(body["metadata"].get("resourceVersion", ""))
