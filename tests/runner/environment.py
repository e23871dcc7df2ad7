"""The suite's hooks, on worlds that note one file each; the janitor looks at no machine but at ledgers only."""

from functools import partial

from sessionproof import hooks, janitor
from sessionproof.evidence import Evidence
from sessionproof.hooks import after_step, before_all, before_scenario
from sessionproof.ledger import things
from sessionproof.timeline import Timeline

__all__ = ["after_step", "before_all", "before_scenario"]

janitor.finish_dead_runs = partial(janitor.finish_dead_runs, looking=lambda _: ([], []))


class World:
    """Makes one file, and removes it when it closes."""

    def __init__(self, worlds, number):
        self.id = f"{number:010}"
        self.timeline = Timeline()
        self.evidence = Evidence()
        self.snapshots = []
        self.judged = ()
        self._ledger = worlds.ledger
        self.file = worlds.root / "things" / f"{worlds.ledger.run}.{number}"
        with self._ledger.planned(things.path(self.file), scenario=self.id):
            self.file.parent.mkdir(exist_ok=True)
            self.file.touch()

    def close(self):
        self._ledger.clean({}, scenario=self.id)


class Worlds:
    """Lends one world per scenario, and holds a file as long as the process lives."""

    def __init__(self, root, catalogue, target, ledger):
        self.root = root
        self.ledger = ledger
        self.opened = 0
        self.platform = World(self, 0)

    def open(self):
        self.opened += 1
        return World(self, self.opened)

    def close(self):
        self.platform.close()
        self.ledger.close()


hooks.worlds_factory = Worlds
