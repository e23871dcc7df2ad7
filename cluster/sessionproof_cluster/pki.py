"""
The cluster's keys and certificates, ECDSA P-256 throughout.

::

    cluster CA      clients of the API server; servers: API server, kubelets
    └── ingress CA  may name servers only, so its holder cannot make itself an administrator
    etcd CA         the API server and etcd, nobody else
    front-proxy CA  the API server towards aggregated API servers
    sa.key          signs service-account tokens

Files are ``<name>.crt`` and ``<name>.key`` (mode 0600).
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sessionproof_cluster.ranges import Ranges

LIFE = datetime.timedelta(days=365)
"""Clusters live for hours; a year never gets in the way."""
_BACKDATED = datetime.timedelta(hours=1)
_SERVER, _CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@dataclass(frozen=True)
class Authority:
    """A CA."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def _subject(name: str, groups: Sequence[str] = ()) -> x509.Name:
    organizations = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*organizations, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def authority(name: str, parent: Authority | None = None) -> Authority:
    """A new CA; under *parent* it may issue certificates of servers only."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(name)
    issuer = parent.certificate.subject if parent else subject
    signer = parent.key if parent else key
    builder = (
        _builder(subject, issuer, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0 if parent else None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if parent:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_SERVER]), critical=False)
    return Authority(builder.sign(signer, hashes.SHA256()), key)


def issue(
    ca: Authority,
    name: str,
    *,
    groups: Sequence[str] = (),
    hosts: Sequence[str] = (),
    client: bool = True,
) -> tuple[bytes, bytes]:
    """
    A certificate and its key, PEM.

    :param hosts: names and addresses of a server; with none it is a client's certificate alone.
    :param client: whether it is good for clients.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    usages = ([_SERVER] if hosts else []) + ([_CLIENT] if client else [])
    builder = (
        _builder(_subject(name, groups), ca.certificate.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False
        )
    )
    if hosts:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False
        )
    certificate = builder.sign(ca.key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM), _pem(key)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write(directory: Path, name: str, certificate: bytes, key: bytes) -> None:
    """Write ``name.crt`` and ``name.key``, the key readable by its owner alone."""
    (directory / f"{name}.crt").write_bytes(certificate)
    private = directory / f"{name}.key"
    private.touch(mode=0o600)
    private.write_bytes(key)


def _write_authority(directory: Path, name: str, ca: Authority) -> None:
    write(directory, name, ca.certificate.public_bytes(serialization.Encoding.PEM), _pem(ca.key))


def lay_out(directory: Path, ranges: Ranges, nodes: Sequence[str]) -> None:
    """Make every key and certificate of a cluster in the new *directory*."""
    directory.mkdir(mode=0o700)
    ca, etcd_ca, front = (authority(f"sessionproof {use}") for use in ("cluster", "etcd", "front-proxy"))
    for name, made in {
        "ca": ca,
        "etcd-ca": etcd_ca,
        "front-proxy-ca": front,
        "ingress-ca": authority("sessionproof ingress", ca),
    }.items():
        _write_authority(directory, name, made)

    kubernetes = [f"kubernetes{rest}" for rest in ("", ".default", ".default.svc")]
    api_names = [*kubernetes, "kubernetes.default.svc.cluster.local", "localhost", "127.0.0.1"]
    api_names += [ranges.control, ranges.gateway, ranges.kubernetes]
    write(directory, "apiserver", *issue(ca, "kube-apiserver", hosts=api_names, client=False))
    write(directory, "etcd", *issue(etcd_ca, "etcd", hosts=["127.0.0.1", "localhost"]))
    write(directory, "etcd-client", *issue(etcd_ca, "kube-apiserver"))
    write(directory, "front-proxy", *issue(front, "front-proxy-client"))
    for user, groups in {
        "admin": ["system:masters"],
        "kubelet-client": [],
        "system:kube-controller-manager": [],
        "system:kube-scheduler": [],
        "system:kube-proxy": [],
        "sessionproof:ingress": [],
        "sessionproof:volumes": [],
    }.items():
        write(
            directory,
            user.rpartition(":")[2],
            *issue(
                ca, f"sessionproof:{user}" if user in ("admin", "kubelet-client") else user, groups=groups
            ),
        )
    for node in nodes:
        user = f"system:node:{node}"
        write(directory, node, *issue(ca, user, groups=["system:nodes"]))
        serving = issue(ca, user, groups=["system:nodes"], hosts=[node, ranges.node(node)], client=False)
        write(directory, f"{node}-serving", *serving)
    signer = ec.generate_private_key(ec.SECP256R1())
    public = signer.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (directory / "sa.pub").write_bytes(public)
    (directory / "sa.key").touch(mode=0o600)
    (directory / "sa.key").write_bytes(_pem(signer))
