"""What the surroundings decide about a desktop: its environment variables, read once."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(Exception):
    """An environment variable is missing or makes no sense; the message names it."""


@dataclass(frozen=True)
class Settings:
    """All that can be set from outside."""

    user: str
    """SELKIES_BASIC_AUTH_USER: the name for HTTP Basic; the login page asks for the password only."""
    password: str = field(repr=False)
    """SELKIES_BASIC_AUTH_PASSWORD: required, so that no desktop is ever open to all."""
    session: str = ""
    """BEACON_SESSION: the name the beacon's marker is made of; default: the host name, which is the pod's."""
    turn_url: str = field(default="", repr=False)
    """TURN_URL: `turn:[user:password@]host:port[?transport=udp|tcp]`; empty: no relay."""
    port: int = 8080
    """PORT: where the gate listens, on all addresses of the pod."""
    stream_port: int = 8081
    """STREAM_PORT: where Selkies listens, on loopback only."""
    size: str = "1024x768"
    """DESKTOP_SIZE: pixels of the display, which a viewer's window does not change."""
    framerate: int = 30
    """DESKTOP_FRAMERATE: pictures a second, at most."""
    home: Path = Path("/home/user")
    """HOME: the user's files; kept by a volume."""
    runtime: Path = Path("/tmp")
    """RUNTIME_FOLDER: for sockets and lock files; may outlive a restart of the container."""

    @property
    def width_height(self) -> tuple[int, int]:
        """The display's size in pixels."""
        width, height = self.size.split("x")
        return int(width), int(height)


def from_environment(environment: Mapping[str, str]) -> Settings:
    """
    Read the settings.

    :raises SettingsError: if the password is missing or a number is none.
    """
    if not environment.get("SELKIES_BASIC_AUTH_PASSWORD"):
        raise SettingsError(
            "SELKIES_BASIC_AUTH_PASSWORD is missing or empty: a desktop does not start without it"
        )
    settings = Settings(
        user=environment.get("SELKIES_BASIC_AUTH_USER") or "user",
        password=environment["SELKIES_BASIC_AUTH_PASSWORD"],
        session=environment.get("BEACON_SESSION") or socket.gethostname(),
        turn_url=environment.get("TURN_URL", ""),
        port=_number(environment, "PORT", 8080),
        stream_port=_number(environment, "STREAM_PORT", 8081),
        size=environment.get("DESKTOP_SIZE") or "1024x768",
        framerate=_number(environment, "DESKTOP_FRAMERATE", 30),
        home=Path(environment.get("HOME") or "/home/user"),
        runtime=Path(environment.get("RUNTIME_FOLDER") or "/tmp"),
    )
    try:
        settings.width_height  # noqa: B018 - read here so that a wrong size is refused at once
    except ValueError:
        raise SettingsError(
            f"DESKTOP_SIZE is {settings.size!r}, expected WIDTHxHEIGHT, as 1024x768"
        ) from None
    return settings


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal():
        raise SettingsError(f"{name} is {text!r}, expected a whole number")
    return int(text)
