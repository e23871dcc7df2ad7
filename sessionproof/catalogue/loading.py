"""Reads ``scenarios.yaml`` and the requirements it includes, and checks that they fit together."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from sessionproof.catalogue import typed
from sessionproof.catalogue.document import Document
from sessionproof.catalogue.entries import Budget, Catalogue, Persona, Requirement, Suite, Target, Template

SECTIONS: Mapping[str, type] = MappingProxyType(
    {
        "targets": Target,
        "personas": Persona,
        "templates": Template,
        "budgets": Budget,
        "suites": Suite,
        "capabilities": str,
    }
)
"""Top-level keys of ``scenarios.yaml`` besides ``requirements``, and what the entries under them are."""

_NAMES = {
    "targets": "target",
    "personas": "persona",
    "templates": "template",
    "budgets": "budget",
    "suites": "suite",
    "capabilities": "capability",
}
_ID = re.compile(r"([A-Z]+)-([0-9]{2,})")


@dataclass
class _Read:
    """A section as it was read: the entries, and the node of each for later complaints."""

    entries: dict[str, Any]
    nodes: dict[str, yaml.Node]


def load(path: Path | str = "scenarios.yaml") -> Catalogue:
    """
    Read the catalogue at *path* and the requirements file that it names.

    :raises CatalogueError: with every mistake found, each with its file, line and the nearest right word.
    """
    file = Path(path)
    document = Document(file, str(path))
    top = document.pairs(document.root, "the catalogue")
    for key, (node, _) in top.items():
        if key not in SECTIONS and key != "requirements":
            document.unknown(node, "section", key, [*SECTIONS, "requirements"])
    sections = {name: _section(document, top, name, kind) for name, kind in SECTIONS.items()}
    _cross_check(document, sections)
    requirements, included = _requirements(document, top, sections)
    if included and included.problems:
        document.problems += included.problems
    document.finish()
    return Catalogue(
        file=file,
        requirements=MappingProxyType(requirements),
        **{name: MappingProxyType(section.entries) for name, section in sections.items()},
    )


def _section(document: Document, top: dict[str, tuple[yaml.Node, yaml.Node]], name: str, kind: type) -> _Read:
    read = _Read({}, {})
    if name not in top:
        document.wrong(document.root, f"the section {name!r} is missing")
        return read
    for key, (key_node, node) in document.pairs(top[name][1], name).items():
        what = f"{_NAMES[name]} {key!r}"
        value = (
            typed.read(document, node, str, what)
            if kind is str
            else typed.entry(document, node, kind, what, name=key)
        )
        read.nodes[key] = node
        read.entries[key] = value if value is not typed.WRONG else None
        if not key:
            document.wrong(key_node, f"a {_NAMES[name]} needs a name")
    return read


def _cross_check(document: Document, sections: Mapping[str, _Read]) -> None:
    """Names that entries use of each other, and what a type alone cannot say."""
    for name, target in sections["targets"].entries.items():
        if target is None:
            continue
        node = sections["targets"].nodes[name]
        _known(document, node, "capabilities", "capability", target.capabilities, sections)
        _known(document, node, "budgets", "budget", target.budgets, sections)
        given = [w for w in ("embedded", "kubeconfig", "kind") if getattr(target.cluster, w) is not None]
        if len(given) != 1:
            where = _child(node, "cluster")
            found = "both " + " and ".join(given) if given else "neither"
            document.wrong(
                where, f"the cluster of target {name!r} needs one of embedded, kubeconfig, kind; has {found}"
            )
        for network in target.media:
            if not _is_network(network):
                document.wrong(
                    _child(node, "media"),
                    f"{network!r} in 'media' of target {name!r} is no IPv4 network, as 10.244.0.0/16",
                )
    for name, persona in sections["personas"].entries.items():
        if persona is not None and "{unique}" not in persona.email:
            node = _child(sections["personas"].nodes[name], "email")
            document.wrong(
                node, f"the e-mail of persona {name!r} must hold {{unique}}: it differs by scenario"
            )
    prefixes: dict[str, str] = {}
    for name, suite in sections["suites"].entries.items():
        if suite is not None and prefixes.setdefault(suite.prefix, name) != name:
            node = _child(sections["suites"].nodes[name], "prefix")
            document.wrong(
                node,
                f"prefix {suite.prefix!r} of suite {name!r} is already that of {prefixes[suite.prefix]!r}",
            )


def _known(
    document: Document, node: yaml.Node, section: str, what: str, words: Any, sections: Mapping[str, _Read]
) -> None:
    child = _child(node, "budgets" if section == "budgets" else section)
    places: dict[str, yaml.Node] = {}
    if isinstance(child, yaml.MappingNode):
        places = {key.value: key for key, _ in child.value}
    elif isinstance(child, yaml.SequenceNode):
        places = {item.value: item for item in child.value}
    for word in words:
        if word not in sections[section].entries:
            document.unknown(places.get(word, node), what, word, list(sections[section].entries))


def _is_network(text: str) -> bool:
    try:
        ipaddress.IPv4Network(text)
    except ValueError:
        return False
    return True


def _child(node: yaml.Node, key: str) -> yaml.Node:
    pairs: list[tuple[yaml.Node, yaml.Node]] = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), node)


def _requirements(
    document: Document, top: dict[str, tuple[yaml.Node, yaml.Node]], sections: Mapping[str, _Read]
) -> tuple[dict[str, Requirement], Document | None]:
    if "requirements" not in top:
        document.wrong(document.root, "the section 'requirements' is missing: name the file that holds them")
        return {}, None
    name = typed.read(document, top["requirements"][1], str, "requirements")
    if name is typed.WRONG:
        return {}, None
    included = Document(document.file.parent / name, str(Path(document.shown).parent / name))
    suites = {s.prefix: s.name for s in sections["suites"].entries.values() if s is not None}
    found: dict[str, Requirement] = {}
    for id, (key, node) in included.pairs(included.root, "the requirements").items():
        form = _ID.fullmatch(id)
        if not form:
            included.wrong(key, f"{id!r} is no requirement id: they look like VDI-01")
            continue
        if form[1] not in suites:
            included.unknown(key, "suite prefix", form[1], list(suites))
            continue
        requirement = typed.entry(included, node, Requirement, f"requirement {id!r}", id=id)
        if requirement is typed.WRONG:
            continue
        _known(included, node, "budgets", "budget", requirement.budgets, sections)
        found[id] = replace(requirement, suite=suites[form[1]])
    return found, included
