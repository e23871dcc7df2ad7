"""Running a command in a container, over the API server's WebSocket."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from sessionproof.clients.kubernetes import errors
from sessionproof.clients.kubernetes.kinds import POD
from sessionproof.clients.kubernetes.transport import CONNECT_SECONDS, Transport

_STDOUT, _STDERR, _STATUS = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Executed:
    """How a command ended and what it wrote."""

    code: int
    out: bytes
    err: bytes


def run(
    transport: Transport,
    pod: str,
    namespace: str,
    command: Sequence[str],
    *,
    container: str,
    within: float,
) -> Executed:
    """
    Run *command* to its end.

    :raises Refused: if the API server does not allow it or the command cannot be started.
    :raises Outage: if the connection breaks or the command takes longer than *within* seconds.
    """
    import websocket  # costs 50 ms to import, and most stories run no command

    query = [("command", part) for part in command] + [("stdout", "true"), ("stderr", "true")]
    query += [("container", container)] if container else []
    path = POD.path(namespace, pod, "exec")
    request = f"EXEC {path}"
    url = transport.access.server.replace("http", "ws", 1) + path + "?" + urlencode(query)
    end = time.monotonic() + within
    try:
        socket = websocket.create_connection(
            url,
            timeout=min(within, CONNECT_SECONDS),
            header=[f"{key}: {value}" for key, value in transport.headers()],
            subprotocols=["v5.channel.k8s.io", "v4.channel.k8s.io"],
            sslopt=_tls_options(transport),
            suppress_origin=True,
            host=urlsplit(transport.access.server).netloc,
        )
    except websocket.WebSocketBadStatusException as error:
        raise errors.from_status(request, error.status_code, _body(error.resp_body)) from error
    except (websocket.WebSocketException, OSError) as error:
        raise errors.from_transport(request, error) from error
    written = {_STDOUT: b"", _STDERR: b"", _STATUS: b""}
    try:
        while not written[_STATUS]:
            socket.settimeout(max(0.001, end - time.monotonic()))
            message = socket.recv()
            piece = message if isinstance(message, bytes) else message.encode()
            if not piece:
                raise errors.Outage(request, "the connection ended before the command did")
            if piece[0] in written:
                written[piece[0]] += piece[1:]
    except websocket.WebSocketTimeoutException as error:
        raise errors.Outage(request, f"{' '.join(command)!r} did not end within {within:g} s") from error
    except (websocket.WebSocketException, OSError) as error:
        raise errors.from_transport(request, error) from error
    finally:
        socket.close(timeout=0)
    return Executed(_exit_code(request, json.loads(written[_STATUS])), written[_STDOUT], written[_STDERR])


def _exit_code(request: str, status: dict[str, Any]) -> int:
    if status.get("status") == "Success":
        return 0
    for cause in (status.get("details") or {}).get("causes") or ():
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    raise errors.Refused(request, status.get("message") or "the command could not be started")


def _tls_options(transport: Transport) -> dict[str, Any]:
    access = transport.access
    options: dict[str, Any] = {"context": access.tls} if access.tls else {}
    return options | ({"server_hostname": access.server_name} if access.server_name else {})


def _body(raw: Any) -> Any:
    try:
        return json.loads(raw)
    except (TypeError, ValueError):
        return (raw or b"").decode(errors="replace") if isinstance(raw, bytes) else raw
