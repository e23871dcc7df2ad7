"""Every answer and every broken connection is one of three sorts."""

import ssl

import pytest
import urllib3

from sessionproof.clients.kubernetes import Conflict, Expired, NotFound, NotYet, Outage, Refused, errors
from sessionproof.errors import SuiteWrong, TargetUnavailable


@pytest.mark.parametrize(
    ("status", "sort"),
    [
        (400, Refused), (401, Refused), (403, Refused), (405, Refused), (422, Refused),
        (404, NotFound), (409, Conflict), (410, Expired),
        (408, Outage), (429, Outage), (500, Outage), (502, Outage), (503, Outage), (504, Outage),
    ],
)  # fmt: skip
def test_status_decides_the_sort(status, sort):
    """A status of 400 and above is not yet, an outage, or refused."""
    error = errors.from_status("GET /api/v1/pods", status, {"reason": "Told", "message": "as told"})

    assert sort is type(error)
    assert f"GET /api/v1/pods: {status} Told: as told" == str(error)


def test_sorts_belong_to_the_families_of_the_suite():
    """An uncaught outage or refusal is never a verdict on the product."""
    assert issubclass(Outage, TargetUnavailable)
    assert issubclass(Refused, SuiteWrong)
    assert not any(issubclass(sort, AssertionError) for sort in (NotYet, Outage, Refused))


def test_invalid_object_names_its_fields():
    """Field and complaint of each cause are kept."""
    body = {
        "reason": "Invalid",
        "message": "VDISession is invalid",
        "details": {
            "causes": [{"field": "spec.user", "message": "should match", "reason": "FieldValueInvalid"}]
        },
    }

    assert ("spec.user: should match",) == errors.from_status("POST /x", 422, body).causes


def test_eviction_held_up_by_a_budget_is_not_an_outage():
    """429 of a disruption budget may come true by itself; the server is well."""
    body = {"details": {"causes": [{"reason": "DisruptionBudget", "message": "needs 1"}]}}

    assert isinstance(errors.from_status("POST /eviction", 429, body), Conflict)


def test_retry_after_is_kept():
    """How long the server asks to be left alone is known to whoever waits."""
    assert 7.0 == errors.from_status("GET /x", 429, {}, {"Retry-After": "7"}).retry_after


@pytest.mark.parametrize(
    "error",
    [
        urllib3.exceptions.NewConnectionError(None, "refused"),  # type: ignore[arg-type]
        urllib3.exceptions.ProtocolError("reset"),
        urllib3.exceptions.ReadTimeoutError(None, "/", "timed out"),  # type: ignore[arg-type]
        urllib3.exceptions.SSLError("EOF occurred in violation of protocol"),
        ConnectionResetError("reset"),
        TimeoutError("timed out"),
    ],
)
def test_broken_connection_is_an_outage(error):
    """Whatever breaks a connection is worth another try."""
    assert isinstance(errors.from_transport("GET /x", error), Outage)


def test_untrusted_certificate_is_refused():
    """A wrong CA does not become right by waiting."""
    error = ssl.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")

    assert isinstance(errors.from_transport("GET /x", error), Refused)
