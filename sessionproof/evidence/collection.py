"""Asks every provider for what it knows of the failing instant."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sessionproof.evidence.masking import Masker

PROVIDER_SECONDS = 5.0
"""Longest time one provider may take."""
ALL_SECONDS = 20.0
"""Longest time all providers together may take: evidence must not outlive a person's patience."""
TEXT_BYTES = 256 * 1024
"""Longest text that is kept; of a longer one, the end."""
BINARY_BYTES = 20 * 1024 * 1024
"""Largest picture or film that is kept."""

TEXT, YAML, JSON, PNG, WEBM, SVG = (
    "text/plain",
    "application/yaml",
    "application/json",
    "image/png",
    "video/webm",
    "image/svg+xml",
)


@dataclass(frozen=True)
class Exhibit:
    """One thing to show, already masked and cut to size by the time it leaves ``Evidence``."""

    name: str
    """In words a reader of the report understands: ``pod desktop-7-0``."""
    body: str | bytes
    type: str = TEXT
    """MIME type; reports show text, YAML, JSON, SVG, PNG and WebM in place."""


Provider = Callable[[], Any]
"""
Gives what it knows now: an ``Exhibit`` or several, a text, bytes (a PNG), a ``Path`` (a WebM or a text),
or plain data, which is shown as YAML. ``None`` or nothing in it is no exhibit.
"""


@dataclass
class Evidence:
    """
    The providers of one scenario and what they gave.

    Every scenario has one; nothing is asked until something fails. Safe to register from any thread.
    """

    masker: Masker = field(default_factory=Masker)
    exhibits: list[Exhibit] = field(default_factory=list)
    """What was collected so far."""
    failures: dict[str, str] = field(default_factory=dict)
    """Providers that gave nothing because they failed or took too long, with the reason."""
    _providers: dict[str, tuple[Provider, bool]] = field(default_factory=dict)

    def register(self, name: str, provider: Provider, *, here: bool = False) -> Callable[[], None]:
        """
        Ask *provider* when something fails; a second one of the same name takes the place of the first.

        :param here: ask it in the asking thread, as everything that drives a browser must be; it then has
            to limit its own time.
        :returns: takes the provider off again.
        """
        self._providers[name] = (provider, here)
        return lambda: self._take_off(name, provider)

    def keep_secret(self, value: str) -> None:
        """Never show *value*, in any text that is collected from now on."""
        self.masker.add(value)

    def collect(
        self, *, seconds: float = PROVIDER_SECONDS, all_seconds: float = ALL_SECONDS
    ) -> list[Exhibit]:
        """
        Ask every provider, in the order they were registered, and return what they gave.

        Never raises: a provider that fails or does not answer in time stands in ``failures`` and is shown
        as an exhibit of its own. One that does not answer is left behind in its thread.
        """
        end = time.monotonic() + all_seconds
        given: list[Exhibit] = []
        asked = [
            (name, _Asked(name, provider))
            for name, (provider, here) in list(self._providers.items())
            if not here
        ]
        for name, (provider, here) in list(self._providers.items()):
            if here:
                own = _Asked(name, provider, threaded=False)
                given += self._outcome(name, own, 0.0)
        for name, answer in asked:
            given += self._outcome(name, answer, min(seconds, max(0.0, end - time.monotonic())))
        self.exhibits += given
        return given

    def _outcome(self, name: str, asked: _Asked, seconds: float) -> list[Exhibit]:
        try:
            return [self._fit(exhibit) for exhibit in exhibits_of(name, asked.answer(seconds))]
        except TimeoutError:
            reason = f"gave no answer in {seconds:.1f} s"
        except Exception as error:
            reason = "".join(traceback.format_exception_only(error)).strip()
        self.failures[name] = reason = self.masker.mask(reason)
        return [Exhibit(f"{name} (could not be collected)", reason)]

    def _fit(self, exhibit: Exhibit) -> Exhibit:
        body = exhibit.body
        if exhibit.type in (PNG, WEBM):
            if len(body) > BINARY_BYTES:
                limit = f"pictures and films above {BINARY_BYTES / 1e6:.0f} MB are not kept"
                return Exhibit(exhibit.name, f"{len(body) / 1e6:.1f} MB; {limit}")
            return exhibit
        raw = body if isinstance(body, str) else body.decode("utf-8", "replace")
        # Cut twice: a secret that the first cut halves lies in what the second one takes away.
        text = self.masker.mask(raw[-2 * TEXT_BYTES :])
        if len(text) > TEXT_BYTES:
            text = f"… {len(raw) - TEXT_BYTES} characters before this were cut off …\n{text[-TEXT_BYTES:]}"
        return Exhibit(exhibit.name, text, exhibit.type)

    def _take_off(self, name: str, provider: Provider) -> None:
        if name in self._providers and self._providers[name][0] is provider:
            del self._providers[name]


class _Asked:
    """A provider at work; all are asked at once, so that they tell of the same instant."""

    def __init__(self, name: str, provider: Provider, *, threaded: bool = True) -> None:
        self._provider = provider
        self._given: Any = None
        self._error: BaseException | None = None
        self._done = threading.Event()
        if threaded:
            threading.Thread(target=self._run, name=f"evidence: {name}", daemon=True).start()
        else:
            self._run()

    def answer(self, seconds: float) -> Any:
        if not self._done.wait(seconds):
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._given

    def _run(self) -> None:
        try:
            self._given = self._provider()
        except Exception as error:
            self._error = error
        finally:
            self._done.set()


def exhibits_of(name: str, given: Any) -> Iterable[Exhibit]:
    """What a provider gave, as exhibits called *name* where they have no name of their own."""
    if given is None or (isinstance(given, str | bytes | list | tuple | dict) and not given):
        return []
    if isinstance(given, Exhibit):
        return [given]
    if isinstance(given, list | tuple) and all(isinstance(item, Exhibit) for item in given):
        return list(given)
    if isinstance(given, str):
        return [Exhibit(name, given)]
    if isinstance(given, bytes):
        return [Exhibit(name, given, PNG)]
    if isinstance(given, Path):
        kinds = {".webm": WEBM, ".png": PNG, ".json": JSON, ".yaml": YAML, ".svg": SVG}
        return [Exhibit(name, given.read_bytes(), kinds.get(given.suffix, TEXT))]
    try:
        return [Exhibit(name, yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=110), YAML)]
    except yaml.YAMLError:
        return [Exhibit(name, json.dumps(given, default=repr, indent=1), JSON)]
