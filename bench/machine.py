"""What the figures depend on: the machine, what runs on it, and how busy it is."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path


def load() -> float:
    """Load average over the last minute."""
    return round(os.getloadavg()[0], 2)


def described(*distributions: str, programs: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    This machine in words.

    :param distributions: Python packages whose versions matter.
    :param programs: programs whose versions matter, by name, each with the option that makes it say so.
    """
    facts = {
        "processor": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{_memory_gib():.0f} GiB",
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "Python": ".".join(map(str, sys.version_info[:3])),
    }
    facts |= {name: metadata.version(name) for name in distributions}
    for program, option in (programs or {}).items():
        facts[program] = _version(program, option)
    return facts


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _version(program: str, option: str) -> str:
    found = shutil.which(program)
    if found is None:
        return "not installed"
    done = subprocess.run([found, option], capture_output=True, text=True, check=False, timeout=30)
    number = re.search(r"\d+(\.\d+)+\S*", done.stdout or done.stderr)
    return number.group() if number else "says no version"
