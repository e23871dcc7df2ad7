"""The catalogue that is shipped: complete, cheap to read, with fresh schemas and frozen defaults."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import MISSING, fields
from pathlib import Path

from sessionproof.catalogue import Persona, Requirement, Target, Template, load, schema
from sessionproof.catalogue.entries import Budget, Suite

ROOT = Path(__file__).parents[2]
COUNTS = {
    "VDI": 16, "API": 17, "AHA": 18, "DOC": 12, "STR": 16, "CHA": 11, "MUL": 18, "PERF": 12, "XPL": 12,
    "MIG": 13, "TPL": 11, "SEC": 14, "HIB": 7, "UI": 4, "WFL": 10, "VM": 8, "SUITE": 13,
}  # fmt: skip


def test_every_requirement_is_there_and_none_besides() -> None:
    """Each prefix has its ids from 01 on without a gap: ids are never renumbered or reused."""
    ids = list(load(ROOT / "scenarios.yaml").requirements)

    assert Counter(COUNTS) == Counter(id.split("-")[0] for id in ids)
    assert {f"{prefix}-{n:02d}" for prefix, count in COUNTS.items() for n in range(1, count + 1)} == set(ids)


def test_every_budget_limits_a_requirement_and_nine_suites_have_reports() -> None:
    """No budget stands there for nothing, and the reports that are published are the nine."""
    known = load(ROOT / "scenarios.yaml")
    used = {name for requirement in known.requirements.values() for name in requirement.budgets}

    assert set(known.budgets) == used
    assert len({suite.report for suite in known.suites.values()} - {None}) == 9


def test_priorities_are_as_required() -> None:
    """The count of each priority is fixed: nobody makes a P0 less by accident."""
    priorities = Counter(r.priority for r in load(ROOT / "scenarios.yaml").requirements.values())

    assert dict(priorities) == {"P0": 106, "P1": 95, "P2": 11}


def test_schemas_are_fresh() -> None:
    """What editors complete from is what the loader accepts; `python -m sessionproof.catalogue.schema`."""
    for name, expected in schema.schemas().items():
        assert expected == json.loads((ROOT / schema.FOLDER / name).read_text())


def test_every_field_of_a_file_is_explained() -> None:
    """The string under a field is what an editor shows; none is missing but for the entry's own name."""
    for kind in (Target, Persona, Template, Budget, Suite, Requirement):
        assert {f.name for f in fields(kind)} - {"name", "id"} == set(schema.meanings(kind))


def test_files_name_their_schema_first() -> None:
    """Editors find the schema without being set up."""
    for name in ("scenarios", "requirements"):
        first = (ROOT / f"{name}.yaml").read_text().split("\n", 1)[0]

        assert f"# yaml-language-server: $schema=docs/schemas/{name}.json" == first


def test_defaults_are_frozen() -> None:
    """A default is a promise to everyone who left the key out."""
    found = {
        f"{kind.__name__}.{f.name}": f.default
        for kind in (Target, Persona, Template, Budget, Suite, Requirement)
        for f in fields(kind)
        if f.default is not MISSING and f.default not in (None, ())
    }
    resources = found.pop("Template.resources")

    assert found == {
        "Persona.role": "user",
        "Persona.email": "{name}-{unique}@example.test",
        "Template.missing": False,
        "Budget.kind": "upper",
        "Requirement.suite": "",
    }
    assert all(getattr(resources, f.name) is None for f in fields(resources))


def test_reading_costs_little() -> None:
    """The best of five readings takes well under the 15 ms that a run's start may spend on it, with room for
    a busy machine."""

    def once() -> float:
        began = time.process_time()
        load(ROOT / "scenarios.yaml")
        return time.process_time() - began

    assert min(once() for _ in range(5)) < 0.030
