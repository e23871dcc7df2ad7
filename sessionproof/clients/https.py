"""Verified HTTPS to a host name that only the target's ingress knows, without touching the machine's resolver."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from sessionproof.errors import TargetUnavailable

_SOCKET_HEADERS = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    # The sample key of RFC 6455: the answer to it is not looked at, only whether there is an upgrade.
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@dataclass(frozen=True)
class Response:
    """What was answered."""

    status: int
    body: str = ""


class Unanswered(TargetUnavailable):
    """Nothing answered: refused, reset, timed out, or a certificate that the CA did not sign."""


class Https:
    """One client for one ingress; certificates are verified against its CA and the name asked for."""

    def __init__(self, address: str, ca: Path | None, *, timeout: float = 5.0) -> None:
        """
        :param address: where every host name leads, as the ingress would by DNS.
        :param ca: PEM file of the CA that must have signed the certificates; None for the public ones.
        :param timeout: seconds for one request, connection included.
        """
        self._address = address
        self._client = httpx.Client(
            verify=ssl.create_default_context(cafile=str(ca) if ca else None),
            timeout=timeout,
            trust_env=False,
        )

    def get(self, url: str, credential: tuple[str, str] | None = None, *, upgrade: bool = False) -> Response:
        """
        Request *url* once; redirects are answers.

        :param credential: user name and password for HTTP Basic.
        :param upgrade: ask for a WebSocket; the connection is closed as soon as the answer is there.
        :raises Unanswered: with the address and the reason.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or 443
        headers = {"Host": parts.netloc} | (_SOCKET_HEADERS if upgrade else {})
        if upgrade:
            headers["Origin"] = f"https://{parts.netloc}"
        request = self._client.build_request(
            "GET",
            f"https://{self._address}:{port}{parts.path or '/'}",
            headers=headers,
            extensions={"sni_hostname": host},
        )
        auth = httpx.BasicAuth(*credential) if credential else None
        try:
            response = self._client.send(request, auth=auth, stream=True)
            try:
                body = "" if response.status_code == 101 else response.read().decode(errors="replace")
                return Response(response.status_code, body)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise Unanswered(f"{url} (at {self._address}:{port}): {error or type(error).__name__}") from error

    def close(self) -> None:
        """Drop every connection."""
        self._client.close()
