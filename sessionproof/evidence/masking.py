"""Takes secrets out of whatever is about to be shown: what is known to be one, and what is named like one."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

MASK = "•••"

SHORTEST_SECRET = 4
"""Shorter values are not searched for: masking every ``a`` would tell nothing and hide everything."""

_T = TypeVar("_T")
_NAME = re.compile(
    r"pass(?:word|wd|phrase)?$|secret$|token$|credentials?$|(?:api|private|access|signing)[-_]?key$"
    r"|^(?:proxy-)?authorization$|^(?:set-)?cookie$|key[-_]data$",
    re.IGNORECASE,
)
# Begins with a fixed word: a pattern that may begin anywhere in a long word takes minutes for a long log.
_SAYS = re.compile(
    r"""(?P<said>(?:password|passwd|passphrase|secret|token|credential|private[-_]?key|api[-_]?key)
        ["']?\s*[:=]\s*)(?P<quote>["']?)(?P<value>[^\s"',;&}\]]+)(?P=quote)""",
    re.IGNORECASE | re.VERBOSE,
)
_BEARER = re.compile(r"\b(?P<said>(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_PEM = re.compile(r"-----BEGIN (?P<what>[A-Z ]*PRIVATE KEY)-----.*?(?:-----END (?P=what)-----|\Z)", re.DOTALL)
_HARMLESS = frozenset({"true", "false", "null", "none", MASK})


class Masker:
    """The secrets of one scenario; safe to use from any thread."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Never show *secret* again, nor its base64 or percent-encoded form."""
        if len(secret) < SHORTEST_SECRET:
            return
        with self._lock:
            self._known |= _forms(secret)
            longest_first = sorted(self._known, key=lambda form: (-len(form), form))
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def mask(self, thing: _T) -> _T:
        """A copy of *thing* (text, bytes, or lists and mappings of such) without secrets."""
        masked: _T = self._masked(thing)
        return masked

    def _masked(self, thing: Any) -> Any:
        if isinstance(thing, str):
            return self._text(thing)
        if isinstance(thing, bytes):
            return self._text(thing.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if isinstance(thing, Mapping):
            return self._mapping(thing)
        if isinstance(thing, list | tuple | set | frozenset):
            return [self._masked(item) for item in thing]
        return thing

    def _mapping(self, thing: Mapping[Any, Any]) -> dict[Any, Any]:
        if thing.get("kind") == "Secret":
            thing = {
                key: dict.fromkeys(part, MASK) if key in ("data", "stringData") and part else part
                for key, part in thing.items()
            }
        # An environment variable or header is a pair of fields, of which one names and one tells.
        tells = "value" in thing and _NAME.search(str(thing.get("name", "")))
        return {
            self._masked(key): MASK
            if (_is_secret(key, value) or (tells and key == "value"))
            else self._masked(value)
            for key, value in thing.items()
        }

    def _text(self, text: str) -> str:
        if self._pattern is not None:
            text = self._pattern.sub(MASK, text)
        text = _PEM.sub(MASK, text)
        text = _BEARER.sub(rf"\g<said>{MASK}", text)
        return _SAYS.sub(_said, text)


def mask(thing: _T, secrets: Iterable[str] = ()) -> _T:
    """A copy of *thing* without the given *secrets* and without what is named like one."""
    return Masker(secrets).mask(thing)


def _forms(secret: str) -> set[str]:
    forms = {secret, quote(secret, safe="")}
    raw = secret.encode()
    # What stands before a secret shifts its base64; the stretch in the middle is the same for each shift.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode()
        first = (shift * 8 + 5) // 6
        last = (shift + len(raw)) * 8 // 6
        forms.add(encoded[first:last])
    forms.add(base64.b64encode(raw).decode())
    return {form for form in forms if len(form) >= SHORTEST_SECRET}


def _is_secret(key: Any, value: Any) -> bool:
    return (
        isinstance(key, str)
        and isinstance(value, str | bytes)
        and bool(value)
        and _NAME.search(key) is not None
        and str(value).lower() not in _HARMLESS
    )


def _said(found: re.Match[str]) -> str:
    if found["value"].lower() in _HARMLESS:
        return found[0]
    return f"{found['said']}{found['quote']}{MASK}{found['quote']}"
