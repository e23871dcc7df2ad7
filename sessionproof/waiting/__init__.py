"""
Waiting, as four verbs over readings: becomes, stays, never, within.

A wait is a subscription to the timeline. It never asks a product anything and has no loop of its own:
what is not recorded cannot be awaited. It looks first at what was already seen since the cause, so a
phase that came and went before the step began is not missed.
"""

from sessionproof.waiting import hints
from sessionproof.waiting.readings import ABSENT, KUBERNETES_WATCH, Hint, Reading, across, reading
from sessionproof.waiting.replaying import replayed
from sessionproof.waiting.verbs import Held, Reached, becomes, never, stays, within

__all__ = [
    "ABSENT",
    "KUBERNETES_WATCH",
    "Held",
    "Hint",
    "Reached",
    "Reading",
    "across",
    "becomes",
    "hints",
    "never",
    "reading",
    "replayed",
    "stays",
    "within",
]
