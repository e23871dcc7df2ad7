"""What a page did while it was watched: requests, errors, closed sockets; query strings are left out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, WebSocket

KEPT = 500
"""Observations of each kind that are kept: the last ones."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    at: float
    """Seconds since the epoch when it was answered or given up."""
    method: str
    address: str
    """URL without query and credentials."""
    status: int
    """HTTP status; 0 when there was no answer."""
    trouble: str = ""
    """Why there was none."""

    def __str__(self) -> str:
        return f"{self.method} {self.address}: {self.status or self.trouble}"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a page said or that befell it."""

    at: float
    """Seconds since the epoch."""
    kind: str
    """`console error`, `page error`, `socket opened`, `socket closed` or `page crashed`."""
    text: str


@dataclass
class Observations:
    """Everything noted about one page, the oldest first."""

    exchanges: list[Exchange] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Note what happens on *page* from now on."""
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._happened("page error", str(error)))
        page.on("crash", lambda _: self._happened("page crashed", ""))
        page.on("websocket", self._socket)

    def last_answer(self, address: str) -> str:
        """The last exchange with this address in words; empty if there was none."""
        wanted = masked(address)
        return next((str(each) for each in reversed(self.exchanges) if each.address == wanted), "")

    def _answered(self, response: Response) -> None:
        self._exchanged(response.request, response.status, "")

    def _failed(self, request: Request) -> None:
        self._exchanged(request, 0, request.failure or "no answer")

    def _exchanged(self, request: Request, status: int, trouble: str) -> None:
        self.exchanges.append(Exchange(time.time(), request.method, masked(request.url), status, trouble))
        del self.exchanges[:-KEPT]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._happened("console error", message.text)

    def _socket(self, socket: WebSocket) -> None:
        self._happened("socket opened", masked(socket.url))
        socket.on("close", lambda _: self._happened("socket closed", masked(socket.url)))

    def _happened(self, kind: str, text: str) -> None:
        self.happenings.append(Happening(time.time(), kind, text[:500]))
        del self.happenings[:-KEPT]


def masked(url: str) -> str:
    """The URL without what may be secret: user, password, query and fragment."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}" if host else url.partition("?")[0]


def first_line(error: Error) -> str:
    """What a Playwright error says, without its call log."""
    return error.message.partition("\n")[0].strip()
