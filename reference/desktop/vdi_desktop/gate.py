"""
The one door of a desktop: a login page, and behind it the stream, for who has the session's password.

Without a login `/` is the login page, `/health` is public, and everything else, WebSockets included, is 401.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from string import Template
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from yarl import URL

from vdi_desktop import proxy
from vdi_desktop.access import COOKIE, COOKIE_SECONDS, Access, Guesses

_log = logging.getLogger(__name__)
_LOGIN = Template(resources.files("vdi_desktop").joinpath("login.html").read_text(encoding="utf-8"))
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_WRONG = "That is not the password of this session. Try again."
_TOO_MANY = "Too many wrong passwords. Wait a few seconds, then try again."

Health = Callable[[], Awaitable[dict[str, bool]]]
"""What must be alive, by name, and whether it is."""


class Gate:
    """The door; make its application with :meth:`application`."""

    def __init__(self, access: Access, upstream: URL, health: Health, guesses: Guesses | None = None) -> None:
        """
        Guard *upstream*.

        :param upstream: the stream server; itself without a login, so reachable from here only.
        :param health: asked at each `/health`.
        """
        self._access, self._upstream, self._health = access, upstream, health
        self._guesses = guesses or Guesses()
        self._client: aiohttp.ClientSession | None = None

    def application(self) -> web.Application:
        """The gate as an aiohttp application; it opens and closes its own connections."""
        application = web.Application(client_max_size=64 * 1024)
        application.cleanup_ctx.append(self._connections)
        application.router.add_get("/health", self._healthy)
        application.router.add_route("*", "/{path:.*}", self._enter)
        return application

    async def _connections(self, _: web.Application) -> AsyncIterator[None]:
        self._client = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        )
        async with self._client:
            yield

    async def _healthy(self, _: web.Request) -> web.Response:
        parts = await self._health()
        return web.json_response(parts, status=200 if all(parts.values()) else 503, headers=_HEADERS)

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        if "Authorization" in request.headers and not self._known_by_cookie(request):
            if self._guesses.exhausted():
                return web.Response(
                    status=429, text=_TOO_MANY + "\n", headers={**_HEADERS, "Retry-After": "2"}
                )
            if not self._access.basic_is(request.headers["Authorization"]):
                self._guesses.wrong()
                _log.warning("refused a wrong name or password for %s", request.path)
                return _unauthorized()
        elif not self._known_by_cookie(request):
            if request.path != "/" or proxy.is_websocket(request):
                return _unauthorized()
            if request.method == "POST":
                return await self._login(request)
            return _page() if request.method in ("GET", "HEAD") else _unauthorized()
        elif request.path == "/" and request.method == "POST":
            return _to_the_desktop(self._access.new_cookie()) if _same_origin(request) else _foreign()
        # Browsers attach cookies and remembered passwords to what other sites make them send.
        if (proxy.is_websocket(request) or request.method not in ("GET", "HEAD")) and not _same_origin(
            request
        ):
            _log.warning("refused a request of a foreign site for %s", request.path)
            return _foreign()
        assert self._client is not None
        return await proxy.forward(request, self._client, self._upstream)

    def _known_by_cookie(self, request: web.Request) -> bool:
        return self._access.cookie_is(request.cookies.get(COOKIE, ""))

    async def _login(self, request: web.Request) -> web.Response:
        if not _same_origin(request):
            return _foreign()
        given = (await request.post()).get("password", "")
        if self._guesses.exhausted():
            return _page(_TOO_MANY, 429)
        if not isinstance(given, str) or not self._access.password_is(given):
            self._guesses.wrong()
            _log.warning("refused a wrong password on the login page")
            return _page(_WRONG, 403)
        _log.info("let a viewer in by the login page")
        return _to_the_desktop(self._access.new_cookie())


def _page(error: str = "", status: int = 200) -> web.Response:
    text = _LOGIN.substitute(error=error, hidden="" if error else " hidden")
    return web.Response(status=status, text=text, content_type="text/html", headers=_HEADERS)


def _to_the_desktop(cookie: str) -> web.Response:
    response = web.Response(status=303, headers={**_HEADERS, "Location": "/"})
    response.set_cookie(COOKIE, cookie, max_age=COOKIE_SECONDS, httponly=True, secure=True, samesite="Strict")
    return response


def _unauthorized() -> web.Response:
    headers = {**_HEADERS, "WWW-Authenticate": 'Basic realm="desktop", charset="UTF-8"'}
    return web.Response(status=401, text="Log in at / or by HTTP Basic.\n", headers=headers)


def _foreign() -> web.Response:
    return web.Response(status=403, text="Requests made by other sites are refused.\n", headers=_HEADERS)


def _same_origin(request: web.Request) -> bool:
    """Whether the request comes from a page of this host, or from no page at all, as of a program."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).hostname == urlsplit(f"//{request.host}").hostname
