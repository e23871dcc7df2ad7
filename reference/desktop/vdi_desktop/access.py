"""Who may in: passwords compared in constant time, cookies that only this process can sign, few guesses."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

COOKIE = "__Host-desktop"
"""The prefix makes browsers refuse the cookie unless it is Secure and of this very host."""
COOKIE_SECONDS = 12 * 3600


@dataclass
class Guesses:
    """A budget of wrong passwords that refills with time; shared by all, since a proxy hides who asks."""

    burst: int = 20
    """Wrong passwords at once."""
    per_second: float = 1.0
    """Refill."""
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._since = float(self.burst), self.clock()

    def exhausted(self) -> bool:
        """Whether nobody may guess now; asked before a password is looked at: a hit is not told either."""
        now = self.clock()
        self._left = min(float(self.burst), self._left + (now - self._since) * self.per_second)
        self._since = now
        return self._left < 1

    def wrong(self) -> None:
        """Count one wrong password."""
        self._left -= 1


@dataclass(frozen=True)
class Access:
    """The session's credentials and the key of its cookies; the key dies with the process."""

    user: str
    password: str = field(repr=False)
    clock: Callable[[], float] = time.time
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def password_is(self, given: str) -> bool:
        """Whether *given* is the password; takes the same time wherever they differ."""
        return _same(given, self.password)

    def basic_is(self, header: str) -> bool:
        """Whether an Authorization header holds the right name and password; anything unreadable does not."""
        scheme, _, encoded = header.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        # Both are compared in any case: the time must not tell which of them was wrong.
        right = [_same(user, self.user), _same(password, self.password)]
        return bool(colon) and all(right)

    def new_cookie(self) -> str:
        """A cookie value that :meth:`cookie_is` accepts for ``COOKIE_SECONDS``."""
        content = f"{int(self.clock()) + COOKIE_SECONDS}.{secrets.token_urlsafe(12)}"
        return f"{content}.{self._signature(content)}"

    def cookie_is(self, value: str) -> bool:
        """Whether this process signed *value* and its time is not over."""
        content, _, signature = value.rpartition(".")
        if not _same(signature, self._signature(content)):
            return False
        return int(content.partition(".")[0]) > self.clock()

    def _signature(self, content: str) -> str:
        return hmac.new(self._key, content.encode(), hashlib.sha256).hexdigest()


def _same(given: str, expected: str) -> bool:
    """Compare by digests, so that not even the length is told by the time it takes."""
    digests = [hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in (given, expected)]
    return hmac.compare_digest(*digests)
