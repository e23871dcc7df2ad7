"""Who may vouch for whom."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID
from sessionproof_cluster import pki, ranges


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every key of a cluster with one node."""
    directory = tmp_path_factory.mktemp("cluster") / "pki"
    pki.lay_out(directory, ranges.Ranges(64), ["node-1"])
    return directory


def _load(keys: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((keys / f"{name}.crt").read_bytes())


@pytest.mark.parametrize(
    ("server", "host"),
    [("apiserver", "kubernetes.default.svc.cluster.local"), ("node-1-serving", "node-1")],
)
def test_servers_verify_against_the_cluster_ca(keys: Path, server: str, host: str) -> None:
    """A client that knows only the cluster's CA trusts them under their names."""
    trusted = verification.Store([_load(keys, "ca")])
    verifier = verification.PolicyBuilder().store(trusted).build_server_verifier(x509.DNSName(host))

    assert verifier.verify(_load(keys, server), [])


def test_a_node_is_named_as_the_node_authorizer_wants_it(keys: Path) -> None:
    """User ``system:node:<name>`` of the group ``system:nodes``."""
    subject = _load(keys, "node-1").subject

    assert subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "system:node:node-1"
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "system:nodes"


def test_the_ingress_ca_cannot_name_clients(keys: Path) -> None:
    """Whoever holds its key cannot make an administrator of himself."""
    usage = _load(keys, "ingress-ca").extensions.get_extension_for_class(x509.ExtendedKeyUsage).value

    assert list(usage) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]


def test_every_key_is_its_owners_alone(keys: Path) -> None:
    """Mode 0600, and 0700 for the directory."""
    modes = {stat.S_IMODE(key.stat().st_mode) for key in keys.glob("*.key")}

    assert modes == {0o600}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
