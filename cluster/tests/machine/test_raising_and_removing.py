"""A cluster is raised beside another, and goes without a trace."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sessionproof_cluster
from sessionproof_cluster import Cluster, cgroups, errors, layout, network, processes
from sessionproof_cluster.ranges import Ranges

Eventually = Callable[[Callable[[], Any]], Any]

pytestmark = [pytest.mark.machine, pytest.mark.alone]


SECOND = "t-second"


def _machine() -> dict[str, Any]:
    """Everything that a cluster of the name SECOND could have left or changed."""

    def listed(path: str) -> list[str]:
        return sorted(entry.name for entry in Path(path).iterdir()) if Path(path).is_dir() else []

    def output(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    counters = [line.split(" [")[0] for line in output("iptables-save").splitlines() if line[:1] != "#"]
    sysctls = ("net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")
    return {
        "interfaces": network.interfaces(),
        "routes": output("ip", "route", "show", "table", "all", "type", "unicast").splitlines(),
        "unreachable": output("ip", "route", "show", "type", "unreachable").splitlines(),
        "rules": output("ip", "rule"),
        "firewall": counters,
        "namespaces": listed("/run/netns"),
        "mounts": [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()],
        "groups": cgroups.named("sp-"),
        "processes": sorted(processes.of_cluster(SECOND)),
        "clusters": listed(str(layout.CLUSTERS)),
        "files": {path: listed(path) for path in ("/run", "/var/lib", "/var/log", "/opt", "/etc/cni")},
        "sysctls": {name: Path("/proc/sys", name).read_text() for name in sysctls},
        "hosts": Path("/etc/hosts").read_text(),
    }


def test_an_up_that_was_killed_is_replaced_and_down_leaves_the_machine_as_it_was(
    cluster: Cluster, eventually: Eventually
) -> None:
    """While another cluster lives on undisturbed."""
    before = _machine()
    script = (
        "import sys, sessionproof_cluster as c\n"
        "c.up(sys.argv[1], 1, True, lambda stage, detail='', *a: print(detail, flush=True))"
    )
    raising = subprocess.Popen([sys.executable, "-c", script, SECOND], stdout=subprocess.PIPE, text=True)
    assert raising.stdout
    for line in raising.stdout:
        if "nodes" in line:
            break
    assert not [left for left in sessionproof_cluster.leftovers() if left.cluster == SECOND]
    raising.send_signal(signal.SIGKILL)
    raising.wait()
    raising.stdout.close()

    def kinds() -> set[str]:
        return {left.kind for left in sessionproof_cluster.leftovers() if left.cluster == SECOND}

    # A child that the killed process had just forked may hold the name for a moment longer.
    eventually(lambda: kinds() >= {"process", "namespace", "interface", "cgroup", "directory"})

    second = sessionproof_cluster.up(SECOND, nodes=1, bare=True)
    assert second.nodes_ready() == {"node-1": True}
    assert second.second != cluster.second
    assert {one.name for one in sessionproof_cluster.clusters()} >= {SECOND, cluster.name}
    assert sessionproof_cluster.up(SECOND, nodes=1, bare=True) == second
    with pytest.raises(errors.ClusterDiffers, match="with 1 nodes, not 2"):
        sessionproof_cluster.up(SECOND, nodes=2, bare=True)

    second.control.stop("etcd")
    sessionproof_cluster.down(SECOND)

    assert _machine() == before
    assert cluster.healthy()
    with pytest.raises(errors.ClusterNotFound, match=f"sessionproof up --name {SECOND}"):
        sessionproof_cluster.find(SECOND)


def test_what_nobody_recorded_is_found_and_removed() -> None:
    """A namespace, a route and a control group that no ledger names count as leftovers."""
    planted = layout.NETNS / "sp-ghost-node-1"
    planted.parent.mkdir(exist_ok=True)
    planted.touch()
    cgroups.make(["sp-ghost"])
    assert network.claim(Ranges(127))

    found = {left.name for left in sessionproof_cluster.leftovers()}
    assert found >= {"sp-ghost-node-1", "sp-ghost", "unreachable 10.127.0.0/16"}
    assert [left for left in sessionproof_cluster.remove_leftovers() if "ghost" in left.name] == []
    assert not planted.exists()
    assert not [left for left in sessionproof_cluster.leftovers() if "10.127." in left.name]


def test_memory_stays_within_what_a_small_machine_has(cluster: Cluster) -> None:
    """Three nodes, control plane and DNS: below 1.5 GiB, shared pages counted once."""
    assert cluster.memory() < 1.5 * 2**30


def test_the_administrators_access_is_the_owners_alone(cluster: Cluster) -> None:
    """Mode 0600."""
    assert cluster.kubeconfig.stat().st_mode & 0o777 == 0o600
