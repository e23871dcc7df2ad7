"""A copy of this project, as a new user has it, in which the commands of the documentation are run."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import ROOT, Block

SECONDS = 240
_PLACE = re.compile(r"# ([\w/.-]+)\n+")


@dataclass(frozen=True)
class Project:
    """The copy."""

    root: Path

    @classmethod
    def copy(cls, to: Path) -> Project:
        """Everything that is in the repository or would be committed to it; what is installed is linked."""
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (to / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, to / name, follow_symlinks=False)
        for installed in (".venv", "node_modules"):
            (to / installed).symlink_to(ROOT / installed)
        return cls(to)

    @property
    def environment(self) -> dict[str, str]:
        """The copy's library goes before the one that is installed; a pytest that runs this is no business of it."""
        path = f"{self.root / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return kept | {"PATH": path, "PYTHONPATH": str(self.root)}

    def run(self, command: str) -> tuple[int, str]:
        """
        Run a command as a person would, in a shell in the root; its exit code and all that it said.

        One that does not end is interrupted, so that it can clean up, and is an error with what it said.
        """
        running = subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.root, env=self.environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            said, _ = running.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGINT)
            said, _ = running.communicate(timeout=SECONDS)
            raise AssertionError(f"{command}: no end after {SECONDS} s; it said:\n{said}") from None
        return running.returncode, said

    def follow(self, shown: Iterable[Block]) -> list[str]:
        """
        Write what *shown* blocks say into the files that their first line names.

        A story is put at the end. Of Python, imports go to the top, methods into the class that is there
        already, all else to the end. A file that is not there is made.
        """
        changed = []
        for block in shown:
            place = _PLACE.match(block.text)
            if place is None:
                continue
            file, text = self.root / place[1], block.text[place.end() :]
            before = file.read_text() if file.exists() else ""
            file.write_text(_merged(before, text) if file.suffix == ".py" and before else f"{before}\n{text}")
            changed.append(place[1])
        return changed


def _merged(before: str, shown: str) -> str:
    """Python *before*, with what is *shown* put where it belongs."""
    lines, source = before.splitlines(), shown.splitlines()
    top, end = [], []
    classes = {node.name: node for node in ast.parse(before).body if isinstance(node, ast.ClassDef)}
    inside: dict[int, list[str]] = {}
    for node in ast.parse(shown).body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        own = source[first - 1 : node.end_lineno]
        if isinstance(node, ast.Import | ast.ImportFrom):
            top += own
        elif isinstance(node, ast.ClassDef) and node.name in classes:
            inside[classes[node.name].end_lineno or 0] = ["", *own[1:]]
        else:
            end += ["", "", *own]
    for line, added in sorted(inside.items(), reverse=True):
        lines[line:line] = added
    begin = next(number for number, line in enumerate(lines) if line.startswith(("from ", "import ")))
    future = lines[begin].startswith("from __future__")
    lines[begin + future : begin + future] = top
    return "\n".join([*lines, *end]) + "\n"
