"""The VDI wire's objects, compared with the contract by hand."""

from __future__ import annotations

import pytest

from sessionproof.adapters.vdi import objects
from sessionproof.adapters.vdi.doors import DOORS
from sessionproof.catalogue import Resources, Template
from sessionproof.ports.sessions import Person, Request, Session
from sessionproof.timeline import Subject
from sessionproof.words import Field

ALICE = Person("alice", "Alice.B+7@example.test")
DESKTOP = Template("desktop", "image:1", env={"A": "1"}, resources=Resources(cpu="500m", memory="1Gi"))


def asked(request: Request) -> Session:
    return Session(Subject("VDISession", "ns", "s"), ALICE, request)


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
    made = objects.session_manifest(asked(Request("desktop")), "desktop-1")

    assert {"user": ALICE.email, "template": "desktop-1"} == made["spec"]


def test_session_manifest_carries_the_request() -> None:
    """Persistence, resources and lifetime that were asked for are in the spec, field by field."""
    request = Request("desktop", persistent=False, resources=Resources(memory="256Mi"), lifetime=90)
    made = objects.session_manifest(asked(request), "desktop-1")

    assert {"enabled": False} == made["spec"]["persistence"]
    assert "90s" == made["spec"]["timeout"]
    assert {"memory": "256Mi"} == made["spec"]["resources"]


def test_session_manifest_says_what_is_wrong_on_purpose() -> None:
    """A field is put where the wire has it, in the type it was given, or left out."""
    wrong = Request("desktop", fields={"user": None, "number of GPUs": "one", "lifetime": 8})
    made = objects.session_manifest(asked(wrong), "desktop-1")

    assert {"template": "desktop-1", "resources": {"gpu": "one"}, "timeout": 8} == made["spec"]


def test_every_field_of_the_stories_has_a_place_on_the_wire() -> None:
    """What a step may say of a request, the adapter can send."""
    assert set(Field.pattern.split("|")) == objects.FIELDS.keys()


def test_a_printed_table_is_read_by_its_headings() -> None:
    """A cell belongs to the heading above its beginning, empty ones included."""
    printed = (
        "NAME    USER    PHASE     URL\nalice   a@b.c   Running   https://a.b\nbob     b@b.c             \n"
    )

    assert [
        {"NAME": "alice", "USER": "a@b.c", "PHASE": "Running", "URL": "https://a.b"},
        {"NAME": "bob", "USER": "b@b.c", "PHASE": "", "URL": ""},
    ] == objects.table_rows(printed)
    assert [] == objects.table_rows("")


@pytest.mark.parametrize(
    ("turn_url", "relays"),
    [
        ("", ()),
        ("stun:stun.example.test:3478", ("stun:stun.example.test:3478",)),
        ("turn:u:p%40@turn.example.test:3478?transport=udp", ("turn:turn.example.test:3478?transport=udp",)),
    ],
)
def test_relays_are_told_without_their_credential(turn_url: str, relays: tuple[str, ...]) -> None:
    """What a browser is to be offered is the place, not the password."""
    assert relays == objects.relays(turn_url)


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
