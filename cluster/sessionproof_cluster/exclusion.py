"""One at a time: whoever raises or removes a cluster holds its name, and a crash lets go of it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from sessionproof_cluster import errors, waiting
from sessionproof_cluster.progress import Progress

_NAME = "sessionproof-cluster-"
_SOCKETS = Path("/proc/net/unix")
_LONGEST = 900.0
"""Seconds to wait for another: longer than any ``up`` takes."""


@contextlib.contextmanager
def holding(cluster: str, progress: Progress) -> Iterator[None]:
    """
    Hold the name of a cluster; the kernel keeps the lock, so it leaves no file and dies with its holder.

    :raises ClusterBusy: another held it all the time.
    """
    lock = socket.socket(socket.AF_UNIX)
    told = False

    def bound() -> bool:
        nonlocal told
        try:
            lock.bind(f"\0{_NAME}{cluster}")
        except OSError:
            if not told:
                progress("wait", f"another process is raising or removing cluster {cluster}")
                told = True
            return False
        return True

    with lock:
        if not waiting.Deadline.after(_LONGEST).until(bound):
            raise errors.ClusterBusy(f"cluster {cluster} has been raised or removed by another for too long")
        yield


def held() -> frozenset[str]:
    """The clusters whose names are held: a living process is raising or removing them."""
    # The kernel shows the leading zero byte of such a name as an @.
    last = (line.rpartition(" ")[2] for line in _SOCKETS.read_text().splitlines())
    return frozenset(name[len(_NAME) + 1 :] for name in last if name.startswith(f"@{_NAME}"))
