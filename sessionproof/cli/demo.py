"""``demo``: from nothing to a report, each part a step that a person can also take alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import sessionproof_cluster

from sessionproof import reporting
from sessionproof.cli import images
from sessionproof.cli.console import Console
from sessionproof.errors import ExitCode

STORIES = ("--tags=@demo",)


def demo(root: Path) -> int:
    """
    Images, cluster, the demo stories, the report; ends with the report's address.

    The report is written whatever the stories came to; the exit code is theirs.
    """
    began = time.monotonic()
    console = Console()
    try:
        built = images.build(root, (), console)
        cluster = sessionproof_cluster.up("default", progress=console, images=[image.path for image in built])
        console.finish()
        console.say(f"cluster '{cluster.name}': {len(cluster.nodes)} nodes, kubeconfig {cluster.kubeconfig}")
        told = _tell(root)
        address = reporting.report(root, progress=console)
    finally:
        console.finish()
    sys.stdout.write(f"demo: {time.monotonic() - began:.0f} s\nreport: {address}\n")
    return told


def _tell(root: Path) -> int:
    """The stories by plain ``behave``, in a process of their own as CI would run them."""
    behave = Path(sys.executable).with_name("behave")
    told = subprocess.run([behave, *STORIES], cwd=root, env=os.environ, check=False).returncode
    return ExitCode.PASSED if told == 0 else ExitCode.FAILED
