"""
What an editor needs to complete and to check steps: the blanks of the phrases as parameter types.

The Cucumber extension of VS Code reads behave's step files, but not what behave is told of the blanks:
to it ``{persona:Persona}`` is a parameter type of that whole name, which its settings must declare.
"""

from __future__ import annotations

import json
from pathlib import Path

from sessionproof.stepbook.entries import Stepbook

EDITOR = Path(".vscode/settings.json")
_TYPES = "cucumber.parameterTypes"


def editor(book: Stepbook, settings: str) -> str:
    """The editor's *settings*, a JSON text, with the parameter types of *book* in place of those in it."""
    blanks = {
        f"{parameter.name}:{parameter.word}" if parameter.word else parameter.name: parameter.pattern
        for step in book.steps
        for parameter in step.parameters
    }
    types = [{"name": name, "regexp": pattern} for name, pattern in sorted(blanks.items())]
    return json.dumps(json.loads(settings) | {_TYPES: types}, indent=2, ensure_ascii=False) + "\n"
