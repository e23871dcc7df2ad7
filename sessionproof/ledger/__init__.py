"""
What a run makes, written down before it is made, so that whatever kills the run, it can be found and removed.

::

    wanted = things.kubernetes("VDISession", "vdi.kasm.io/v1alpha1", "alice", namespace=ns, cluster=address)
    with ledger.planned(wanted, scenario=scenario_id) as entry:
        made = client.create(...)
        entry.made(uid=made["metadata"]["uid"])

One append-only file of JSON lines per process and run, synced to disk before the thing is made. This
package knows how to remove processes and files; everything that needs a client is removed by a remover
that others register. No client, no Kubernetes and no behave lives here.
"""

from sessionproof.ledger import things
from sessionproof.ledger.book import Entry, Ledger, read_runs
from sessionproof.ledger.owners import Owner, life_of, living_runs, signature
from sessionproof.ledger.removal import NotRemoved, Remover, Removers, remove_all
from sessionproof.ledger.things import Thing

__all__ = [
    "Entry",
    "Ledger",
    "NotRemoved",
    "Owner",
    "Remover",
    "Removers",
    "Thing",
    "life_of",
    "living_runs",
    "read_runs",
    "remove_all",
    "signature",
    "things",
]
