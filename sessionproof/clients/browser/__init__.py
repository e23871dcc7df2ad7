"""
Chromium as a person uses it: one process for a run, one profile for each viewer.

Knows pages, pictures and streams; no product's words and no judgement: stamps are judged by
``sessionproof.model.stamps``.
"""

from sessionproof.clients.browser.browsing import Browser, Resolving
from sessionproof.clients.browser.errors import BrowserUnavailable, InputNotSeen, PageNotShown
from sessionproof.clients.browser.observing import Observations
from sessionproof.clients.browser.viewing import Viewer

__all__ = [
    "Browser",
    "BrowserUnavailable",
    "InputNotSeen",
    "Observations",
    "PageNotShown",
    "Resolving",
    "Viewer",
]
