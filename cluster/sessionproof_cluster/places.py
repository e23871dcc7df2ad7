"""
A place: the namespaces (network, mounts, processes) that a node or the control plane lives in.

A keeper (the ``pause`` program) is the first process of the place. When it dies, the kernel ends every
process there, and with the last of them all mounts vanish: nothing has to be found and undone one by one.
Paths that Kubernetes and containerd cannot be talked out of (/run, /var/lib, /var/log, /tmp) are the
place's own, so that nothing is written beside the cluster's state.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sessionproof_cluster import cgroups, errors, processes, running, waiting
from sessionproof_cluster.layout import MARK, Layout

_START = 10.0
"""Seconds that a process may take to come up as such; not to be ready."""

_SYSCTLS = {
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "kernel/keys/root_maxkeys": 1000000,
    "kernel/keys/root_maxbytes": 25000000,
}
"""What a kubelet wants to set on the machine: it reads these values from files laid over the real ones."""

_KEEPER = """
set -e
state=$1; place=$2; programs=$3; shift 3
for procs in "$@"; do echo 0 > "$procs"; done
mount --bind "$programs" "$state/bin"
if [ -d "$place/layers" ]; then
    while read -r source target; do
        mount --bind "$source" "$target"
        mount -o remount,bind,ro "$target"
    done < "$place/layers/binds"
fi
cd "$place/sysctls"
find . -type f | while read -r file; do
    if [ -e "/proc/sys/$file" ]; then mount --bind "$file" "/proc/sys/$file"; fi
done
cd /
mount --rbind "$state" /tmp
mount -t tmpfs -o mode=755 tmpfs /var/lib
mkdir -p "$state"
mount --rbind /tmp "$state"
umount -l /tmp
mount --bind "$state/tmp" /tmp
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/log
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
exec "$state/bin/pause"
"""

_PROGRAM = """
log=$1; groups=$2; shift 2
while [ "$groups" -gt 0 ]; do echo 0 > "$1"; shift; groups=$((groups - 1)); done
umask 022
cd /
setsid "$@" >>"$log" 2>&1 </dev/null &
program=$(command -v "$1")
# The kernel shows the program a moment before its environment and arguments, by which it is found later.
until [ "/proc/$!/exe" -ef "$program" ] && grep -qsa . "/proc/$!/environ"; do
    kill -0 $! 2>/dev/null || exit 1
    sleep 0.01
done
"""


@dataclass(frozen=True)
class Place:
    """A node or the control plane of one cluster."""

    layout: Layout
    name: str

    @property
    def directory(self) -> Path:
        """Where the place keeps its files."""
        return self.layout.place(self.name)

    @property
    def _mark(self) -> str:
        return f"{self.layout.cluster}/{self.name}"

    @property
    def group(self) -> str:
        """Control group of the place's own processes; those of pods are beside it."""
        return f"{self.layout.cgroup}/{self.name}/system"

    def log(self, program: str) -> Path:
        """Where a program of this place writes what it has to say."""
        return self.directory / f"{program}.log"

    def prepare(self) -> None:
        """Make the directories that the keeper needs."""
        for path, value in _SYSCTLS.items():
            file = self.directory / "sysctls" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{value}\n")
        (self.layout.state / "tmp").mkdir(exist_ok=True)
        (self.layout.state / "tmp").chmod(0o1777)
        self.layout.programs.mkdir(exist_ok=True)

    def open(self, programs: Path) -> None:
        """Start the keeper; use `opened` to wait until it is there."""
        unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        script = ["sh", "-c", _KEEPER, "keeper"]
        paths = [str(self.layout.state), str(self.directory), str(programs)]
        keeper = [*unshare, "--propagation", "private", *script, *paths, *self._groups()]
        self._detach((), "keeper", (), keeper)

    def opened(self) -> int:
        """
        Wait until the place can be used, and return its keeper's pid.

        :raises ComponentFailed: the keeper did not come up.
        """

        def look() -> int | None:
            if self._mark not in processes.marks().values():
                raise errors.ComponentFailed(f"place {self._mark}", "could not be made", self.log("keeper"))
            return self.keeper()

        if not (pid := waiting.Deadline.after(_START).until(look)):
            raise errors.ComponentFailed(f"place {self._mark}", "not made in time", self.log("keeper"))
        return pid

    def keeper(self) -> int | None:
        """Pid of the keeper; None when the place is gone."""
        expected = [str(self.layout.programs / "pause")]
        for pid, mark in processes.marks().items():
            if mark == self._mark and processes.arguments(pid) == expected:
                return pid
        return None

    def _enter(self, *kinds: str) -> list[str]:
        keeper = self.keeper()
        if keeper is None:
            raise errors.ComponentFailed(
                f"place {self._mark}", "is gone; run 'sessionproof up' to replace the cluster"
            )
        return [f"--target={keeper}", *(f"--{kind}" for kind in kinds)]

    def run(self, *command: str, stdin: str = "", timeout: float = running.PATIENCE) -> str:
        """Run a program of the machine inside the place, to its end."""
        inside = running.within(self._enter("net", "mount", "pid"), *command)
        return running.run(*inside, stdin=stdin, timeout=timeout)

    def network(self, *command: str, stdin: str = "") -> str:
        """Run a program inside the place's network alone: it sees the machine's files and processes."""
        return running.run(*running.within(self._enter("net"), *command), stdin=stdin)

    def start(self, arguments: Sequence[str]) -> None:
        """
        Start a daemon that outlives whoever started it; returns when it is executed, not when it is ready.

        :raises ComponentFailed: it ended at once.
        """
        enter = running.within(self._enter("net", "mount", "pid"))
        self._detach(enter, Path(arguments[0]).name, self._groups(), arguments)

    def _detach(
        self, enter: Sequence[str], program: str, groups: Sequence[str], arguments: Sequence[str]
    ) -> None:
        log = self.log(program)
        script = ["sh", "-c", _PROGRAM, program, str(log), str(len(groups)), *groups]
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        done = subprocess.run(
            [*enter, *script, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": path, "HOME": "/root", MARK: self._mark},
            start_new_session=True,
            timeout=running.PATIENCE,
            check=False,
        )
        if done.returncode:
            raise errors.ComponentFailed(f"{program} of {self._mark}", f"ended at once {done.stderr}", log)

    def _groups(self) -> list[str]:
        return [str(hierarchy / self.group / "cgroup.procs") for hierarchy in cgroups.hierarchies()]

    def find(self, program: str) -> int | None:
        """Pid (as the machine counts) of a daemon of this place; None when it does not run."""
        keeper = self.keeper()
        if keeper is None:
            return None
        inside = processes.namespace(keeper, "pid")
        for pid, mark in processes.marks().items():
            arguments = processes.arguments(pid)
            if (
                mark == self._mark
                and arguments
                and Path(arguments[0]).name == program
                and processes.namespace(pid, "pid") == inside
            ):
                return pid
        return None

    def stop(self, program: str) -> None:
        """
        End a daemon at once, as a crash would, and wait until it is gone.

        :raises ComponentFailed: it outlives SIGKILL.
        """
        pid = self.find(program)
        if pid is None:
            return
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        try:
            # The pid may have changed hands between the look and the handle; what the handle names cannot.
            if self.find(program) == pid:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            # Readable only when all threads have ended, and with them everything that the program held.
            if not select.select([handle], [], [], _START)[0]:
                raise errors.ComponentFailed(f"{program} of {self._mark}", f"pid {pid} outlives SIGKILL")
        finally:
            os.close(handle)
