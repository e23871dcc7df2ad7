"""Finds the locked Allure and a Node that is new enough for it."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

from sessionproof.errors import SuiteWrong

NEEDED = 22
"""Oldest major version of Node: with 20, Allure's gates crash in a way that looks like a violation."""
_MACHINES = {"x86_64": "x64", "aarch64": "arm64"}


def allure(root: Path) -> list[str]:
    """
    The command that runs the locked Allure of *root*, up to its own arguments.

    :raises SuiteWrong: if it is not installed or no Node is new enough; says what to do.
    """
    modules = root / "node_modules"
    program = modules / "allure" / "cli.js"
    if not program.is_file():
        raise SuiteWrong(f"{program}: the report's programs are not installed; run `npm ci` in {root}")
    machine = _MACHINES.get(platform.machine(), platform.machine())
    seen = []
    for node in (modules / f"node-linux-{machine}" / "bin" / "node", shutil.which("node")):
        if node is not None and Path(node).is_file():
            found = version(str(node))
            if found >= NEEDED:
                return [str(node), str(program)]
            seen.append(f"{node} is version {found}")
    raise SuiteWrong(
        f"Allure needs Node {NEEDED} or newer; found {', '.join(seen) or 'none'}. Run `npm ci` in {root}, or "
        f"install Node {NEEDED}"
    )


def version(node: str) -> int:
    """The major version of a Node program; 0 if it does not tell."""
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdigit() else 0
