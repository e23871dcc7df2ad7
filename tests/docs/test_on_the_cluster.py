"""The commands of the documentation that tell stories and show them, in a copy of the project."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.docs.on_the_cluster import ALONE, BOTH, LOOKING, REPORT, SERVE, TAGGED
from tests.docs.pages import ROOT, blocks
from tests.docs.project import SECONDS, Project

pytestmark = pytest.mark.cluster

JUNIT = ("--junit", "--junit-directory", "reports/junit")
DEMO = """\
import sys
from pathlib import Path
from sessionproof.cli import demo
demo.STORIES = tuple(sys.argv[1:])
sys.exit(demo.demo(Path.cwd()))
"""
"""What ``sessionproof demo`` does, with other stories than those of the demonstration."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project of a new user who has done what docs/authoring.md shows."""
    made = Project.copy(tmp_path_factory.mktemp("project"))
    made.follow(blocks(ROOT / "docs" / "authoring.md"))
    return made


@pytest.fixture(scope="module")
def demonstrated(project: Project) -> str:
    """What a demonstration says that tells her first story, by the command of the page; JUnit files besides."""
    program, *stories = shlex.split(ALONE)
    assert program == "behave"
    code, said = project.run(shlex.join(["python", "-c", DEMO, *stories, *JUNIT]))
    assert 0 == code, said
    return said


def test_a_demonstration_goes_from_the_cluster_to_the_report(project: Project, demonstrated: str) -> None:
    """Images, cluster, stories, report; what was told is what was asked for."""
    assert "1 planned: 1 passed, 0 failed, 0 not run, 0 skipped" in demonstrated
    page = Path(demonstrated.split("report: file://")[-1].strip())
    assert (project.root / "allure-report/index.html").resolve() == page.resolve()


@pytest.mark.usefixtures("demonstrated")
def test_junit_files_are_written_beside(project: Project) -> None:
    """The story that was told is in them, passed."""
    (case,) = (
        case
        for file in (project.root / "reports/junit").glob("*.xml")
        for case in ET.parse(file).getroot().iter("testcase")
        if case.get("status") != "skipped"
    )

    assert ("One person's end is nobody else's", "passed") == (case.get("name"), case.get("status"))


@pytest.mark.usefixtures("demonstrated")
@pytest.mark.parametrize("command", LOOKING)
def test_after_a_run_nothing_is_left(project: Project, command: str) -> None:
    """By what the commands say that look for leftovers."""
    code, said = project.run(command)

    assert 0 == code, said
    assert "no leftovers" in said or "0 left" in said


@pytest.mark.usefixtures("demonstrated")
def test_a_report_is_written_and_shown(project: Project) -> None:
    """As a file, and on this machine until Ctrl-C."""
    code, said = project.run(REPORT)
    assert (0, 1) == (code, said.count("report: file://")), said

    # A shell that starts something in the background has it ignore Ctrl-C: here it must be heard.
    serving = subprocess.Popen(
        ["env", "--default-signal=INT", "bash", "-c", f"exec {SERVE}"],
        cwd=project.root, env=project.environment | {"PYTHONUNBUFFERED": "1"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        assert serving.stdout is not None
        address = next(
            found[0] for line in serving.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+\S*", line))
        )
        with urllib.request.urlopen(address, timeout=SECONDS) as page:
            assert b"Session platform certification" in page.read()
        serving.send_signal(signal.SIGINT)
        rest = serving.communicate(timeout=SECONDS)[0]
    finally:
        serving.kill()
        serving.wait()
    assert serving.returncode == 0, rest


def test_both_stories_of_the_page_are_told_side_by_side(project: Project) -> None:
    """Also the one whose step was written for it."""
    code, said = project.run(BOTH)

    assert 0 == code, said
    assert "2 planned: 2 passed" in said


def test_stories_are_chosen_by_their_tags(project: Project) -> None:
    """Those that have them all, and no others."""
    code, said = project.run(TAGGED)

    assert 0 == code, said
    assert "1 planned: 1 passed" in said
