"""``up``, ``down``, ``status`` and ``doctor``: the embedded Kubernetes."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

from sessionproof import errors
from sessionproof.cli import commands
from sessionproof.cli.console import Console, table

if TYPE_CHECKING:
    from sessionproof.cli.commands import Commands


def add_to(those: Commands) -> None:
    """Add the commands of this module."""
    up = commands.add(
        those,
        "up",
        _up,
        "make a real Kubernetes cluster on this machine, or complete the one that is there",
        "sudo sessionproof up",
        "sudo sessionproof up --nodes 5 --name big     a second one beside it",
        "sudo sessionproof up --bare                   nodes only: no DNS, ingress, storage, images",
    )
    up.add_argument("--nodes", type=_number, default=3, metavar="N", help="how many nodes (3)")
    up.add_argument("--bare", action="store_true", help="no DNS, ingress, storage and reference images")
    up.add_argument("--name", default="default", help="name of the cluster (default)")
    down = commands.add(
        those,
        "down",
        _down,
        "remove a cluster with every process, mount, namespace, interface and route of it",
        "sudo sessionproof down",
        "sudo sessionproof down --all",
    )
    which = down.add_mutually_exclusive_group()
    which.add_argument("--name", default="default", help="name of the cluster (default)")
    which.add_argument("--all", action="store_true", help="every cluster, and what is left of dead ones")
    status = commands.add(
        those,
        "status",
        _status,
        "show the clusters and what dead runs have left behind",
        "sessionproof status",
        "sessionproof status --json | jq .leftovers",
    )
    status.add_argument("--json", action="store_true", help="as JSON, and nothing else, on standard output")
    doctor = commands.add(
        those,
        "doctor",
        _doctor,
        "say what this machine, or the cluster of a target, lacks, and how to get it",
        "sessionproof doctor",
        "sessionproof doctor --target staging",
    )
    doctor.add_argument(
        "--target", metavar="NAME", help="look at the cluster of this target of scenarios.yaml"
    )


def _up(options: argparse.Namespace) -> int:
    commands.need_root("up")
    import sessionproof_cluster

    from sessionproof.cli import images

    with _progress() as console:
        # Stories need the reference images; nodes that have them from the start unpack nothing.
        built = [] if options.bare else images.build(commands.repository(), (), console)
        made = sessionproof_cluster.up(
            options.name,
            nodes=options.nodes,
            bare=options.bare,
            progress=console,
            images=[image.path for image in built],
        )
    sys.stdout.write(
        f"cluster {made.name} is up, {len(made.nodes)} nodes\n  export KUBECONFIG={made.kubeconfig}\n"
    )
    return errors.ExitCode.PASSED


def _down(options: argparse.Namespace) -> int:
    commands.need_root("down --all" if options.all else "down")
    import sessionproof_cluster

    names = [options.name]
    if options.all:
        names = [cluster.name for cluster in sessionproof_cluster.clusters()]
    with _progress() as console:
        for name in names:
            sessionproof_cluster.down(name, progress=console)
    left = sessionproof_cluster.remove_leftovers() if options.all else []
    if left:
        raise errors.Leaked("still there: " + ", ".join(f"{item.kind} {item.name}" for item in left))
    return errors.ExitCode.PASSED


def _status(options: argparse.Namespace) -> int:
    import sessionproof_cluster

    from sessionproof import janitor

    clusters = [
        {
            "name": cluster.name,
            "nodes": [{"name": name, "ready": ready} for name, ready in cluster.nodes_ready().items()],
        }
        for cluster in sessionproof_cluster.clusters()
    ]
    found, unlooked = janitor.look(commands.addresses())
    if options.json:
        sys.stdout.write(json.dumps({"clusters": clusters, "leftovers": len(found)}) + "\n")
    else:
        sys.stdout.write(_shown(clusters, found))
    for one in unlooked:
        sys.stderr.write(f"{one.where} could not be looked at: {one.why}\n")
    return errors.ExitCode.NOT_RUN if unlooked else errors.ExitCode.PASSED


def _shown(clusters: list[dict[str, Any]], found: list[Any]) -> str:
    rows = [
        (cluster["name"], node["name"], "ready" if node["ready"] else "not ready")
        for cluster in clusters
        for node in cluster["nodes"]
    ]
    lines = [
        table(rows, ("CLUSTER", "NODE", "STATE")) if rows else "no cluster: `sudo sessionproof up` makes one"
    ]
    if found:
        left = [(item.what, item.where, item.run) for item in found]
        lines += ["", table(left, ("LEFTOVER", "WHERE", "RUN")), ""]
        if any(item.thing for item in found):
            lines.append("`sessionproof janitor` removes what dead runs left in clusters")
        if any(item.thing is None for item in found):
            lines.append(
                "`sudo sessionproof down --all` removes what is left of dead clusters, and the living ones"
            )
    else:
        lines += ["", "no leftovers"]
    return "\n".join(lines) + "\n"


def _doctor(options: argparse.Namespace) -> int:
    import sessionproof_cluster

    checks = _fitness(options.target) if options.target else sessionproof_cluster.doctor()
    words = {True: "MISSING", False: "advice"}
    rows = [("ok" if c.ok else words[c.needed], c.name, c.found, "" if c.ok else c.advice) for c in checks]
    sys.stdout.write(table(rows, ("", "WHAT", "FOUND", "WHAT TO DO")) + "\n")
    return errors.ExitCode.PASSED if all(c.ok or not c.needed for c in checks) else errors.ExitCode.NOT_RUN


def _fitness(name: str) -> list[Any]:
    """What a run would look at before it makes anything on the target."""
    from sessionproof import catalogue, targets
    from sessionproof.adapters.vdi import manifests

    root = commands.repository()
    known = catalogue.load(root / "scenarios.yaml")
    target = known.target(name)
    checks, place = targets.examine(target, manifests.needs(target, known, root))
    if place is not None:
        place.client.close()
    return checks


@contextlib.contextmanager
def _progress() -> Any:
    console = Console()
    try:
        yield console
    finally:
        console.finish()


def _number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 20:
        raise argparse.ArgumentTypeError("between 1 and 20 nodes")
    return number
