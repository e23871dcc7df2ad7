"""
The step catalogue: every phrase that a story may say, what it means, what may stand in its blanks,
a story that says it, and the targets it can be told on.

It is read from the step definitions and the stories themselves, and shown as text, JSON, the page
``docs/steps.md`` and the words that an editor completes. Nothing here runs a step, and nothing here reaches a cluster.
"""

from sessionproof.stepbook.editor import EDITOR, editor
from sessionproof.stepbook.entries import Example, Parameter, Step, Stepbook
from sessionproof.stepbook.page import PAGE, page
from sessionproof.stepbook.reading import read
from sessionproof.stepbook.showing import records, text

__all__ = [
    "EDITOR",
    "PAGE",
    "Example",
    "Parameter",
    "Step",
    "Stepbook",
    "editor",
    "page",
    "read",
    "records",
    "text",
]
