"""
Waiting, as four verbs over readings: becomes, stays, never, within.

A wait is a subscription to the timeline. It never asks a product anything and has no loop of its own:
what is not recorded cannot be awaited. It looks first at what was already seen since the cause, so a
phase that came and went before the step began is not missed.
"""

from sessionproof.waiting.readings import ABSENT, Hint, Reading, across, reading
from sessionproof.waiting.verbs import Held, Reached, becomes, never, stays, within

__all__ = [
    "ABSENT",
    "Held",
    "Hint",
    "Reached",
    "Reading",
    "across",
    "becomes",
    "never",
    "reading",
    "stays",
    "within",
]
