"""No verb that judges is without a test in which it fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "sessionproof"
JUDGES = [*sorted((ROOT / "verbs").glob("*.py")), ROOT / "world.py"]


def test_every_verb_that_judges_is_seen_failing() -> None:
    """Each ``must`` of the verbs and the world stands inside an expected error of some test."""
    failing = {
        name
        for test in Path(__file__).parent.glob("test_*.py")
        for block in _expected_errors(ast.parse(test.read_text(encoding="utf-8")))
        for name in _called(block)
    }

    assert set() == {name for file in JUDGES for name in _judging(file)} - failing


def _judging(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and "must" in node.name and not node.name.startswith("_"):
            yield node.name


def _expected_errors(tree: ast.AST) -> Iterator[ast.With]:
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and "pytest.raises" in ast.unparse(node.items[0]):
            yield node


def _called(block: ast.With) -> Iterator[str]:
    for node in ast.walk(ast.Module(block.body, [])):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
