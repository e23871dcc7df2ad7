"""When things are done: kopf's watches, the daemon of each live session, and the end of each deleted one."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import logging
import os
from collections import defaultdict
from typing import Any

import kopf
from aiohttp import web

from vdi_operator import api, cleaning, metrics, naming, objects, sessions
from vdi_operator.events import Events
from vdi_operator.hosts import Hosts
from vdi_operator.objects import Kind, Manifest
from vdi_operator.phases import Observed
from vdi_operator.reconciling import LOOK_AGAIN, Reconciler
from vdi_operator.sessions import Phase, Status
from vdi_operator.settings import Settings
from vdi_operator.statuses import Statuses

RETRY = 1.0
"""Seconds until the next try after the API server failed."""

AT_ONCE = 2
"""Sessions looked at together: more would only queue at the API server, each look taking longer."""

GOING = 5.0
"""Seconds that the end of a session follows the watch before it reports to kopf and is called again."""

_log = logging.getLogger(__name__)
_SESSIONS = (naming.GROUP, naming.VERSION, naming.SESSIONS)


def connect() -> kopf.ConnectionInfo:
    """
    The credentials of the pod, or else of the kubeconfig.

    In a pod the API server is addressed as the kubelet says, so that the operator does not depend on DNS.

    :raises kopf.LoginError: if there are neither.
    """
    settings = kopf.OperatorSettings()
    info = kopf.login_with_service_account(settings=settings)
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT")
    if info and host:
        return dataclasses.replace(info, server=f"https://{f'[{host}]' if ':' in host else host}:{port}")
    info = info or kopf.login_with_kubeconfig(settings=settings)
    if info is None:
        raise kopf.LoginError("no cluster: run in a pod with a service account, or set KUBECONFIG")
    return info


def kopf_settings() -> kopf.OperatorSettings:
    """kopf as the contract and its rights need it."""
    settings = kopf.OperatorSettings()
    settings.persistence.finalizer = naming.FINALIZER
    settings.posting.enabled = False  # events are the product's words, not those of kopf's log
    settings.scanning.disabled = True  # reads neither CustomResourceDefinitions nor Namespaces
    settings.networking.error_backoffs = itertools.repeat(1.0)  # outlives any outage of the API server
    settings.networking.request_timeout = 10.0
    settings.watching.server_timeout = 300  # the API takes whole seconds only
    settings.watching.connect_timeout = 5.0
    settings.process.ultimate_exiting_timeout = 10.0
    return settings


def registry_for(settings: Settings) -> kopf.OperatorRegistry:
    """All handlers of the operator under these settings."""
    registry = kopf.OperatorRegistry()
    _Controller(settings).register(registry)
    return registry


@dataclasses.dataclass
class _Attention:
    """What wakes the handlers of one session, and what keeps them from acting at the same time."""

    bell: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    turn: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)


class _Controller:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = api.Api(connect)
        self.statuses = Statuses(self.client)
        self.known: dict[str, Status] = {}
        hosts = Hosts(self.client, settings, lambda: {uid: seen.url for uid, seen in self.known.items()})
        self.reconciler = Reconciler(self.client, settings, self.statuses, hosts, Events(self.client))
        self.metrics = metrics.Metrics(lambda: [status.phase for status in self.known.values()])
        self.looks = asyncio.Semaphore(AT_ONCE)
        self.attention: dict[str, _Attention] = defaultdict(_Attention)
        self.ghosts: set[str] = set()
        """Uids of owned objects that the watch still remembers though they are gone."""
        self.server: web.AppRunner | None = None

    def register(self, registry: kopf.OperatorRegistry) -> None:
        kopf.on.login(registry=registry)(self.login)
        kopf.on.startup(registry=registry)(self.start)
        kopf.on.cleanup(registry=registry)(self.stop)
        kopf.index(*_SESSIONS, id="seen", registry=registry)(self.see)
        kopf.on.event(*_SESSIONS, registry=registry)(self.session_changed)
        # kopf keeps the progress of these two in annotations named after them, and the method's own name,
        # which begins with an underscore, would be refused: what had to be tried again would never be.
        # Deleted: the daemon is asked to stop and given time to finish its look, then `end` has its turn.
        kopf.daemon(
            *_SESSIONS,
            id="live",
            registry=registry,
            cancellation_backoff=15,
            cancellation_polling=0.2,
            backoff=RETRY,
        )(self.live)
        kopf.on.delete(*_SESSIONS, id="end", registry=registry, backoff=RETRY)(self.end)
        for kind in objects.kinds(self.settings):
            group, _, version = kind.api_version.rpartition("/")
            where: Any = (group, version, kind.plural)
            kopf.index(*where, id="owned", when=_is_owned, registry=registry)(self.own)
            kopf.on.event(*where, id=f"{kind.plural}_changed", when=_is_owned, registry=registry)(
                self.owned_changed
            )

    def login(self, **_: Any) -> kopf.ConnectionInfo:
        return connect()

    async def start(self, **_: Any) -> None:
        port = self.settings.metrics_port
        try:
            self.server = await metrics.serve(self.metrics, port)
        except OSError as error:
            raise kopf.PermanentError(f"METRICS_PORT={port} cannot be served: {error}") from error
        with contextlib.suppress(api.ApiError):
            await self.client.get("/version")  # so that the first look does not pay for the connection
        _log.info("started with %s", self.settings)

    async def stop(self, **_: Any) -> None:
        if self.server:
            await self.server.cleanup()
        await self.client.close()

    def see(self, body: kopf.Body, uid: str, **_: Any) -> dict[str, str]:
        """All sessions are seen before the first is acted on, so that none is given another's host."""
        self.known[uid] = sessions.status_of(body)
        return {uid: ""}

    def own(self, body: kopf.Body, **_: Any) -> dict[str, Manifest]:
        return {objects.owner_uid(body) or "": dict(body)}

    async def session_changed(self, uid: str, type: str | None, **_: Any) -> None:
        if type == "DELETED":
            self._forget(uid)
        else:
            self.attention[uid].bell.set()

    async def owned_changed(self, body: kopf.Body, **_: Any) -> None:
        if attention := self.attention.get(objects.owner_uid(body) or ""):
            attention.bell.set()

    async def live(
        self,
        body: kopf.Body,
        uid: str,
        stopped: kopf.DaemonStopped,
        **watched: Any,
    ) -> None:
        """
        Look at one session again and again, whenever something about it happens, until it is deleted.

        Every `LOOK_AGAIN` seconds the API server itself is asked, whatever the watch has told: after a gap
        (an outage, an expired version) kopf lists anew and does not notice what was deleted meanwhile.
        """
        attention, clock = self.attention[uid], asyncio.get_running_loop().time
        ask_at = clock() + LOOK_AGAIN
        while not stopped:
            attention.bell.clear()
            async with attention.turn:
                if stopped or objects.is_leaving(body):
                    return
                asking = clock() >= ask_at
                pause = await self._look(body, watched["owned"], asking=asking)
                if pause is None:
                    self._forget(uid)
                    return
            if asking:
                ask_at = clock() + LOOK_AGAIN
            pause = min(pause, max(0.0, ask_at - clock()))
            await _first_of(attention.bell.wait(), stopped.wait(), seconds=pause)

    async def _look(self, body: kopf.Body, owned: kopf.Index[str, Manifest], *, asking: bool) -> float | None:
        """Look once; returns the seconds until the next look, or None if the session turns out to be gone."""
        if naming.FINALIZER not in (body["metadata"].get("finalizers") or ()):
            return RETRY  # kopf is adding it; the event of that rings
        try:
            async with self.looks:
                remembered = self._remembered(owned, body["metadata"]["uid"])
                observed = await self._ask(body, remembered) if asking else remembered
                if observed is None:
                    return None
                with self.metrics.reconciling():
                    return await self.reconciler.reconcile(body, observed)
        except api.ApiError as error:
            metadata = body["metadata"]
            _log.warning("%s/%s: will try again: %s", metadata["namespace"], metadata["name"], error)
            return RETRY

    def _remembered(self, owned: kopf.Index[str, Manifest], uid: str) -> Observed:
        by_title = {kind.title: kind for kind in Kind}
        manifests = [body for body in owned.get(uid, ()) if body["metadata"]["uid"] not in self.ghosts]
        return Observed({by_title[body["kind"]]: body for body in manifests})

    async def _ask(self, body: kopf.Body, remembered: Observed) -> Observed | None:
        """What the session owns by the word of the API server; None if there is no such session any more."""
        session = sessions.session_of(body)
        path = api.path(naming.API_VERSION, naming.SESSIONS, session.namespace, session.name)
        try:
            if (await self.client.get(path))["metadata"]["uid"] != session.uid:
                return None
        except api.NotThere:
            return None
        found = await cleaning.find(self.client, session, objects.kinds(self.settings))
        self.ghosts |= _uids(remembered) - _uids(found)
        return found

    def _forget(self, uid: str) -> None:
        self.known.pop(uid, None)
        self.attention.pop(uid, None)
        self.reconciler.forget(uid)

    async def end(self, body: kopf.Body, uid: str, **_: Any) -> None:
        """
        Remove what a deleted session owns; kopf takes the finalizer off when this returns.

        It returns only when the API server says that everything is gone. In between it follows the watch,
        which keeps nobody waiting: each session has a task of its own.
        """
        attention, session = self.attention[uid], sessions.session_of(body)
        status = self.statuses.current(body)
        async with attention.turn:
            await self.statuses.write(body, dataclasses.replace(status, phase=Phase.TERMINATING))
            give_up = asyncio.get_running_loop().time() + GOING
            while True:
                attention.bell.clear()
                left = await cleaning.remove(self.client, session, objects.kinds(self.settings))
                if not left:
                    break
                if asyncio.get_running_loop().time() > give_up:
                    raise kopf.TemporaryError(f"still there: {', '.join(left)}", delay=RETRY)
                await _first_of(attention.bell.wait(), seconds=RETRY)
        if status.startTime:
            duration = self.reconciler.now().timestamp() - status.startTime.timestamp()
            self.metrics.session_duration.labels(session.template).observe(duration)


def _is_owned(body: kopf.Body, **_: Any) -> bool:
    return objects.owner_uid(body) is not None


def _uids(observed: Observed) -> set[str]:
    return {manifest["metadata"]["uid"] for manifest in observed.objects.values()}


async def _first_of(*waits: Any, seconds: float) -> None:
    """Wait until one of *waits* happens, or *seconds* have passed."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
