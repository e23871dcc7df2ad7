"""A small client of the Kubernetes API, on the credentials that kopf found; no domain words."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import aiohttp
import kopf

_TIMEOUT = aiohttp.ClientTimeout(total=10.0)
"""A request without an answer is given up after 10 s and its work tried again."""

_KEEP_OPEN = 60.0
"""Seconds an idle connection is kept: a TLS handshake costs more than most requests; the server allows 90."""


class ApiError(Exception):
    """
    The API server did not do what was asked.

    ::

        ApiError
        ├── Unreachable   no answer, or one that says "later" (429, 5xx): try again
        ├── NotThere      404
        ├── Conflict      409: the name is taken, or the object is not the one that was meant
        ├── Invalid       400, 422: will never be accepted as it is
        └── Forbidden     401, 403: rights, quota or admission say no for now
    """


class Unreachable(ApiError):
    """No usable answer came."""


class NotThere(ApiError):
    """There is no such object."""


class Conflict(ApiError):
    """Another object is in the way."""


class Invalid(ApiError):
    """The object breaks the API's rules."""


class Forbidden(ApiError):
    """Rights, a quota or an admission rule stand in the way."""


_ERRORS: dict[int, type[ApiError]] = {
    400: Invalid,
    401: Forbidden,
    403: Forbidden,
    404: NotThere,
    409: Conflict,
    422: Invalid,
}


def path(api_version: str, plural: str, namespace: str | None = None, name: str = "", sub: str = "") -> str:
    """The address of a collection, object or subresource below the server's root."""
    root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
    place = f"/namespaces/{namespace}" if namespace else ""
    return "/".join(part for part in (f"{root}{place}/{plural}", name, sub) if part)


class Api:
    """One connection pool; credentials are read again when the server no longer accepts them."""

    def __init__(self, connect: Callable[[], kopf.ConnectionInfo]) -> None:
        self._connect = connect
        self._info: kopf.ConnectionInfo | None = None
        self._http: aiohttp.ClientSession | None = None
        self._tls: ssl.SSLContext | None = None

    async def get(self, path: str, **query: str) -> Any:
        """Read one object or list."""
        return await self._request("GET", path, query=query)

    async def create(self, path: str, manifest: Any) -> Any:
        """Create an object in the collection at *path*."""
        return await self._request("POST", path, body=manifest)

    async def merge(self, path: str, patch: Any) -> Any:
        """Apply a JSON merge patch."""
        return await self._request("PATCH", path, body=patch, media="application/merge-patch+json")

    async def delete(self, path: str, *, uid: str) -> None:
        """Begin the deletion of exactly the object with this uid; nothing happens if it is gone already."""
        try:
            await self._request("DELETE", path, body={"preconditions": {"uid": uid}})
        except (NotThere, Conflict):
            return

    async def close(self) -> None:
        """Release the connections."""
        if self._http:
            await self._http.close()
            self._http = None

    async def _request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, str] | None = None,
        media: str = "application/json",
    ) -> Any:
        status, answer = await self._send(method, path, body, query, media)
        if status == 401:
            self._info = None  # projected tokens are replaced every hour; the file has the new one
            status, answer = await self._send(method, path, body, query, media)
        if status < 400:
            return answer
        text = answer.get("message") if isinstance(answer, dict) else None
        error = _ERRORS.get(status, Unreachable)
        raise error(text or f"{method} {path}: answered {status}")

    async def _send(
        self, method: str, path: str, body: Any, query: dict[str, str] | None, media: str
    ) -> tuple[int, Any]:
        if self._info is None:
            self._info = self._connect()
            self._tls = self._info.as_ssl_context()
        if self._http is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=_KEEP_OPEN)
            self._http = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT)
        try:
            async with self._http.request(
                method,
                self._info.server.rstrip("/") + path,
                json=body,
                params=query,
                headers=self._info.as_http_headers() | ({"Content-Type": media} if body else {}),
                ssl=self._tls or True,
            ) as response:
                return response.status, await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unreachable(f"{method} {path}: {error or type(error).__name__}") from error
