"""Credentials and paths that the catalogue names but never holds."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sessionproof import errors

_FORM = re.compile(r"(env):([A-Za-z_][A-Za-z0-9_]*)|(file):(.+)")

SECRET_NAMES = re.compile(r"passw(or)?d|secret|token|credential|api_?key|private_?key", re.IGNORECASE)
"""Names of values that must be references; a literal under such a name is refused."""


@dataclass(frozen=True)
class Reference:
    """
    ``env:NAME`` or ``file:PATH``: where a value is, never the value itself.

    A relative path counts from the folder of the catalogue. ``repr`` shows the place only.
    """

    scheme: str
    place: str
    folder: Path = Path()

    @classmethod
    def parse(cls, text: str, folder: Path = Path()) -> Reference:
        """:raises ValueError: if *text* is a literal; the text itself is not repeated in the message."""
        match = _FORM.fullmatch(text)
        if not match:
            raise ValueError("a literal is refused here: write env:NAME or file:PATH")
        return cls(match[1] or match[3], match[2] or match[4], folder)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.place}"

    def path(self) -> Path:
        """
        The file that is meant: the path itself, or the one that the variable holds.

        :raises SuiteWrong: if the variable is not set.
        """
        if self.scheme == "env":
            return Path(self._variable()).expanduser()
        return self.folder / Path(self.place).expanduser()

    def read(self) -> str:
        """
        The value that is meant: of the variable, or the file's content without its last line end.

        :raises SuiteWrong: if the variable is not set or the file cannot be read.
        """
        if self.scheme == "env":
            return self._variable()
        try:
            return self.path().read_text().rstrip("\n")
        except OSError as error:
            raise errors.SuiteWrong(f"{self} cannot be read: {error.strerror} ({self.path()})") from error

    def _variable(self) -> str:
        value = os.environ.get(self.place)
        if not value:
            raise errors.SuiteWrong(f"{self} is needed, but the variable {self.place} is not set")
        return value
