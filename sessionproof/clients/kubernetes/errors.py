"""
What a Kubernetes API server can answer instead of what was asked for, in three sorts.

::

    ApiError
    ├── NotYet                    may come true by itself: keep looking
    │   ├── NotFound              404
    │   ├── Conflict              409, and an eviction a disruption budget holds up
    │   └── Expired               410: the asked version is too old, list anew
    ├── Outage (TargetUnavailable)   refused, reset, timed out, 429, 5xx: keep trying
    └── Refused (SuiteWrong)      401, 403, 400, 422, an untrusted certificate: stop now

Foreign errors are translated here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sessionproof.errors import SessionproofError, SuiteWrong, TargetUnavailable


class ApiError(SessionproofError):
    """The API server did not do what was asked."""

    def __init__(
        self,
        request: str,
        message: str,
        *,
        status: int = 0,
        reason: str = "",
        causes: tuple[str, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        code = f"{status} {reason}".strip() if status else reason
        super().__init__(f"{request}: {code}: {message}" if code else f"{request}: {message}")
        self.request = request
        """Method and path."""
        self.status = status
        """HTTP status; 0 when there was no answer."""
        self.reason = reason
        """Kubernetes' own word: ``NotFound``, ``AlreadyExists``, ``Invalid``."""
        self.message = message
        self.causes = causes
        """Field and complaint, one each, of a refused object."""
        self.retry_after = retry_after
        """Seconds the server asks to be left alone; ``None`` if it said nothing."""


class NotYet(ApiError):
    """Not so now, but may be by itself later."""


class NotFound(NotYet):
    """There is no such object, or no such kind."""


class Conflict(NotYet):
    """The object exists already, was changed meanwhile, or may not be disturbed yet."""


class Expired(NotYet):
    """The asked resource version is no longer kept."""


class Outage(ApiError, TargetUnavailable):
    """The API server cannot answer now; what was asked may or may not have been done."""


class Refused(ApiError, SuiteWrong):
    """The API server says no, and will say so again: wrong credentials, rights or content."""


def from_status(request: str, status: int, body: Any, headers: Mapping[str, str] | None = None) -> ApiError:
    """The error for an HTTP status of 400 and above, or for a ``Status`` object inside a watch."""
    told: dict[str, Any] = body if isinstance(body, dict) else {}
    details = told.get("details") or {}
    causes = tuple(
        ": ".join(part for part in (cause.get("field"), cause.get("message")) if part)
        for cause in details.get("causes") or ()
    )
    message = told.get("message") or (body if isinstance(body, str) else "") or "no message"
    wait = (headers or {}).get("Retry-After", "")
    return _class(status, details)(
        request,
        message.strip()[:2000],
        status=status,
        reason=told.get("reason") or "",
        causes=causes,
        retry_after=float(wait) if wait.isdigit() else None,
    )


def from_transport(request: str, error: Exception) -> ApiError:
    """The error for a connection that could not be made or broke; *error* comes from urllib3 or ``ssl``."""
    text = str(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in text or "doesn't match" in text:
        return Refused(request, f"the server's certificate is not trusted: {text}", reason="Untrusted")
    return Outage(request, text, reason=type(error).__name__)


def _class(status: int, details: Mapping[str, Any]) -> type[ApiError]:
    if status == 404:
        return NotFound
    if status == 409:
        return Conflict
    if status == 410:
        return Expired
    if status == 429:
        held = any(cause.get("reason") == "DisruptionBudget" for cause in details.get("causes") or ())
        return Conflict if held else Outage
    return Outage if status >= 500 or status == 408 else Refused
