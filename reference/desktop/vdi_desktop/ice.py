"""The ways a viewer's media may take: a relay named by the operator, or none, and never a public server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from vdi_desktop.settings import SettingsError


def configuration(turn_url: str) -> dict[str, Any]:
    """
    Selkies' RTC configuration with the one relay of *turn_url*, or with none if it is empty.

    Without such a file Selkies offers public servers, to the browser too.

    :raises SettingsError: if the address is no TURN or STUN address; the message does not repeat it, since it
        may hold a password.
    """
    servers = []
    if turn_url:
        scheme, colon, rest = turn_url.partition(":")
        credentials, at, place = rest.rpartition("@")
        if scheme not in ("turn", "turns", "stun") or not colon or not place:
            raise SettingsError(
                "TURN_URL is not of the form turn:[user:password@]host:port[?transport=udp|tcp]"
            )
        server: dict[str, Any] = {"urls": [f"{scheme}:{place}"]}
        if at:
            name, _, secret = credentials.partition(":")
            server |= {"username": unquote(name), "credential": unquote(secret)}
        servers.append(server)
    return {
        "lifetimeDuration": "86400s",
        "blockStatus": "NOT_BLOCKED",
        "iceTransportPolicy": "all",
        "iceServers": servers,
    }


def write(turn_url: str, path: Path) -> None:
    """Write the configuration where only this user can read it; Selkies refuses a file others may write."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(configuration(turn_url)), encoding="utf-8")
