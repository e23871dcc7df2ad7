"""
A real Kubernetes cluster on one Linux machine: nodes are network namespaces, images are loaded, not pulled.

::

    cluster = sessionproof_cluster.up()          # three nodes, DNS, storage, ingress
    cluster.load([image.path])
    cluster.cut("node-2")
    sessionproof_cluster.down()

What may not live here: anything about session platforms, scenarios or reports.
"""

from sessionproof_cluster.cluster import Cluster, clusters, find
from sessionproof_cluster.errors import (
    BadName,
    ClusterBusy,
    ClusterDiffers,
    ClusterError,
    ClusterNotFound,
    ComponentFailed,
    MachineUnfit,
    Refused,
    ToolFailed,
)
from sessionproof_cluster.fitness import Check, doctor
from sessionproof_cluster.inspecting import Leftover, leftovers, remove_leftovers
from sessionproof_cluster.progress import Progress, silent
from sessionproof_cluster.starting import up
from sessionproof_cluster.stopping import down

__all__ = [
    "BadName",
    "Check",
    "Cluster",
    "ClusterBusy",
    "ClusterDiffers",
    "ClusterError",
    "ClusterNotFound",
    "ComponentFailed",
    "Leftover",
    "MachineUnfit",
    "Progress",
    "Refused",
    "ToolFailed",
    "clusters",
    "doctor",
    "down",
    "find",
    "leftovers",
    "remove_leftovers",
    "silent",
    "up",
]
