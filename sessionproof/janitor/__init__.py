"""
Finishes what dead runs left behind, and finds what no ledger knows.

Every run begins with :func:`finish_dead_runs`; ``sessionproof janitor`` is the same by hand. Looking
(:func:`look`) asks the machine and the API servers, never a ledger: that is what is counted as a leftover.
Things of a run that still lives are not touched and not counted.
"""

from sessionproof.janitor.finishing import Finished, finish_dead_runs
from sessionproof.janitor.looking import Found, Unlooked, look
from sessionproof.janitor.removing import removers

__all__ = [
    "Finished",
    "Found",
    "Unlooked",
    "finish_dead_runs",
    "look",
    "removers",
]
