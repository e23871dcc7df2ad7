"""
Renderers: what a run recorded, as results, as a page per scenario, and as a site.

Everything here reads the record and never the system: no cluster, browser or database is asked. The
``*-result.json`` files are the one source of truth; the site is made of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sessionproof.reporting.site import Progress

RESULTS = "allure-results"
SITE = "allure-report"


def report(
    root: Path,
    *,
    only: Literal["allure", "suites"] | None = None,
    serve: bool = False,
    progress: Progress | None = None,
) -> str:
    """
    Write the report of the last run in *root* and return its address.

    :param only: one of the two kinds of report; both by default.
    :param serve: show it on this machine until Ctrl-C.
    :raises SuiteWrong: if there are no results, or what writes reports is not installed; says what to do.
    """
    from sessionproof.errors import SuiteWrong
    from sessionproof.reporting import site

    if only == "suites":
        raise SuiteWrong(
            "the suite reports are not written yet; `sessionproof report --only allure` writes the site"
        )
    return site.build(root / RESULTS, root / SITE, root=root, serve=serve, progress=progress)
