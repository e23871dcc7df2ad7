"""
The programs of the embedded cluster, compiled from pinned Go modules and kept in the user's cache.

May not know what a cluster is: it hands out a directory of executables and nothing else.
"""

from sessionproof_cluster.binaries.building import build, verify
from sessionproof_cluster.binaries.errors import BinariesError, BuildFailed, ModulesUnreachable, NoToolchain
from sessionproof_cluster.binaries.toolchain import Toolchain, find_go

__all__ = [
    "BinariesError",
    "BuildFailed",
    "ModulesUnreachable",
    "NoToolchain",
    "Toolchain",
    "build",
    "find_go",
    "verify",
]
