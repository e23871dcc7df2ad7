"""Turns YAML nodes into the frozen dataclasses of the catalogue, guided by their types alone."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from sessionproof.catalogue.document import Document
from sessionproof.catalogue.references import SECRET_NAMES, Reference

UNWRITTEN = frozenset({"overridden_from", "suite"})
"""Fields that the catalogue fills in itself; written in a file they are unknown keys."""

WRONG: Any = object()
"""Stands for a value whose mistake has been noted."""


@functools.cache
def shape(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """The fields of a dataclass that a file may give: name, type, whether it must be given."""
    hints = get_type_hints(kind)
    return tuple(
        (f.name, hints[f.name], f.default is MISSING and f.default_factory is MISSING)
        for f in fields(kind)
        if f.name not in UNWRITTEN
    )


def read(document: Document, node: yaml.Node, kind: Any, what: str) -> Any:
    """The value at *node* as *kind*, or ``WRONG`` after noting in *document* why it is none."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (k for k in get_args(kind) if k is not type(None))
        return read(document, node, inner, what)
    if origin is Literal:
        return _choice(document, node, get_args(kind), what)
    if origin is tuple:
        return _items(document, node, get_args(kind)[0], what)
    if origin is Mapping or kind is Mapping or getattr(origin, "__name__", "") == "Mapping":
        return _mapping(document, node, get_args(kind)[1], what)
    if kind is Reference:
        return _reference(document, node, what)
    if kind is bool:
        return _switch(document, node, what)
    if kind in (str, int, float):
        return _scalar(document, node, kind, what)
    return entry(document, node, kind, what)


def entry(document: Document, node: yaml.Node, kind: type, what: str, /, **given: Any) -> Any:
    """The dataclass *kind* at *node*; *given* fields come from elsewhere, such as the entry's name."""
    if not isinstance(node, yaml.MappingNode):
        document.wrong(node, f"{what} must be a mapping")
        return WRONG
    wanted = {name: (hint, must) for name, hint, must in shape(kind) if name not in given}
    values: dict[str, Any] = {}
    noted = len(document.problems)
    for key, (key_node, value) in document.pairs(node, what).items():
        if key not in wanted:
            document.unknown(key_node, f"key of {what}", key, list(wanted))
            continue
        values[key] = read(document, value, wanted[key][0], f"{key!r} of {what}")
    for name, (_, must) in wanted.items():
        if must and name not in values:
            document.wrong(node, f"{what} lacks {name!r}")
    return WRONG if len(document.problems) > noted else kind(**given, **values)


def _choice(document: Document, node: yaml.Node, choices: tuple[str, ...], what: str) -> Any:
    text = _scalar(document, node, str, what)
    if text is not WRONG and text not in choices:
        document.unknown(node, f"value for {what}", text, list(choices))
        return WRONG
    return text


def _items(document: Document, node: yaml.Node, inner: Any, what: str) -> Any:
    if not isinstance(node, yaml.SequenceNode):
        document.wrong(node, f"{what} must be a list")
        return WRONG
    items = tuple(read(document, item, inner, f"an item of {what}") for item in node.value)
    return WRONG if WRONG in items else items


def _mapping(document: Document, node: yaml.Node, inner: Any, what: str) -> Any:
    values: dict[str, Any] = {}
    for name, (key, value) in document.pairs(node, what).items():
        if inner is str and SECRET_NAMES.search(name):
            document.wrong(key, f"{name!r} in {what} looks like a credential; none may stand in this file")
            continue
        values[name] = read(document, value, inner, f"{name!r} in {what}")
    return WRONG if any(value is WRONG for value in values.values()) else types.MappingProxyType(values)


def _reference(document: Document, node: yaml.Node, what: str) -> Any:
    text = _scalar(document, node, str, what)
    if text is WRONG:
        return WRONG
    try:
        return Reference.parse(text, Path(document.file).parent)
    except ValueError as error:
        document.wrong(node, f"{what}: {error}")
        return WRONG


def _switch(document: Document, node: yaml.Node, what: str) -> Any:
    text = _scalar(document, node, str, what)
    if text is not WRONG and text not in ("true", "false"):
        document.wrong(node, f"{what} must be true or false, not {text!r}")
        return WRONG
    return text if text is WRONG else text == "true"


def _scalar(document: Document, node: yaml.Node, kind: type, what: str) -> Any:
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        document.wrong(node, f"{what} must be {_NAMES[kind]}")
        return WRONG
    if kind is str:
        return node.value
    try:
        return kind(node.value)
    except ValueError:
        document.wrong(node, f"{what} must be {_NAMES[kind]}, not {node.value!r}")
        return WRONG


_NAMES = {str: "text", int: "a whole number", float: "a number"}
