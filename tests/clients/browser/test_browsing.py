"""Where names lead, what is trusted, and what is said when there is no browser."""

from __future__ import annotations

import pytest

from sessionproof.clients.browser import BrowserUnavailable, Resolving, browsing
from sessionproof.clients.browser.observing import masked


def test_only_named_hosts_lead_anywhere():
    """Hosts lead to the ingress, media networks and loopback stay reachable, all else leads nowhere."""
    rules = Resolving(("*.vdi.example.com",), "10.97.0.2", ("10.98.0.0/16",)).rules

    assert rules == (
        "MAP *.vdi.example.com 10.97.0.2, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, "
        "EXCLUDE 10.97.0.2, EXCLUDE 10.98.*"
    )


@pytest.mark.parametrize(
    ("network", "patterns"),
    [
        ("10.0.0.0/8", ["10.*"]),
        ("10.1.2.0/24", ["10.1.2.*"]),
        ("10.1.2.3/32", ["10.1.2.3"]),
        ("10.1.4.0/23", ["10.1.4.*", "10.1.5.*"]),
        ("0.0.0.0/0", ["*"]),
    ],
)
def test_networks_become_patterns_of_whole_octets(network, patterns):
    """Every address of a network is matched and no other."""
    assert patterns == browsing.address_patterns(network)


def test_missing_browser_is_told_with_its_package():
    """Without a browser the target is unavailable, with what to install."""
    with pytest.raises(BrowserUnavailable, match="no-such-browser is installed; apt-get install chromium"):
        browsing.find_program(("no-such-browser",), "chromium")


def test_browser_has_a_home_of_its_own_and_no_display(tmp_path, monkeypatch):
    """Nothing of the user's profile or screen reaches the browser."""
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    environment = browsing.private_environment(tmp_path)

    assert (str(tmp_path), False, False) == (
        environment["HOME"],
        "DISPLAY" in environment,
        "XDG_CONFIG_HOME" in environment,
    )


def test_addresses_are_kept_without_secrets():
    """User, password, query and fragment never reach the record."""
    assert masked("https://me:secret@a.test:8443/api?token=secret#x") == "https://a.test:8443/api"
