"""One look at one session: make what is missing, report what is there, return when to look again."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from vdi_operator import api, cleaning, naming, objects, phases, sessions
from vdi_operator.events import Events
from vdi_operator.hosts import Hosts
from vdi_operator.objects import Credentials, Kind, Manifest
from vdi_operator.phases import Observed
from vdi_operator.sessions import Launch, Phase, Session, Status
from vdi_operator.settings import Settings
from vdi_operator.statuses import Statuses

LOOK_AGAIN = 30.0
"""Seconds until the next look if nothing happens; an event of a session or its objects brings it forward."""

RETRY = 2.0
"""Seconds until the next try at something the cluster does not allow yet."""

_log = logging.getLogger(__name__)


class Refused(Exception):
    """The session can never run as it is; the message is what its user reads."""

    def __init__(self, message: str, reason: str = "SessionFailed") -> None:
        super().__init__(message)
        self.reason = reason


class NotYet(Exception):
    """Something stands in the way for now; the message says what."""


@dataclass
class Reconciler:
    """Brings sessions closer to what they ask for; every step can be repeated after a crash at any point."""

    client: api.Api
    settings: Settings
    statuses: Statuses
    hosts: Hosts
    events: Events
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        self._credentials: dict[str, Credentials] = {}
        self._made: dict[str, dict[Kind, float]] = {}
        """When what was made, by the session's uid: on its way here through the watch."""

    async def reconcile(self, body: Mapping[str, Any], observed: Observed) -> float:
        """
        Look at a session once; nothing in here waits for anything but the API server's answers.

        :returns: seconds after which to look again at the latest.
        :raises ApiError: if a request failed for no fault of the session; look again soon.
        """
        session, status = sessions.session_of(body), self.statuses.current(body)
        expires = phases.expires_at(session, status)
        if expires is not None and expires <= self.now().timestamp():
            await self._expire(session)
            return RETRY
        if status.phase is Phase.FAILED:
            await self._remove_half_made(session, status, observed)
            return self._until(expires)
        try:
            return min(await self._proceed(body, session, status, observed), self._until(expires))
        except Refused as refusal:
            await self._fail(body, session, phases.failed(status, str(refusal)), refusal.reason)
            return RETRY

    async def _proceed(
        self, body: Mapping[str, Any], session: Session, status: Status, observed: Observed
    ) -> float:
        if status.launch is None:
            launch = await self._resolve(session)
            await self.statuses.write(body, replace(status, phase=Phase.PENDING, launch=launch))
            return 0.0
        hindrance = None
        try:
            if await self._make_missing(session, status, status.launch, observed):
                return 0.0
        except NotYet as obstacle:
            hindrance = str(obstacle)
        judged = phases.judge(session, status, observed, self.settings, self.now())
        if judged.phase is Phase.FAILED:
            await self._fail(body, session, judged, "SessionFailed")
            return RETRY
        await self.statuses.write(body, replace(judged, message=hindrance) if hindrance else judged)
        return RETRY if hindrance or session.uid in self._made else self._until_deadline(observed)

    async def _resolve(self, session: Session) -> Launch:
        """What the session is to run; decided once, before anything is made."""
        if why := naming.why_unusable(session.name):
            raise Refused(why)
        path = api.path(naming.API_VERSION, naming.TEMPLATES, name=session.template)
        try:
            template = await self.client.get(path)
        except (api.NotThere, api.Invalid):
            raise Refused(f"Template not found: {session.template}", "TemplateNotFound") from None
        return sessions.launch_of(session, template)

    async def _make_missing(
        self, session: Session, status: Status, launch: Launch, observed: Observed
    ) -> bool:
        """
        Make one step's worth of what is missing; True if the next step can be taken at once.

        Each step is a look of its own, so that a look stays short. The Pod comes last: a session that is
        refused before never starts anything.
        """
        credentials = await self._credentials_of(session, observed)
        pod = observed.objects.get(Kind.POD)
        if pod and phases.has_ended(pod) and not objects.is_leaving(pod):
            await self._delete(session, Kind.POD, pod)

        route_kind = objects.route_kind(self.settings)
        there = observed.objects.keys() | self._on_their_way(session, observed)
        missing: list[tuple[Kind, Manifest]] = []
        if Kind.SECRET not in there:
            missing.append((Kind.SECRET, objects.secret(session, credentials)))
        if session.persistent and Kind.CLAIM not in there:
            missing.append((Kind.CLAIM, objects.claim(session, self.settings)))
        if Kind.SERVICE not in there:
            missing.append((Kind.SERVICE, objects.service(session)))
        if route_kind not in there:
            host = await self.hosts.claim(session, status, None)
            missing.append((route_kind, objects.route(session, host, self.settings)))
        if missing:
            await self._make_all(session, missing)
            return True
        if Kind.POD not in there:
            await self._make_all(session, [(Kind.POD, objects.pod(session, launch, self.settings))])
        return False

    def _on_their_way(self, session: Session, observed: Observed) -> set[Kind]:
        """Kinds that were made a moment ago and that the watch has not told of yet."""
        now = self.now().timestamp()
        made = {
            kind: at
            for kind, at in self._made.pop(session.uid, {}).items()
            if kind not in observed.objects and now - at < RETRY
        }
        if made:
            self._made[session.uid] = made
        return set(made)

    async def _credentials_of(self, session: Session, observed: Observed) -> Credentials:
        """
        What opens the session, the same as long as its Pod lives.

        A Secret removed by hand comes back with its password. If the operator has not seen that password (it
        was away), the Pod goes too: it would ask for a password that nobody has.
        """
        secret, pod = observed.objects.get(Kind.SECRET), observed.usable(Kind.POD)
        if secret and (read := objects.credentials_in(secret)):
            self._credentials[session.uid] = read
        elif session.uid not in self._credentials:
            if pod and secret is None:
                await self._delete(session, Kind.POD, pod)
            new = Credentials(naming.host_label(session.user), secrets.token_urlsafe(18))
            self._credentials[session.uid] = new
        return self._credentials[session.uid]

    async def _make_all(self, session: Session, manifests: list[tuple[Kind, Manifest]]) -> None:
        """Create objects at once; every answer is awaited before the first problem is raised."""
        outcomes = await asyncio.gather(
            *(self._make(session, kind, manifest) for kind, manifest in manifests), return_exceptions=True
        )
        problems = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for problem in sorted(problems, key=lambda problem: not isinstance(problem, Refused)):
            raise problem

    async def _make(self, session: Session, kind: Kind, manifest: Manifest) -> None:
        name = kind.name_for(session.name)
        collection = api.path(kind.api_version, kind.plural, session.namespace)
        try:
            await self.client.create(collection, manifest)
            _log.info("%s/%s: made %s %s", session.namespace, session.name, kind.title, name)
        except api.Conflict:
            await self._must_be_own(session, kind, f"{collection}/{name}")
        except api.Invalid as error:
            raise Refused(f"{kind.title} {name!r} was refused by the cluster: {error}") from None
        except api.Forbidden as error:
            raise NotYet(f"Waiting: {kind.title} {name!r} is not allowed: {error}") from None
        self._made.setdefault(session.uid, {})[kind] = self.now().timestamp()

    async def _must_be_own(self, session: Session, kind: Kind, path: str) -> None:
        """The name is taken: fine by ourselves, for a while by a predecessor, never by a stranger."""
        try:
            owner = objects.owner_uid(await self.client.get(path))
        except api.NotThere:
            raise NotYet(f"Waiting: {kind.title} is only just going") from None
        name = kind.name_for(session.name)
        if owner is None:
            raise Refused(
                f"{kind.title} {name!r} already exists and does not belong to this session; "
                "it was left untouched: remove it or give the session another name"
            )
        if owner != session.uid:
            raise NotYet(f"Waiting: {kind.title} {name!r} of an earlier session of this name is still there")

    async def _delete(self, session: Session, kind: Kind, manifest: Manifest) -> None:
        path = api.path(kind.api_version, kind.plural, session.namespace, manifest["metadata"]["name"])
        await self.client.delete(path, uid=manifest["metadata"]["uid"])

    async def _fail(self, body: Mapping[str, Any], session: Session, failed: Status, reason: str) -> None:
        _log.warning("%s/%s: Failed: %s", session.namespace, session.name, failed.message)
        await self.events.post(session, reason, failed.message or "", warning=True)
        await self.statuses.write(body, failed)
        await cleaning.remove(self.client, session, self._half_made(failed))
        self.hosts.release(session.uid)

    async def _remove_half_made(self, session: Session, status: Status, observed: Observed) -> None:
        if observed.objects.keys() & set(self._half_made(status)):
            await cleaning.remove(self.client, session, self._half_made(status))

    def _half_made(self, status: Status) -> list[Kind]:
        """What a Failed session must not keep; a home that was in use stays until its session is deleted."""
        kept = {Kind.CLAIM} if status.startTime else set()
        return [kind for kind in objects.kinds(self.settings) if kind not in kept]

    async def _expire(self, session: Session) -> None:
        message = f"The session has reached its lifetime of {session.lifetime:.0f} s and is deleted"
        await self.events.post(session, "SessionExpired", message, warning=False)
        path = api.path(naming.API_VERSION, naming.SESSIONS, session.namespace, session.name)
        await self.client.delete(path, uid=session.uid)

    def forget(self, uid: str) -> None:
        """Drop what is remembered of a session that is gone."""
        self._credentials.pop(uid, None)
        self._made.pop(uid, None)
        self.hosts.release(uid)
        self.statuses.forget(uid)

    def _until(self, expires: float | None) -> float:
        if expires is None:
            return LOOK_AGAIN
        return max(0.0, min(LOOK_AGAIN, expires - self.now().timestamp()))

    def _until_deadline(self, observed: Observed) -> float:
        pod = observed.pod()
        trouble = phases.trouble_of(pod) if pod else None
        if trouble is None:
            return LOOK_AGAIN
        over = trouble.since.timestamp() + self.settings.start_deadline
        return max(0.1, min(LOOK_AGAIN, over - self.now().timestamp()))
