"""The VDI wire's objects, compared with the contract by hand."""

from __future__ import annotations

import pytest

from sessionproof.adapters.vdi import objects
from sessionproof.adapters.vdi.doors import DOORS
from sessionproof.catalogue import Resources, Template
from sessionproof.ports.sessions import Person, Request

ALICE = Person("alice", "Alice.B+7@example.test")
DESKTOP = Template("desktop", "image:1", env={"A": "1"}, resources=Resources(cpu="500m", memory="1Gi"))
SESSION = {"metadata": {"uid": "u-1"}}


@pytest.mark.parametrize(
    ("text", "number"),
    [("500m", 0.5), ("2", 2.0), (2, 2.0), ("1Gi", 2**30), ("1.5k", 1500.0), ("64Mi", 2**26)],
)
def test_quantities_are_numbers(text: str, number: float) -> None:
    """A quantity compares by what it amounts to, not by how it is written."""
    assert number == objects.quantity(text)


@pytest.mark.parametrize("text", ["", "1 Gi", "Gi", "1Qi", "-1"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    """Nothing that is no quantity is taken for one."""
    with pytest.raises(ValueError, match="no Kubernetes quantity"):
        objects.quantity(text)


def test_label_values_are_safe() -> None:
    """Characters outside the label alphabet become dashes, and both ends are alphanumeric."""
    assert "Alice.B-7-example.test" == objects.label_value(ALICE.email)
    assert 63 == len(objects.label_value("a" * 80))


def test_session_manifest_says_only_what_was_asked() -> None:
    """What a request is silent about is left to the platform."""
    made = objects.session_manifest("s", "ns", Request("desktop"), "desktop-1", ALICE)

    assert {"user": ALICE.email, "template": "desktop-1"} == made["spec"]


def test_session_manifest_carries_the_request() -> None:
    """Persistence and resources that were asked for are in the spec, field by field."""
    request = Request("desktop", persistent=False, resources=Resources(memory="256Mi"))
    made = objects.session_manifest("s", "ns", request, "desktop-1", ALICE)

    assert {"enabled": False} == made["spec"]["persistence"]
    assert {"memory": "256Mi"} == made["spec"]["resources"]


def test_silent_request_takes_the_templates_resources() -> None:
    """Without resources of its own a session gets its template's."""
    assert {"cpu": 0.5, "memory": 2**30} == objects.expected_workload(Request("desktop"), DESKTOP).limits


def test_partial_request_takes_the_schemas_defaults() -> None:
    """A request that names one resource gets the schema's default for the other, not the template's."""
    asked = Request("desktop", resources=Resources(memory="256Mi"))

    assert {"cpu": 2.0, "memory": 2**28} == objects.expected_workload(asked, DESKTOP).limits


def test_ownership_needs_uid_and_controller() -> None:
    """A name is no proof: the owner's uid, controller and block flags count, and there is no second owner."""
    good = {"uid": "u-1", "controller": True, "blockOwnerDeletion": True}

    def item(*owners: dict[str, object]) -> dict[str, object]:
        return {"metadata": {"ownerReferences": list(owners)}}

    assert objects.owns(SESSION, item(good))
    assert not objects.owns(SESSION, item(good | {"uid": "u-2"}))
    assert not objects.owns(SESSION, item(good | {"controller": False}))
    assert not objects.owns(SESSION, item(good, good | {"uid": "u-2"}))
    assert not objects.owns(SESSION, {"metadata": {}})


def test_only_public_doors_are_the_contracts() -> None:
    """The login page and the health check are the only doors that must open to anybody."""
    assert ["/", "/health"] == [door.path for door in DOORS if door.public]
    assert any(door.socket for door in DOORS)
