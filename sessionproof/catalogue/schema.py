"""
JSON schemas of the catalogue's files, made from the dataclasses: editors complete and explain from them.

``python -m sessionproof.catalogue.schema`` writes them to ``docs/schemas``; a test fails when they are stale.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import textwrap
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from sessionproof.catalogue import typed
from sessionproof.catalogue.entries import Requirement
from sessionproof.catalogue.loading import SECTIONS
from sessionproof.catalogue.references import Reference

FOLDER = Path("docs/schemas")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SECTIONS = {
    "targets": "Platforms under test, by name; the first is the default.",
    "personas": "People of the stories, by name.",
    "templates": "Kinds of session that people ask for, by name.",
    "budgets": "Named limits that stories refer to.",
    "suites": "Parts of the feature set, by the name in @suite.NAME.",
    "capabilities": "What a platform may declare it can do: meaning by the name in @needs.NAME.",
}


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by file name."""
    named = {
        name: {
            "type": "object",
            "description": _SECTIONS[name],
            "additionalProperties": {"type": "string"} if kind is str else _entry(kind, "name"),
        }
        for name, kind in SECTIONS.items()
    }
    included = {"type": "string", "description": "File of the requirements, relative to this one."}
    scenarios = {
        "$schema": _DIALECT,
        "title": "The catalogue of a suite: scenarios.yaml",
        "type": "object",
        "properties": {"requirements": included, **named},
        "required": ["requirements", *named],
        "additionalProperties": False,
    }
    requirements = {
        "$schema": _DIALECT,
        "title": "The requirements of a suite, by id",
        "type": "object",
        "patternProperties": {"^[A-Z]+-[0-9]{2,}$": _entry(Requirement, "id")},
        "additionalProperties": False,
    }
    return {"scenarios.json": scenarios, "requirements.json": requirements}


def write(folder: Path = FOLDER) -> None:
    """Write every schema into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


def _entry(kind: type, key: str = "") -> dict[str, Any]:
    shape = [(name, hint, must) for name, hint, must in typed.shape(kind) if name != key]
    told = meanings(kind)
    return {
        "type": "object",
        "description": inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0],
        "properties": {
            name: _schema(hint) | ({"description": told[name]} if name in told else {})
            for name, hint, _ in shape
        },
        "required": [name for name, _, must in shape if must],
        "additionalProperties": False,
    }


def _schema(hint: Any) -> dict[str, Any]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _schema(next(k for k in get_args(hint) if k is not type(None)))
    if origin is Literal:
        return {"enum": list(get_args(hint))}
    if origin is tuple:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(get_args(hint)[1])}
    if hint is Reference:
        return {"type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"}
    if is_dataclass(hint) and isinstance(hint, type):
        return _entry(hint)
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]}


@functools.cache
def meanings(kind: type) -> dict[str, str]:
    """The string under each field of a dataclass, by field."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    own = {f.name for f in fields(kind)}
    found: dict[str, str] = {}
    for before, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
            name = before.target.id
            if name in own and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                found[name] = " ".join(inspect.cleandoc(str(after.value.value)).split())
    return found


if __name__ == "__main__":
    write()
