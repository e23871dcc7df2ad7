"""Sessions that meet under one address, browsers sent elsewhere, and rights too many each turn their story red."""

from __future__ import annotations

import pytest

from tests.power.conftest import Tell
from tests.power.rights import EVERYBODY, OPERATOR, granted

pytestmark = pytest.mark.power


def test_one_host_for_two_sessions_is_seen(tell: Tell) -> None:
    """The message names both sessions and the host."""
    told = tell(
        "crowd.feature", "Two desktops of one person do not meet under one address", operator="one_host"
    )

    told.must_have_failed(
        "every session has a pod, volume claim and service, a host and a password of its own",
        "session 'alice-",
        "have the same host, alice-",
    )


def test_a_relay_that_nobody_configured_is_seen(tell: Tell) -> None:
    """The message names the server that the browser was sent to."""
    told = tell(
        "relays.feature", "Without a configured relay the browser is told of none", operator="foreign_relay"
    )

    told.must_have_failed(
        "the browser was offered the configured relays and no other",
        "was offered stun:stun.nobody.invalid:3478",
        "configured is none",
    )


def test_a_wildcard_in_the_operators_rights_is_seen(tell: Tell) -> None:
    """The message has the role, the rule and what it stands for, by role and by the cluster's own review."""
    told = tell(
        "rights.feature",
        "The operator's rights say exactly what they are for",
        besides=granted(OPERATOR, verbs=["*"], group="", resource="configmaps"),
    )

    told.must_have_failed(
        "no verb, resource or path in them is a wildcard",
        "Role besides, rule 1: * '', 'configmaps' (wildcard *)",
        "the API server's review: * '', 'configmaps' (wildcard *)",
    )


def test_a_user_who_may_change_sessions_is_seen(tell: Tell) -> None:
    """The message says who changed which session, and how."""
    told = tell(
        "rights.feature",
        "A user changes no session, not even her own",
        besides=granted(EVERYBODY, verbs=["patch"], group="vdi.kasm.io", resource="vdisessions"),
    )

    told.must_have_failed(
        "each is refused for want of a right",
        "alice tries to change session 'alice-",
        "is not refused: patch: it was done",
    )
