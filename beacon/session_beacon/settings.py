"""What the surroundings decide about a beacon: its environment variables, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """An environment variable makes no sense; the message names it, its value and what is expected."""


@dataclass(frozen=True)
class Settings:
    """All that can be set from outside."""

    session: str = ""
    """BEACON_SESSION: the name the marker is made of."""
    fps: float = 23.3
    """BEACON_FPS: pictures a second. No divisor of 60, so that the phase wanders against the display's."""
    position: tuple[int, int] = (0, 0)
    """BEACON_POSITION: `x,y` of the top left corner in pixels."""
    whole_display: bool = False
    """BEACON_GRAB: `1` takes note of keys and buttons of the whole display, not of the window alone."""
    log: Path | None = None
    """BEACON_LOG: a file that lines are added to; None: standard output."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """
    Read the settings; an empty variable is one that is not set.

    :raises SettingsError: if a value cannot be meant.
    """
    return Settings(
        session=environment.get("BEACON_SESSION", ""),
        fps=_rate(environment.get("BEACON_FPS") or "23.3"),
        position=_position(environment.get("BEACON_POSITION") or "0,0"),
        whole_display=_flag(environment.get("BEACON_GRAB") or "0"),
        log=Path(environment["BEACON_LOG"]) if environment.get("BEACON_LOG") else None,
    )


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.1 <= rate <= 240:
        raise SettingsError(f"BEACON_FPS is {text!r}, expected pictures a second from 0.1 to 240, as 23.3")
    return rate


def _position(text: str) -> tuple[int, int]:
    x, _, y = text.partition(",")
    if not (x.strip().isdecimal() and y.strip().isdecimal()):
        raise SettingsError(f"BEACON_POSITION is {text!r}, expected two whole numbers, as 0,0")
    return int(x), int(y)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise SettingsError(f"BEACON_GRAB is {text!r}, expected 0 or 1")
    return text == "1"
