"""Why an image could not be built: the recipe is wrong, a tool is missing, or a tool failed."""

from __future__ import annotations

from pathlib import Path

from sessionproof_cluster.errors import ClusterError


class ImageError(ClusterError):
    """An image could not be built."""


class RecipeError(ImageError):
    """An ``image.toml`` says something that cannot be done."""

    def __init__(self, path: Path, key: str, problem: str) -> None:
        self.path, self.key, self.problem = path, key, problem
        super().__init__(f"{path}: {key + ': ' if key else ''}{problem}")


class ToolMissing(ImageError):
    """A program of this machine, or the right to use it, is not there."""


class ToolFailed(ImageError):
    """A program ended with an error; its last lines are in the message."""

    def __init__(self, what: str, command: list[str], status: int, output: str) -> None:
        self.what, self.command, self.status, self.output = what, command, status, output
        last = "\n".join(f"  {line}" for line in output.strip().splitlines()[-12:])
        super().__init__(f"{what} failed: {command[0]} ended with status {status}\n{last}")
