"""Makes the Allure site of a folder of results: complete, self-contained, and never a stale one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from sessionproof.errors import SuiteWrong
from sessionproof.reporting import node, plan, serving
from sessionproof.reporting.outcomes import Outcome

NAME = "Session platform certification"
HISTORY = Path(".sessionproof") / "history.jsonl"

_TRACKING = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^>]*></script>\s*<script>.*?</script>', re.DOTALL
)


class Progress(Protocol):
    """Told what goes on."""

    def __call__(
        self, stage: str, detail: str = "", done: int | None = None, total: int | None = None
    ) -> None: ...


def build(
    results: Path,
    out: Path,
    *,
    root: Path,
    serve: bool = False,
    progress: Progress | None = None,
) -> str:
    """
    Make the site of *results* in *out* and return its address.

    Planned scenarios of a run that was killed get their results first. What was in *out* is removed: Allure
    would leave an old site's first page in front of a new one.

    :param root: holds the locked programs, ``allurerc.mjs`` and the history of runs.
    :raises SuiteWrong: if there are no results, Allure is not there or fails, or the site calls out.
    """
    command = node.allure(root)
    plan.close_gaps(results)
    outcome = Outcome.of(results)
    if not outcome.reported:
        raise SuiteWrong(f"{results}: there are no results; run `behave` first")
    if progress is not None:
        progress("report", f"{outcome.reported} scenarios")
    if out.exists():
        shutil.rmtree(out)
    about = {
        "name": NAME,
        "output": str(out),
        "history": str(root / HISTORY),
        "variables": {
            "Planned": f"{outcome.planned} stories",
            "Shown to hold": f"{outcome.passed} stories",
            "Failed means": "the product broke a promise",
            "Broken means": "not run: no verdict",
        },
    }
    (root / HISTORY).parent.mkdir(parents=True, exist_ok=True)
    asked = [*command, "generate", "--config", str(root / "allurerc.mjs"), str(results)]
    surroundings = {
        **os.environ,
        "SESSIONPROOF_REPORT": json.dumps(about),
        "ALLURE_NO_ANALYTICS": "true",
    }
    made = subprocess.run(asked, cwd=root, env=surroundings, capture_output=True, text=True, check=False)
    if made.returncode != 0 or not (out / "index.html").is_file():
        said = (made.stderr + made.stdout).strip()[-2000:]
        raise SuiteWrong(
            f"Allure made no site in {out} (exit code {made.returncode}): {said or 'it said nothing'}"
        )
    strip_tracking(out)
    sys.stdout.write(f"{outcome}\n")
    if serve:
        serving.serve(out)
    return (out / "index.html").as_uri()


def strip_tracking(out: Path) -> None:
    """
    Take the calls to a foreign host out of every page.

    :raises SuiteWrong: if one is left: a new Allure may call in another form.
    """
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(stripped(text), encoding="utf-8")
        if "googletagmanager" in page.read_text(encoding="utf-8"):
            raise SuiteWrong(f"{page}: the report still calls a foreign host; its form is not the known one")


def stripped(page: str) -> str:
    """*page* without the scripts that call a foreign host."""
    return _TRACKING.sub("", page)
