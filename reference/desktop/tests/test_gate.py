"""The door: who gets in, by which way, and what is told to who does not."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from vdi_desktop.access import COOKIE, Access, Guesses
from vdi_desktop.gate import Gate
from yarl import URL

PASSWORD = "right-horse-battery"
Client = TestClient[web.Request, web.Application]
Story = Callable[[Client], Awaitable[Any]]


async def _stream_server() -> TestServer:
    """A stand-in for Selkies: says what reached it, and echoes on its socket."""

    async def says(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        headers = {"Set-Cookie": "inner=1", "X-Inner": "yes", "Cache-Control": "public, max-age=60"}
        content = {"path": request.raw_path, "headers": dict(request.headers), "body": body}
        return web.json_response(content, headers=headers)

    async def echoes(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["signal"])
        await socket.prepare(request)
        async for message in socket:
            if message.data == "bye":
                await socket.close(code=4001)
            else:
                await socket.send_str(f"echo {message.data}")
        return socket

    application = web.Application()
    application.router.add_get("/api/ws", echoes)
    application.router.add_route("*", "/{path:.*}", says)
    server = TestServer(application)
    await server.start_server()
    return server


def at_the_gate(story: Story, *, healthy: bool = True, guesses: Guesses | None = None) -> Any:
    """Live *story* as a client of a gate before a stream server; returns what the story returns."""

    async def health() -> dict[str, bool]:
        return {"display": healthy, "stream": True}

    async def live() -> Any:
        inner = await _stream_server()
        gate = Gate(Access("alice", PASSWORD), inner.make_url("/"), health, guesses)
        server = TestServer(gate.application())
        await server.start_server()
        # The cookie is Secure: the client sends it back only if told to trust plain HTTP to this host.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=server.make_url("/").origin())
        async with inner, TestClient(server, cookie_jar=jar) as client:
            return await story(client)

    return asyncio.run(live())


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


async def log_in(client: Client) -> None:
    answer = await client.post("/", data={"password": PASSWORD}, allow_redirects=False)
    assert answer.status == 303


def test_root_is_the_login_page_for_who_is_not_logged_in() -> None:
    """The page has the three elements of the contract, and its error is hidden."""

    async def story(client: Client) -> tuple[int, str]:
        answer = await client.get("/")
        return answer.status, await answer.text()

    status, text = at_the_gate(story)

    assert status == 200
    assert 'id="password"' in text
    assert 'id="connect"' in text
    assert 'id="error" role="alert" hidden' in text


def test_right_password_gives_a_strict_cookie_and_the_stream_page() -> None:
    """After the login page the same address is the stream server's."""

    async def story(client: Client) -> tuple[str, dict[str, Any]]:
        answer = await client.post("/", data={"password": PASSWORD}, allow_redirects=False)
        page = await client.get("/")
        assert page.headers["Cache-Control"] == "no-store"
        return answer.headers["Set-Cookie"], await page.json()

    cookie, page = at_the_gate(story)

    for attribute in (COOKIE, "HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
        assert attribute in cookie
    assert page["path"] == "/"


def test_wrong_password_stays_on_the_page_and_shows_the_error() -> None:
    """No cookie, no stream, a visible reason."""

    async def story(client: Client) -> tuple[int, str, bool]:
        answer = await client.post("/", data={"password": "wrong"})
        after = await client.get("/api/turn")
        assert after.status == 401
        return answer.status, await answer.text(), "Set-Cookie" in answer.headers

    status, text, cookie = at_the_gate(story)

    assert (status, cookie) == (403, False)
    assert '<p id="error" role="alert">That is not the password' in text


@pytest.mark.parametrize("path", ["/api/status", "/api/health", "/api/turn", "/assets/index.js", "/health/x"])
def test_everything_else_is_401_without_login(path: str) -> None:
    """Also what the stream server itself would give to anyone."""

    async def story(client: Client) -> tuple[int, str]:
        answer = await client.get(path)
        return answer.status, answer.headers["WWW-Authenticate"]

    status, challenge = at_the_gate(story)

    assert status == 401
    assert challenge.startswith("Basic ")


def test_other_methods_on_root_are_401_without_login() -> None:
    """Only looking and logging in are open to all."""

    async def story(client: Client) -> int:
        return (await client.put("/", data=b"x")).status

    assert at_the_gate(story) == 401


@pytest.mark.parametrize("path", ["/", "/api/ws", "/api/webrtc/signaling/"])
def test_websocket_without_login_is_refused_before_the_upgrade(path: str) -> None:
    """A signalling socket is never opened for a stranger."""

    async def story(client: Client) -> int:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await client.ws_connect(path)
        return refusal.value.status

    assert at_the_gate(story) == 401


def test_basic_is_accepted_on_every_path() -> None:
    """The Secret's name and password open pages and sockets alike."""

    async def story(client: Client) -> list[Any]:
        right = basic("alice", PASSWORD)
        pages = [(await client.get(path, headers=right)).status for path in ("/", "/api/turn")]
        async with client.ws_connect("/api/ws", headers=right) as socket:
            await socket.send_str("hello")
            return [*pages, await socket.receive_str()]

    assert at_the_gate(story) == [200, 200, "echo hello"]


@pytest.mark.parametrize(
    "headers",
    [
        basic("alice", "wrong"),
        basic("bob", PASSWORD),
        {"Authorization": "Basic !"},
        {"Authorization": "Bearer x"},
    ],
)
def test_wrong_basic_is_401_even_on_root(headers: dict[str, str]) -> None:
    """Who presents credentials is judged by them."""

    async def story(client: Client) -> int:
        return (await client.get("/", headers=headers)).status

    assert at_the_gate(story) == 401


def test_forged_and_foreign_cookies_are_refused() -> None:
    """A cookie of another desktop, or one whose time was changed, opens nothing."""
    foreign = Access("alice", PASSWORD).new_cookie()
    moved = "9" + foreign

    async def story(client: Client) -> set[int]:
        cookies = (foreign, moved, "", "a.b.c")
        tries = [{"Cookie": f"{COOKIE}={value}"} for value in cookies]
        return {(await client.get("/api/turn", headers=headers)).status for headers in tries}

    assert at_the_gate(story) == {401}


def test_cookie_ends_with_its_time() -> None:
    """A cookie is good until its time is over."""
    now = [1000.0]
    access = Access("alice", PASSWORD, clock=lambda: now[0])
    cookie = access.new_cookie()
    assert access.cookie_is(cookie)

    now[0] += 12 * 3600

    assert not access.cookie_is(cookie)


def test_health_is_public_and_tells_the_truth() -> None:
    """200 while all parts live, 503 as soon as one does not."""

    async def story(client: Client) -> tuple[int, dict[str, bool]]:
        answer = await client.get("/health")
        return answer.status, await answer.json()

    assert at_the_gate(story) == (200, {"display": True, "stream": True})
    assert at_the_gate(story, healthy=False) == (503, {"display": False, "stream": True})


def test_requests_pass_without_what_concerns_the_login() -> None:
    """Path, query and body reach the stream server; cookie, origin and credentials do not."""

    async def story(client: Client) -> dict[str, Any]:
        await log_in(client)
        origin = str(client.make_url("/").origin())
        answer = await client.post("/a%20b?c=1", data="body", headers={"Origin": origin, "X-Mine": "1"})
        assert answer.headers["X-Inner"] == "yes"
        said: dict[str, Any] = await answer.json()
        return said

    said = at_the_gate(story)

    assert (said["path"], said["body"]) == ("/a%20b?c=1", "body")
    assert said["headers"]["X-Mine"] == "1"
    assert not {"Cookie", "Origin", "Authorization"} & set(said["headers"])


def test_path_that_looks_like_a_host_stays_with_the_stream_server() -> None:
    """Nobody is made to ask another server by a path that begins with two slashes."""

    async def story(client: Client) -> str:
        url = URL(f"{client.make_url('/').origin()}//127.0.0.2:9/x", encoded=True)
        async with (
            aiohttp.ClientSession() as plain,
            plain.get(url, headers=basic("alice", PASSWORD)) as answer,
        ):
            return str((await answer.json())["path"])

    assert at_the_gate(story) == "//127.0.0.2:9/x"


def test_socket_passes_messages_protocol_and_close_code() -> None:
    """The stream client cannot tell the gate from the server behind it."""

    async def story(client: Client) -> list[Any]:
        await log_in(client)
        origin = str(client.make_url("/").origin())
        async with client.ws_connect("/api/ws", protocols=["signal"], headers={"Origin": origin}) as socket:
            await socket.send_str("one")
            echo = await socket.receive_str()
            await socket.send_str("bye")
            await socket.receive()
            return [echo, socket.protocol, socket.close_code]

    assert at_the_gate(story) == ["echo one", "signal", 4001]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_foreign_site_cannot_use_the_viewers_cookie(origin: str) -> None:
    """Sockets and changing requests of another site are refused although the browser sends the cookie."""

    async def story(client: Client) -> tuple[int, int]:
        await log_in(client)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await client.ws_connect("/api/ws", headers={"Origin": origin})
        changing = await client.post("/api/switch", headers={"Origin": origin})
        return refusal.value.status, changing.status

    assert at_the_gate(story) == (403, 403)


def test_guessing_is_slowed_down_and_recovers() -> None:
    """After a burst of wrong passwords even the right one is refused until some time has passed."""
    now = [0.0]

    async def story(client: Client) -> list[int]:
        async def tries(password: str) -> int:
            return (await client.post("/", data={"password": password}, allow_redirects=False)).status

        seen = [await tries("wrong"), await tries("wrong"), await tries(PASSWORD)]
        now[0] += 1.5
        return [*seen, await tries(PASSWORD)]

    guesses = Guesses(burst=2, per_second=1.0, clock=lambda: now[0])

    assert at_the_gate(story, guesses=guesses) == [403, 403, 429, 303]


def test_stream_server_that_is_not_there_is_502() -> None:
    """A viewer who is early hears that it is not ready, not that he did something wrong."""

    async def live() -> int:
        async def health() -> dict[str, bool]:
            return {}

        gate = Gate(Access("alice", PASSWORD), URL("http://127.0.0.1:9"), health)
        async with TestClient(TestServer(gate.application())) as client:
            return (await client.get("/", headers=basic("alice", PASSWORD))).status

    assert asyncio.run(live()) == 502


def test_no_secret_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Refusals and logins are logged without what was typed."""
    caplog.set_level(logging.DEBUG)

    async def story(client: Client) -> None:
        await client.post("/", data={"password": "typed-by-mistake"})
        await client.get("/api/turn", headers=basic("alice", "other-mistake"))
        await log_in(client)

    at_the_gate(story)

    assert "refused" in caplog.text
    for secret in (PASSWORD, "typed-by-mistake", "other-mistake"):
        assert secret not in caplog.text
