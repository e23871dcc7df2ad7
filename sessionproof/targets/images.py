"""Whether a cluster's nodes have the images that no registry has, and how they get them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import sessionproof_cluster

from sessionproof.catalogue import Target
from sessionproof.catalogue.entries import LOCAL_IMAGES
from sessionproof.clients.kubernetes import Client, Expired, kinds
from sessionproof.errors import TargetUnavailable
from sessionproof.targets import kind

_TOLD_SECONDS = 45.0
"""Longest time for a kubelet to tell of an image that was loaded: it looks twice a minute."""
_MOST_TOLD = 50
"""A kubelet tells of so many images; what else a node has is not known."""


def missing(client: Client, references: Collection[str], *, seconds: float = _TOLD_SECONDS) -> list[str]:
    """
    Which of the images that begin with ``sessionproof.local/`` are not on every node that takes pods.

    :param seconds: how long to wait for kubelets to tell of all of them.
    :returns: for each what is missing where, in words.
    """
    wanted = sorted(reference for reference in references if reference.startswith(LOCAL_IMAGES))
    deadline = time.monotonic() + seconds
    while True:
        listing = client.listing(kinds.NODE)
        lacking = _lacking(listing.items, wanted)
        left = deadline - time.monotonic()
        if not lacking or left <= 0:
            return lacking
        _await_change(client, listing.resource_version, left, lambda items: _lacking(items, wanted))


def load_images(target: Target, archives: Sequence[Path], progress: sessionproof_cluster.Progress) -> None:
    """
    Bring the images in OCI *archives* to the nodes of the target's cluster.

    :raises TargetUnavailable: if there is no way to bring them there; says what to do instead.
    """
    reference = target.cluster
    if reference.embedded is not None:
        sessionproof_cluster.find(reference.embedded).load(archives, progress)
    elif reference.kind is not None:
        kind.load(reference.kind, archives)
    else:
        raise TargetUnavailable(
            f"target '{target.name}': images cannot be loaded by a kubeconfig; push the archives to a registry that "
            "the nodes pull from, and give the target its `registry`"
        )


def _lacking(nodes: Sequence[dict[str, Any]], wanted: Sequence[str]) -> list[str]:
    found = []
    for node in nodes:
        if not _takes_pods(node):
            continue
        told = node["status"].get("images") or []
        names = {name for image in told for name in image.get("names") or ()}
        lacks = [reference for reference in wanted if reference not in names]
        if lacks and len(told) < _MOST_TOLD:
            found.append(f"{', '.join(lacks)} on node {node['metadata']['name']}")
    return found


def _takes_pods(node: dict[str, Any]) -> bool:
    taints = node["spec"].get("taints") or ()
    return not any(taint["effect"] in ("NoSchedule", "NoExecute") for taint in taints)


def _await_change(
    client: Client, version: str, seconds: float, lacking: Callable[[Sequence[dict[str, Any]]], object]
) -> None:
    """Return when a node that is told of lacks nothing any more, or the time is over."""
    stream = client.watch(kinds.NODE, "", version, seconds=max(1, round(seconds)))
    try:
        for event in stream:
            if event["type"] in ("ADDED", "MODIFIED") and not lacking([event["object"]]):
                return
    except Expired:
        return
    finally:
        stream.close()
