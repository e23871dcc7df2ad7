"""One window of the browser, as one person uses it."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, FloatRect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sessionproof.clients.browser.errors import BrowserUnavailable, InputNotSeen, PageNotShown
from sessionproof.clients.browser.guarding import Guard
from sessionproof.clients.browser.observing import Observations, first_line, masked
from sessionproof.model.stamps import Reading, StampSeries, Unreadable, decode, input_round_trip, settled
from sessionproof.model.streams import StreamState

PAGE_SECONDS = 20.0
"""Longest time for a page, or a part of it, to be shown."""
REFUSAL_SECONDS = 5.0
"""Longest time for a login page to say no."""
CONNECT_SECONDS = 20.0
"""Longest time for a page to begin to connect after it was loaded."""
KEY_SECONDS = 5.0
"""Longest time from a key to the picture that shows it; far more than any budget."""
ANSWER_SECONDS = 10.0
"""Longest time for the page to answer a question about itself."""
_STRETCH_SECONDS = 0.5
"""Readings are fetched from the page at least that often."""
_LATE_SECONDS = 3.0
"""A page that answers that much later has no readings."""
_STATE = (Path(__file__).parent / "scripts" / "state.js").read_text(encoding="utf-8")
_NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED"
_KEYS = {"\n": "Enter", "\t": "Tab", "\b": "Backspace"}


class Viewer:
    """
    One page with a profile of its own; what it does and what befalls it is in ``observations``.

    Times are this machine's wall clock. Every wait is bounded.
    """

    def __init__(self, context: BrowserContext, guard: Guard, corner: tuple[int, int] = (0, 0)) -> None:
        """
        :param context: a fresh profile, with this package's script in every page.
        :param guard: ends a browser that does not close the window.
        :param corner: pixel of the picture at which the stamp begins.
        """
        self._context = context
        self._guard = guard
        self._corner = corner
        self._page = context.new_page()
        self.observations = Observations()
        self.observations.attach(self._page)
        self.reading_cost_ms = 0.0
        """Mean time that reading one picture took the page, in the last series."""

    # -- what a person does ----------------------------------------------------------------------------

    def open(self, url: str) -> None:
        """
        Go to the address once and wait for its page, whatever its status.

        Only when this machine's own network changed meanwhile, as when a cluster is raised beside the one that the
        page is on, it is loaded again: the browser gives up whatever is on its way then, and any browser's user
        would see it load again by itself.

        :raises PageNotShown: if nothing is shown: refused, reset, a certificate that is not trusted.
        """
        end = time.monotonic() + PAGE_SECONDS
        try:
            while not self._loaded(url, end):
                pass
        except Error as error:
            answer = self.observations.last_answer(url)
            raise PageNotShown(
                f"{masked(url)}: no page is shown: {first_line(error)}" + (f"; {answer}" if answer else "")
            ) from error

    def log_in(self, password: str) -> None:
        """
        Fill in the login page and press Connect; the answer is not waited for.

        :raises PageNotShown: if there is no login page.
        """
        try:
            self._page.locator("#password").fill(password, timeout=PAGE_SECONDS * 1000)
            self._page.locator("#connect").click(timeout=PAGE_SECONDS * 1000, no_wait_after=True)
        except Error as error:
            raise PageNotShown(
                f"no login page with #password and #connect after {PAGE_SECONDS:.0f} s; "
                f"{self._last_answer()}; the page shows {self.stream_state()}"
            ) from error

    def refusal(self) -> str:
        """The text of the login page's ``#error`` once it is visible; empty if none comes in time."""
        error = self._page.locator("#error")
        try:
            error.wait_for(state="visible", timeout=REFUSAL_SECONDS * 1000)
            return error.inner_text(timeout=ANSWER_SECONDS * 1000).strip()
        except PlaywrightTimeout:
            return ""

    def reload(self) -> None:
        """
        Reload the page and wait until it has begun to connect anew.

        :raises PageNotShown: if it does not load, or makes no WebRTC connection in time.
        """
        try:
            self._page.reload(wait_until="domcontentloaded", timeout=PAGE_SECONDS * 1000)
            self._page.wait_for_function(
                "() => window.__sessionproof.connections.length > 0",
                polling=50,
                timeout=CONNECT_SECONDS * 1000,
            )
        except Error as error:
            raise PageNotShown(
                f"reloaded, the page does not begin to connect: {first_line(error)}; {self._last_answer()}; "
                f"the page shows {self.stream_state()}"
            ) from error

    def type_text(self, text: str) -> list[float]:
        """
        Type into the picture, each key after the one before was seen in the pixels.

        :returns: milliseconds from each key to the first picture that shows it, exact to one frame.
        :raises InputNotSeen: if no picture shows a key, or the picture does not move at all.
        """
        self._begin()
        readings: list[Reading] = []
        before = self._settled_counter(readings, "before the first key")
        trips: list[float] = []
        for number, character in enumerate(text):
            what = f"key {number + 1} of {len(text)}"
            readings.clear()
            self._page.keyboard.press(_KEYS.get(character, character))
            trips.append(self._seen(before, readings, what))
            before = self._settled_counter(readings, f"after {what}")
        return trips

    # -- what a person sees ----------------------------------------------------------------------------

    def stamps(self, *, at_least: int, seconds: float) -> StampSeries:
        """
        Read stamps from the picture from now on, until enough fresh ones were read or time is up.

        Pictures are read as the browser composes them; a page that reloads meanwhile is read on.

        :param seconds: the longest time to read; what was read until then is returned.
        """
        began = time.time()
        end = time.monotonic() + seconds
        self._begin()
        series = StampSeries(began, began)
        while series.fresh < at_least and (left := end - time.monotonic()) > 0:
            readings, _ = self._take(min(30, at_least - series.fresh), min(left, _STRETCH_SECONDS))
            series = StampSeries(began, time.time(), (*series.readings, *readings))
        return series

    def stream_state(self) -> StreamState:
        """What page and browser know of the stream at this moment."""
        return StreamState(**(self._ask(_STATE, None) or {"address": masked(self._page.url)}))

    def offered_ice_servers(self) -> tuple[str, ...]:
        """URLs of the ICE servers that this page gave to its connections, each once."""
        offered = self._ask("() => window.__sessionproof.iceServers.slice()", None) or []
        return tuple(dict.fromkeys(offered))

    def screenshot(self, *, clip: tuple[int, int, int, int] | None = None) -> bytes:
        """
        The window as PNG.

        :param clip: x, y, width and height of a part, in pixels.
        :raises BrowserUnavailable: if the browser makes none.
        """
        part: FloatRect | None = None
        if clip:
            part = {"x": clip[0], "y": clip[1], "width": clip[2], "height": clip[3]}
        try:
            return self._page.screenshot(clip=part, timeout=ANSWER_SECONDS * 1000)
        except Error as error:
            raise BrowserUnavailable(f"the browser makes no screenshot: {first_line(error)}") from error

    def snapshot(self) -> bytes:
        """The window as a small JPEG, for a page that shows it at first sight."""
        try:
            return self._page.screenshot(type="jpeg", quality=60, timeout=ANSWER_SECONDS * 1000)
        except Error as error:
            raise BrowserUnavailable(f"the browser makes no picture: {first_line(error)}") from error

    def close(self) -> None:
        """Leave, and forget the profile; a browser that has ended before is no error."""
        with self._guard("closing a window"), contextlib.suppress(Error):
            self._context.close()

    # -- inside ----------------------------------------------------------------------------------------

    def _loaded(self, url: str, end: float) -> bool:
        """Whether the page came; False if the machine's network changed under it and there is time to try again."""
        try:
            left = max(0.001, end - time.monotonic())
            self._page.goto(url, wait_until="domcontentloaded", timeout=left * 1000)
        except Error as error:
            if _NETWORK_CHANGED not in error.message or time.monotonic() >= end:
                raise
            return False
        return True

    def _begin(self) -> None:
        self._ask("([x, y]) => window.__sessionproof.begin(x, y)", list(self._corner))

    def _take(self, wanted: int, seconds: float) -> tuple[list[Reading], list[float]]:
        """Readings, and the times keys went down, since the last call; for *wanted* readings at most."""
        question = "([n, ms]) => window.__sessionproof.take(n, ms)"
        taken = self._ask(question, [wanted, seconds * 1000], within=seconds + _LATE_SECONDS)
        if not taken:
            return [], []
        self.reading_cost_ms = taken["cost"]
        return [_reading(seen, levels) for seen, levels in taken["readings"]], taken["keys"]

    def _seen(self, before: int, readings: list[Reading], what: str) -> float:
        end = time.monotonic() + KEY_SECONDS
        sent: list[float] = []
        while (left := end - time.monotonic()) > 0:
            more, keys = self._take(1, min(left, _STRETCH_SECONDS))
            readings += more
            sent += keys
            if sent and (found := input_round_trip(sent[0], before, readings)):
                return found[0]
        raise InputNotSeen(
            f"{what} was sent and no picture showed it within {KEY_SECONDS:.0f} s: the input counter stands "
            f"at {before}{'' if sent else ', and the page itself saw no key'}; {self._said(readings)}"
        )

    def _settled_counter(self, readings: list[Reading], when: str) -> int:
        """The input counter once two stamps agree: one key can be two events, as with Shift."""
        end = time.monotonic() + KEY_SECONDS
        while (counter := settled(readings)) is None:
            if (left := end - time.monotonic()) <= 0:
                raise InputNotSeen(
                    f"{when}: no two pictures with the same input counter in {KEY_SECONDS:.0f} s; "
                    f"{self._said(readings)}"
                )
            readings += self._take(1, min(left, _STRETCH_SECONDS))[0]
        return counter

    def _said(self, readings: list[Reading]) -> str:
        now = time.time()
        return f"{StampSeries(now - KEY_SECONDS, now, tuple(readings))}; the page shows {self.stream_state()}"

    def _ask(self, question: str, argument: Any, *, within: float = ANSWER_SECONDS) -> Any:
        """
        The page's answer, or None if it gave none: it may be broken, and says so by other signs.

        Waiting for a function instead of evaluating it bounds the wait and lives through a page that
        reloads itself.
        """
        try:
            answer = self._page.wait_for_function(
                f"async (argument) => window.__sessionproof && {{answer: await ({question})(argument)}}",
                arg=argument,
                polling=50,
                timeout=within * 1000,
            )
            return answer.evaluate("(box) => box.answer")
        except Error as error:
            if self._page.is_closed():
                raise BrowserUnavailable(f"the window is closed: {first_line(error)}") from error
            return None

    def _last_answer(self) -> str:
        return self.observations.last_answer(self._page.url) or f"{masked(self._page.url)}: not answered"


def _reading(seen_ms: float, levels: str) -> Reading:
    if not levels:
        return Reading(seen_ms, Unreadable("the picture could not be read"))
    return Reading(seen_ms, decode([level / 255 for level in bytes.fromhex(levels)]))
