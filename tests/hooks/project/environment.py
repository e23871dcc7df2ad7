"""The hooks with worlds that need no cluster; the janitor is left out, because it looks at real ones."""

import os
import signal
from dataclasses import dataclass, field

from behave import register_type

from sessionproof import hooks, janitor, words
from sessionproof.evidence import Evidence
from sessionproof.hooks import after_step, before_all, before_scenario
from sessionproof.timeline import Timeline

__all__ = ["after_step", "before_all", "before_scenario"]

register_type(**words.converters())
janitor.finish_dead_runs = lambda *_, **__: janitor.Finished()


@dataclass
class World:
    """As much of a world as the hooks ask for."""

    id: str = "0123456789"
    timeline: Timeline = field(default_factory=Timeline)
    evidence: Evidence = field(default_factory=Evidence)
    snapshots: list[bytes] = field(default_factory=list)
    judged: tuple = ()
    closed: bool = False
    at_close: Exception | None = None
    cancelled: bool = False

    def __post_init__(self):
        self.evidence.register("state", lambda: f"closed: {self.closed}; password=hunter22")

    def close(self):
        self.closed = True
        if self.cancelled:
            os.kill(os.getpid(), signal.SIGTERM)
        if self.at_close:
            raise self.at_close


class Worlds:
    """Lends one world per scenario."""

    def __init__(self, root, catalogue, target, ledger):
        self.ledger = ledger

    def open(self):
        return World()

    def close(self):
        self.ledger.close()


hooks.worlds_factory = Worlds
