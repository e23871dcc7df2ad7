"""Names of every shape become labels and hosts that Kubernetes and DNS accept."""

from __future__ import annotations

import hashlib
import re

import pytest
from vdi_operator import naming

_USERS = [
    "alice@example.com",
    "Alice.B+x@example.com",
    "ÜNAL@example.com",
    "日本@example.com",
    "-@x.yz",
    "a" * 64 + "@example.com",
    "a-" * 40 + "@example.com",
    "!#$%&'*+/=?^_`{|}~@x.yz",
]


@pytest.mark.parametrize("user", _USERS)
def test_any_user_gives_a_label_value_that_kubernetes_accepts(user: str) -> None:
    """At most 63 characters of the allowed set, alphanumeric at both ends."""
    assert re.fullmatch(r"(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", naming.safe_label(user))


@pytest.mark.parametrize("user", _USERS)
def test_any_user_gives_hosts_that_dns_accepts(user: str) -> None:
    """Both the plain host and the other one begin with a DNS label."""
    hosts = (naming.host(user, "vdi.test"), naming.other_host(user, "desks", "desk-1", "vdi.test"))

    assert [
        bool(re.fullmatch(r"(?=.{1,63}\.)[a-z0-9]([a-z0-9-]*[a-z0-9])?\.vdi\.test", host)) for host in hosts
    ] == [True, True]


def test_host_is_the_lower_cased_local_part() -> None:
    """Other characters become a dash each."""
    assert naming.host("Alice.B+x@example.com", "vdi.test") == "alice-b-x.vdi.test"


def test_other_host_carries_six_digits_of_the_session() -> None:
    """They come from the hash of namespace/session."""
    digits = hashlib.sha256(b"desks/desk-1").hexdigest()[:6]

    assert naming.other_host("alice@example.com", "desks", "desk-1", "vdi.test") == f"alice-{digits}.vdi.test"


def test_label_keeps_what_is_allowed() -> None:
    """Only the sign @ of a common address changes."""
    assert naming.safe_label("Alice.B@example.com") == "Alice.B-example.com"


@pytest.mark.parametrize(("port", "url"), [(443, "https://a.vdi.test"), (8443, "https://a.vdi.test:8443")])
def test_url_names_the_port_unless_it_is_the_usual_one(port: int, url: str) -> None:
    """443 goes without saying."""
    assert naming.url("a.vdi.test", port) == url


@pytest.mark.parametrize("name", ["a", "desk-1", "n" * 63])
def test_usable_session_name_has_no_objection(name: str) -> None:
    """What a Service may be called, a session may."""
    assert naming.why_unusable(name) is None


@pytest.mark.parametrize("name", ["1desk", "desk.one", "n" * 64])
def test_unusable_session_name_is_objected_to_with_the_rule(name: str) -> None:
    """The message repeats the name and says what is allowed."""
    assert re.search(f"{re.escape(repr(name))}.*1 to 63 characters", naming.why_unusable(name) or "")
