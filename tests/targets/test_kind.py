"""What the kind command is told, with a program in its place that writes down its arguments."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sessionproof.catalogue import ClusterReference, Target
from sessionproof.errors import TargetUnavailable
from sessionproof.targets import access_to, address_of, load_images, reaching

CONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: kind-x, cluster: {server: "http://127.0.0.1:6443"}}]
contexts: [{name: kind-x, context: {cluster: kind-x}}]
current-context: kind-x
"""
TARGET = Target("laptop", "vdi", ClusterReference(kind="x"))


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kind that knows the cluster x; gives the file in which its arguments are found."""
    (tmp_path / "config").write_text(CONFIG)
    program = tmp_path / "bin" / "kind"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$*" >> {tmp_path}/told\n'
        'case "$*" in *"--name y"*) echo "ERROR: could not locate any control plane nodes" >&2; exit 1 ;; esac\n'
        f'case "$1" in get) cat {tmp_path}/config ;; esac\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "told"


def test_the_access_is_asked_from_kind(told: Path, tmp_path: Path) -> None:
    """And kept where only this user reads it: the command line needs a file."""
    address = address_of(TARGET.cluster)
    way = access_to(address)
    kubectl = reaching.kubectl_of(TARGET)

    assert address == "kind:x"
    assert way
    assert way.server == "http://127.0.0.1:6443"
    assert told.read_text().splitlines()[0] == "get kubeconfig --name x"
    assert kubectl.kubeconfig == tmp_path / "cache/sessionproof/kind/x.kubeconfig"
    assert kubectl.kubeconfig.stat().st_mode & 0o077 == 0


def test_images_are_loaded_one_archive_at_a_time(told: Path, tmp_path: Path) -> None:
    """By kind's own command."""
    load_images(TARGET, [tmp_path / "a.tar", tmp_path / "b.tar"], lambda *_: None)

    assert told.read_text().splitlines() == [
        f"load image-archive {tmp_path}/a.tar --name x",
        f"load image-archive {tmp_path}/b.tar --name x",
    ]


def test_what_kind_says_is_passed_on(told: Path) -> None:
    """With the cluster's name."""
    with pytest.raises(
        TargetUnavailable, match=r"kind cluster 'y': .*could not locate any control plane nodes"
    ):
        access_to("kind:y")


def test_a_machine_without_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what else will do."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(
        TargetUnavailable, match="kind is not installed; install it, or give the cluster's kubeconfig"
    ):
        access_to("kind:x")


def test_a_kubeconfig_is_no_way_to_load_images() -> None:
    """Says what is."""
    far = Target("far", "vdi", ClusterReference(kubeconfig=None))

    with pytest.raises(
        TargetUnavailable, match="cannot be loaded by a kubeconfig; push the archives to a registry"
    ):
        load_images(far, [], lambda *_: None)
