"""
What is compiled, from which sources and with which flags, and the checksums that name the result.

Nothing here runs a compiler or writes a file.
"""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from pathlib import Path

KUBERNETES_VERSION = "1.34.4"
"""1.34 is the newest line whose kubelet accepts cgroup v1 and v2 alike."""

SOURCES = Path(__file__).parent / "programs"
"""The Go module: its go.mod and go.sum pin every version, its folders hold the programs of our own."""

_MAJOR, _MINOR, _ = KUBERNETES_VERSION.split(".")
_VERSION_PACKAGE = "k8s.io/component-base/version"
FLAGS = (
    "-trimpath",
    "-buildvcs=false",
    "-ldflags=-s -w"
    f" -X {_VERSION_PACKAGE}.gitVersion=v{KUBERNETES_VERSION}"
    f" -X {_VERSION_PACKAGE}.gitMajor={_MAJOR}"
    f" -X {_VERSION_PACKAGE}.gitMinor={_MINOR}",
)
"""The same for every program, so that packages they share are compiled once."""


@dataclass(frozen=True)
class Program:
    """One executable of the cluster."""

    name: str
    """File name of the executable."""
    package: str
    """Go package; one that starts with ``./`` is our own and lies in the module's folder."""
    expected: float
    """Seconds on two idle cores when the programs before it are built: for the progress line alone."""


@dataclass(frozen=True)
class Recipe:
    """A Go module and the programs to be built from it, in this order."""

    sources: Path
    programs: tuple[Program, ...]
    version: str
    flags: tuple[str, ...] = FLAGS

    def checksum(self, program: Program) -> str:
        """Name everything that decides what this program is: versions, flags, architecture, own sources."""
        files = [self.sources / "go.mod", self.sources / "go.sum"]
        if program.package.startswith("./"):
            files += sorted((self.sources / program.package).rglob("*.go"))
        digest = hashlib.sha256("\0".join((platform.machine(), program.package, *self.flags)).encode())
        for file in files:
            if file.exists() and not file.name.endswith("_test.go"):
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"\0{file.relative_to(self.sources)}\0{content}".encode())
        return digest.hexdigest()

    def key(self) -> str:
        """Name the directory of the whole set: ``<version>-<checksum>``."""
        digest = hashlib.sha256()
        for program in self.programs:
            digest.update(f"{program.name} {self.checksum(program)}\n".encode())
        return f"{self.version}-{digest.hexdigest()[:16]}"


CLUSTER = Recipe(
    sources=SOURCES,
    version=f"v{KUBERNETES_VERSION}",
    programs=(
        Program("pause", "./pause", 6),
        Program("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", 214),
        Program("etcd", "go.etcd.io/etcd/server/v3", 9),
        Program("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", 52),
        Program("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler", 5),
        Program("kubectl", "k8s.io/kubernetes/cmd/kubectl", 22),
        Program("kubelet", "k8s.io/kubernetes/cmd/kubelet", 16),
        Program("kube-proxy", "k8s.io/kubernetes/cmd/kube-proxy", 8),
        Program("coredns", "./coredns", 7),
        Program("ingress", "./ingress", 4),
        Program("volumes", "./volumes", 4),
    ),
)
"""The eleven programs of the embedded cluster."""
