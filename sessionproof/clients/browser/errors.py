"""What can go wrong between a person and a picture."""

from __future__ import annotations

from sessionproof.errors import NotSeenInTime, TargetUnavailable


class BrowserUnavailable(TargetUnavailable):
    """There is no browser, it did not start, or it broke; says which and what to do."""


class PageNotShown(NotSeenInTime):
    """An address, or a part of its page, was not shown in time; says what was answered instead."""


class InputNotSeen(NotSeenInTime):
    """A key was sent and no picture showed its arrival; says which, and what the picture was like."""
