"""Telling whoever waits how far a long piece of work has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called whenever a stage begins or moves on; must return at once."""

    def __call__(
        self, stage: str, detail: str = "", done: int | None = None, total: int | None = None
    ) -> None: ...


def silent(stage: str, detail: str = "", done: int | None = None, total: int | None = None) -> None:
    """Say nothing: the default where nobody waits."""
