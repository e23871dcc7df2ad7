"""Passing requests and WebSockets on to the stream server, with nothing of the login in them."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_OURS = frozenset(("authorization", "cookie", "origin"))
"""The gate has judged these; the stream server, on loopback and without a login, has no use for them."""
_LARGEST_MESSAGE = 16 * 1024 * 1024


def is_websocket(request: web.Request) -> bool:
    """Whether the request asks to become a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


async def forward(request: web.Request, client: aiohttp.ClientSession, upstream: URL) -> web.StreamResponse:
    """
    Answer *request* with what *upstream* answers; 502 if it does not.

    :param client: a session that neither keeps cookies nor decompresses.
    """
    # Put together as text: joined as addresses, a path that begins with // would name another server.
    target = URL(f"{upstream.origin()}{request.rel_url.raw_path_qs}", encoded=True)
    try:
        if is_websocket(request):
            return await _websocket(request, client, target)
        return await _http(request, client, target)
    except aiohttp.ClientConnectionError:
        return web.Response(
            status=502, text="The stream server does not answer yet; try again in a moment.\n"
        )


def _passed_on(request: web.Request) -> CIMultiDict[str]:
    left_out = _HOP_BY_HOP | _OURS
    if is_websocket(request):
        left_out |= {name.lower() for name in request.headers if name.lower().startswith("sec-websocket-")}
    return CIMultiDict(
        (name, value) for name, value in request.headers.items() if name.lower() not in left_out
    )


async def _http(request: web.Request, client: aiohttp.ClientSession, target: URL) -> web.StreamResponse:
    body = request.content if request.can_read_body else None
    async with client.request(
        request.method, target, headers=_passed_on(request), data=body, allow_redirects=False
    ) as answer:
        response = web.StreamResponse(status=answer.status, reason=answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                response.headers.add(name, value)
        if request.path == "/":
            # The login page has this address too: a browser must ask which of them it gets.
            response.headers["Cache-Control"] = "no-store"
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
        return response


async def _websocket(request: web.Request, client: aiohttp.ClientSession, target: URL) -> web.StreamResponse:
    protocols = [
        text.strip() for text in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if text
    ]
    try:
        connection = client.ws_connect(
            target.with_scheme("ws"),
            headers=_passed_on(request),
            protocols=protocols,
            autoping=False,
            max_msg_size=_LARGEST_MESSAGE,
        )
        async with connection as inner:
            chosen = [inner.protocol] if inner.protocol else []
            outer = web.WebSocketResponse(protocols=chosen, autoping=False, max_msg_size=_LARGEST_MESSAGE)
            await outer.prepare(request)
            await _join(outer, inner)
            return outer
    except aiohttp.WSServerHandshakeError as refusal:
        return web.Response(status=refusal.status, text=f"The stream server refused: {refusal.message}\n")


async def _join(outer: web.WebSocketResponse, inner: aiohttp.ClientWebSocketResponse) -> None:
    """Pass messages both ways until one side ends, then end the other with the same code."""
    ways = [asyncio.create_task(_pump(inner, outer)), asyncio.create_task(_pump(outer, inner))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        code = _sendable(inner.close_code if inner.closed else outer.close_code)
        with contextlib.suppress(ConnectionError):
            await outer.close(code=code)
            await inner.close(code=code)


def _sendable(code: int | None) -> int:
    """1005, 1006 and 1015 say what was seen and may not be sent."""
    return aiohttp.WSCloseCode.GOING_AWAY if code in (None, 1005, 1006, 1015) else code


_Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def _pump(source: _Socket, sink: _Socket) -> None:
    async for message in source:
        try:
            if message.type is aiohttp.WSMsgType.TEXT:
                await sink.send_str(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                await sink.send_bytes(message.data)
            elif message.type is aiohttp.WSMsgType.PING:
                await sink.ping(message.data)
            elif message.type is aiohttp.WSMsgType.PONG:
                await sink.pong(message.data)
        except ConnectionError:
            return
