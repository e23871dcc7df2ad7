"""What the observed objects of a session mean: pure judgement, no side effects, no memory of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from vdi_operator import naming, objects, sessions
from vdi_operator.objects import Kind, Manifest
from vdi_operator.sessions import Phase, Session, Status
from vdi_operator.settings import Settings

_PULLING = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError"}
# CreateContainerConfigError is not among them: it waits for the Secret, which the operator itself sees to.
_NOT_CREATED = {"CreateContainerError", "RunContainerError"}


@dataclass(frozen=True)
class Observed:
    """The objects that a session owns right now, at most one of each kind."""

    objects: Mapping[Kind, Manifest]

    def usable(self, kind: Kind) -> Manifest | None:
        """The object of this kind unless there is none or its deletion has begun."""
        found = self.objects.get(kind)
        return None if found is None or objects.is_leaving(found) else found

    def pod(self) -> Manifest | None:
        """
        The session's Pod unless it is lost.

        A Pod that has ended (evicted, node shut down) never starts again, so it counts as lost too.
        """
        pod = self.usable(Kind.POD)
        return None if pod is None or has_ended(pod) else pod


@dataclass(frozen=True)
class Trouble:
    """Why a desktop does not start."""

    summary: str
    """Stable while the cause lasts, so that it may be written as a message without flooding watchers."""
    detail: str
    """The latest particulars."""
    since: datetime


def judge(session: Session, status: Status, observed: Observed, settings: Settings, now: datetime) -> Status:
    """
    The status that *observed* warrants, coming from *status*.

    An endpoint of the Service is judged by its parts (the Service, a Ready Pod with an address and the
    selected label), because the operator has no right to read endpoints.
    """
    pod = observed.pod()
    begun = status.phase in (Phase.CREATING, Phase.RUNNING)
    if pod is None or not _is_scheduled(pod):
        return replace(
            status,
            phase=Phase.CREATING if begun else Phase.PENDING,
            message=None if pod is None else _why_unscheduled(pod),
        )
    trouble = trouble_of(pod)
    if trouble and now >= trouble.since + timedelta(seconds=settings.start_deadline):
        return failed(status, f"{trouble.summary}: {trouble.detail}")
    if status.phase is Phase.RUNNING:
        return replace(status, message=trouble.summary if trouble else None)

    route = observed.usable(objects.route_kind(settings))
    host = objects.host_of(route) if route else None
    if not (host and observed.usable(Kind.SERVICE) and _is_endpoint(pod, session)):
        return replace(status, phase=Phase.CREATING, message=trouble.summary if trouble else None)
    return replace(
        status,
        phase=Phase.RUNNING,
        message=None,
        podName=pod["metadata"]["name"],
        url=naming.url(host, settings.public_port),
        startTime=status.startTime or now.replace(microsecond=0),
    )


def failed(status: Status, message: str) -> Status:
    """The final status of a session that cannot run; a later template or image does not revive it."""
    return replace(status, phase=Phase.FAILED, message=message, podName=None, url=None)


def has_ended(pod: Mapping[str, Any]) -> bool:
    """Whether the Pod will never run again."""
    return _status(pod).get("phase") in ("Failed", "Succeeded")


def trouble_of(pod: Mapping[str, Any]) -> Trouble | None:
    """
    Why the scheduled *pod* does not get Ready, or None if nothing is known to be wrong.

    It lasts since the Pod was last Ready, or since it was scheduled: an image's back-off and a crash loop
    pass through harmless looking states in between, which must not start the clock anew.
    """
    if _condition(pod, "Ready").get("status") == "True":
        return None
    since = _condition(pod, "Ready").get("lastTransitionTime") or pod["metadata"]["creationTimestamp"]
    for container in _status(pod).get("containerStatuses") or ():
        waiting = container["state"].get("waiting") or {}
        ended = container["state"].get("terminated") or container.get("lastState", {}).get("terminated")
        reason, text = waiting.get("reason", ""), waiting.get("message", "")
        if reason in _PULLING:
            summary, detail = f"Image {container['image']!r} cannot be pulled", f"{reason}: {text}"
        elif reason in _NOT_CREATED:
            summary, detail = "The desktop's container cannot be created", f"{reason}: {text}"
        elif ended and (container["restartCount"] > 0 or reason == "CrashLoopBackOff"):
            how = f"exit code {ended['exitCode']} ({ended.get('reason', 'no reason given')})"
            summary, detail = "The desktop keeps crashing", f"{how}, {container['restartCount']} restarts"
        else:
            continue
        return Trouble(summary, detail.rstrip(": "), sessions.instant(since))
    return None


def expires_at(session: Session, status: Status) -> float | None:
    """When the session's lifetime ends, in seconds since the epoch; None if it has never run."""
    return status.startTime.timestamp() + session.lifetime if status.startTime else None


def _status(pod: Mapping[str, Any]) -> Mapping[str, Any]:
    return pod.get("status") or {}


def _condition(pod: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    for condition in _status(pod).get("conditions") or ():
        if condition["type"] == kind:
            return dict(condition)
    return {}


def _is_scheduled(pod: Mapping[str, Any]) -> bool:
    return bool(pod["spec"].get("nodeName"))


def _is_endpoint(pod: Mapping[str, Any], session: Session) -> bool:
    ready = _condition(pod, "Ready").get("status") == "True"
    selected = (pod["metadata"].get("labels") or {}).get(naming.SESSION_LABEL) == session.name
    return ready and selected and bool(_status(pod).get("podIP"))


def _why_unscheduled(pod: Mapping[str, Any]) -> str | None:
    condition = _condition(pod, "PodScheduled")
    if condition.get("status") != "False":
        return None
    return f"Waiting for a node: {condition.get('message') or condition.get('reason') or 'no reason given'}"
