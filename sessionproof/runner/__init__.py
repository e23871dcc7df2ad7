"""
behave's runner, made honest, and made to run scenarios at the same time.

``SessionproofRunner`` is what plain ``behave`` uses here, by ``[tool.behave]`` of ``pyproject.toml``.
``ParallelRunner`` does the same with workers: ``behave -r sessionproof.runner:ParallelRunner -j 4``, or
``sessionproof run -j 4``. :func:`run` is behave in this process with four exit codes instead of two.

No verdict is made here: what a scenario came to is behave's and the report's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessionproof.runner.ending import run
from sessionproof.runner.serial import SessionproofRunner

if TYPE_CHECKING:
    from sessionproof.runner.parallel import ParallelRunner

__all__ = ["ParallelRunner", "SessionproofRunner", "run"]


def __getattr__(name: str) -> Any:
    # A run without workers has no need of what talks to them.
    if name == "ParallelRunner":
        from sessionproof.runner import parallel

        return parallel.ParallelRunner
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
