"""Settings that must never get lost."""

from __future__ import annotations

import json

import pytest
import yaml
from sessionproof_cluster import components, configuration, layout, ranges

NAMES, RANGES = layout.Layout("default"), ranges.Ranges(64)


def test_nobody_gets_in_unnamed() -> None:
    """No anonymous access, no static tokens, every request authorized."""
    flags = components.control(NAMES, RANGES, "kube-apiserver")

    assert "--anonymous-auth=false" in flags
    assert "--authorization-mode=Node,RBAC" in flags
    assert "--enable-admission-plugins=NodeRestriction" in flags
    assert not [flag for flag in flags if "token-auth-file" in flag]


def test_kubelets_ask_the_api_server_who_may() -> None:
    """Anonymous requests are refused, others reviewed."""
    settings = yaml.safe_load(configuration.kubelet(NAMES, RANGES, "node-2"))

    assert settings["authentication"]["anonymous"]["enabled"] is False
    assert settings["authorization"]["mode"] == "Webhook"


def test_kubelets_share_no_directory_and_no_control_group() -> None:
    """Else they remove each other's pods."""
    one, two = (yaml.safe_load(configuration.kubelet(NAMES, RANGES, node)) for node in ("node-1", "node-2"))

    for key in ("podLogsDir", "cgroupRoot", "volumePluginDir", "address", "tlsCertFile"):
        assert one[key] != two[key]


def test_kube_proxy_sets_no_sysctl_of_the_machine() -> None:
    """Connection tracking is sized by the machine alone."""
    settings = yaml.safe_load(configuration.kube_proxy(NAMES, RANGES, "node-1", "node-1"))

    assert settings["conntrack"]["maxPerCore"] == settings["conntrack"]["min"] == 0


def test_pods_get_addresses_of_their_node() -> None:
    """The route to 10.64.3.0/24 leads to node-3."""
    plugins = json.loads(configuration.cni(RANGES, "node-3"))["plugins"]

    assert plugins[0]["ipam"]["ranges"] == [[{"subnet": "10.64.3.0/24"}]]


@pytest.mark.parametrize("program", [*components.CONTROL_PLANE, *components.ADDONS])
def test_programs_are_found_by_their_file_name(program: str) -> None:
    """That is how a running one is told from a dead one."""
    assert components.control(NAMES, RANGES, program)[0] == f"{NAMES.programs}/{program}"
