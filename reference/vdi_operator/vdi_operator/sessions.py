"""What is asked for and what is reported: sessions, templates and status as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from vdi_operator import quantities


class Phase(Enum):
    """Where a session stands; NEW is a session that the operator has not yet written to."""

    NEW = ""
    PENDING = "Pending"
    CREATING = "Creating"
    RUNNING = "Running"
    TERMINATING = "Terminating"
    FAILED = "Failed"


@dataclass(frozen=True)
class Launch:
    """
    What a session's Pods are made of, resolved once and kept in its status.

    A template that is changed or deleted later must not touch a running session, and neither must it change
    the Pod that replaces a lost one. It is kept in the status because users who create sessions can write
    every other part of the object.
    """

    image: str
    gpu: int
    memory: str
    cpu: str
    env: tuple[tuple[str, str], ...] = ()

    def as_status(self) -> dict[str, Any]:
        """The form of ``status.launch``."""
        return {
            "image": self.image,
            "resources": {"gpu": self.gpu, "memory": self.memory, "cpu": self.cpu},
            "env": [{"name": name, "value": value} for name, value in self.env],
        }


@dataclass(frozen=True)
class Session:
    """A VDISession's wishes, defaults applied."""

    namespace: str
    name: str
    uid: str
    user: str
    template: str
    resources: Mapping[str, Any] | None
    """None: the template's defaults apply. Given: the schema has filled its missing fields."""
    persistent: bool
    size: str
    lifetime: float
    """Seconds from the first Running to the session's end."""


@dataclass(frozen=True)
class Status:
    """A VDISession's status; None is an absent field."""

    phase: Phase = Phase.NEW
    podName: str | None = None  # noqa: N815 - named as on the wire
    url: str | None = None
    message: str | None = None
    startTime: datetime | None = None  # noqa: N815
    launch: Launch | None = None

    def patch_from(self, old: Status) -> dict[str, Any]:
        """The merge patch that turns *old* into this; empty if nothing changed."""
        names = [field.name for field in fields(self)]
        return {
            name: _on_the_wire(getattr(self, name))
            for name in names
            if getattr(self, name) != getattr(old, name)
        }


def session_of(body: Mapping[str, Any]) -> Session:
    """The wishes in a VDISession that has passed admission."""
    spec, metadata = body["spec"], body["metadata"]
    persistence = spec.get("persistence") or {}
    return Session(
        namespace=metadata["namespace"],
        name=metadata["name"],
        uid=metadata["uid"],
        user=spec["user"],
        template=spec["template"],
        resources=spec.get("resources"),
        persistent=persistence.get("enabled", True),
        size=persistence.get("size", "10Gi"),
        lifetime=quantities.seconds(spec.get("timeout", "8h")),
    )


def status_of(body: Mapping[str, Any]) -> Status:
    """The status that a VDISession carries."""
    status = body.get("status") or {}
    started, launch = status.get("startTime"), status.get("launch")
    return Status(
        phase=Phase(status.get("phase") or ""),
        podName=status.get("podName"),
        url=status.get("url"),
        message=status.get("message"),
        startTime=instant(started) if started else None,
        launch=_launch(launch["image"], launch["resources"], launch.get("env")) if launch else None,
    )


def launch_of(session: Session, template: Mapping[str, Any]) -> Launch:
    """What *session* is to run, from its own resources or else the defaults of the VDITemplate *template*."""
    spec = template["spec"]
    defaults = spec.get("resources") or {}
    resources = session.resources
    if resources is None:
        resources = {
            "gpu": defaults.get("defaultGPU"),
            "memory": defaults.get("defaultMemory"),
            "cpu": defaults.get("defaultCPU"),
        }
    return _launch(spec["image"], resources, spec.get("env"))


def instant(text: str) -> datetime:
    """A Kubernetes time, which is always UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _launch(image: str, resources: Mapping[str, Any], env: list[Mapping[str, str]] | None) -> Launch:
    gpu, memory, cpu = (resources.get(name) for name in ("gpu", "memory", "cpu"))
    return Launch(
        image=image,
        gpu=1 if gpu is None else gpu,
        memory="4Gi" if memory is None else memory,
        cpu="2" if cpu is None else str(cpu),
        env=tuple((item["name"], item.get("value", "")) for item in env or ()),
    )


def _on_the_wire(value: Any) -> Any:
    match value:
        case Phase():
            return value.value
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case Launch():
            return value.as_status()
        case _:
            return value
