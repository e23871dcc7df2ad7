"""Who owns a run, and whether that process still lives: a process number alone is used again and again."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal


@functools.cache
def boot_id() -> str:
    """The kernel's name for the time since it started; processes of another one are dead."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def start_time(pid: int) -> int | None:
    """When process *pid* started, in clock ticks since boot; None if there is none or it is a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name may hold blanks and brackets
    return None if fields[0] in "ZX" else int(fields[19])


@dataclass(frozen=True)
class Owner:
    """A process, so named that no later process can be taken for it."""

    pid: int
    start: int
    """Clock ticks since boot."""
    boot: str

    @classmethod
    def of(cls, pid: int) -> Owner:
        """:raises ProcessLookupError: if there is no such process."""
        start = start_time(pid)
        if start is None:
            raise ProcessLookupError(f"no process {pid}")
        return cls(pid, start, boot_id())

    @classmethod
    def me(cls) -> Owner:
        """The process that asks."""
        return cls.of(os.getpid())

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Owner:
        """The owner that :meth:`record` wrote."""
        return cls(int(record["pid"]), int(record["start"]), str(record["boot"]))

    def record(self) -> dict[str, Any]:
        """As plain values, for a JSON line."""
        return asdict(self)

    def lives(self) -> bool:
        """Whether this very process runs; a zombie does not."""
        return self.boot == boot_id() and start_time(self.pid) == self.start


Life = Literal["lives", "dead", "unknown"]


def signature() -> str:
    """
    This process, so written that any other process can judge whether it lives: on what it makes elsewhere.

    Host, boot, process namespace, number and start, separated by blanks. A container has a process
    namespace of its own, though it shares the boot with its host.
    """
    me = Owner.me()
    return f"{os.uname().nodename} {me.boot} {_process_namespace()} {me.pid} {me.start}"


def life_of(signature: str) -> Life:
    """Whether the process that signed still lives; unknown when that cannot be seen from here."""
    try:
        host, boot, namespace, pid, start = signature.split()
        owner = Owner(int(pid), int(start), boot)
    except ValueError:
        return "unknown"
    if host != os.uname().nodename:
        return "unknown"
    if boot != boot_id():
        return "dead"
    if namespace != _process_namespace():
        return "unknown"
    return "lives" if owner.lives() else "dead"


def _process_namespace() -> str:
    return str(Path("/proc/self/ns/pid").readlink())


def registry() -> Path:
    """Where living runs of this user are listed, whatever checkout they run from."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "sessionproof" / "runs"


def announce(run: str, folder: Path | None = None) -> Path:
    """List this process as the owner of *run*; the file is removed by whoever ends the run."""
    place = folder or registry()
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{run}.json"
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(Owner.me().record()))
    fresh.replace(file)
    return file


def living_runs(folder: Path | None = None) -> set[str]:
    """Ids of the runs whose owner lives; listings of dead ones are removed on the way."""
    living: set[str] = set()
    for file in sorted((folder or registry()).glob("*.json")):
        try:
            lives = Owner.read(json.loads(file.read_text())).lives()
        except FileNotFoundError:
            continue
        except (ValueError, KeyError):
            lives = False
        if lives:
            living.add(file.stem)
        else:
            file.unlink(missing_ok=True)
    return living
