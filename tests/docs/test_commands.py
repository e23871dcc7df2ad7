"""Every command of the documentation is run, here or by a stage of the whole test that is named."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.docs import on_the_cluster
from tests.docs.pages import ROOT, SHELLS, all_blocks
from tests.docs.project import Project

AUTHORING = ("tests/docs/test_authoring.py", r"for command in block\.commands")
FAR = "tests/targets/test_another_cluster.py"
ONE = r"scenarios passed, 0 failed, \d+ skipped, 1 untested"
HERE = {
    "sessionproof steps password": (0, r"Then the right password opens"),
    "sessionproof steps deletes": (0, r"When \{persona\} deletes \{session\}\n"),
    "sessionproof steps 'is left' budget": (0, r"Then nothing of \{session\} is left within"),
    "sessionproof steps restarted": (2, r"no step speaks of 'restarted'; did you mean"),
    "sessionproof requirements": (0, r"VDI-03 .*\n"),
    "behave --dry-run features/vdi/access.feature": (0, r"A password opens its own session only"),
    "behave --dry-run features/vdi/lifecycle.feature:14": (0, ONE),
    'behave --dry-run --name "Deleting a session"': (0, ONE),
    "behave --dry-run --tags @VDI-03": (0, r"A held session goes as soon as its clean-up is done"),
    "behave --dry-run --tags '@demo and not @exclusive'": (0, r"A wrong password is refused"),
    "export KUBECONFIG=/var/lib/sessionproof/clusters/default/admin.kubeconfig": (0, r"^$"),
}
"""Run by this module as they stand, in a copy of the project: the exit code that is right, and what is said."""


@dataclass(frozen=True)
class Elsewhere:
    """Who runs a command that this module does not."""

    file: str
    says: str
    """A regular expression of which *file* has one: it runs the command, or all that the command does."""


ELSEWHERE = {
    "make test": Elsewhere(".ci/run", r"make .*test$"),  # what runs this very test
    "./bootstrap": Elsewhere("Makefile", r"(?m)^setup:.*\n\t@\./bootstrap$"),  # before every stage
    "make check": Elsewhere("tests/whole.py", r"return \[\*check, "),  # its stages are the first ones of all
    "make demo": Elsewhere(
        "Makefile", r"(?m)^demo: setup .*\n\t@\$\(BIN\)/sessionproof demo$"
    ),  # see the cluster
    "behave": Elsewhere("tests/whole.py", r'run\(\[BIN / "behave"'),
    "sessionproof up": Elsewhere("tests/whole.py", r'BIN / "sessionproof", "up"'),
    "sessionproof down": Elsewhere("tests/whole.py", r'BIN / "sessionproof", "down"'),
    "sessionproof up --nodes 2 --name second": Elsewhere(
        "cluster/tests/machine/test_raising_and_removing.py", r"up\(SECOND, nodes="
    ),
    "sessionproof doctor --target staging": Elsewhere(FAR, r'"doctor", "--target", "staging"'),
    "behave -D target=staging": Elsewhere(FAR, r'"-D",\s+"target=staging"'),
    "kubectl delete crd vdisessions.vdi.kasm.io vditemplates.vdi.kasm.io": Elsewhere(FAR, r"block\.commands"),
    "kubectl delete clusterrole vdi-operator vdi-user": Elsewhere(FAR, r"block\.commands"),
    "ruff check --fix features sessionproof tests": Elsewhere(*AUTHORING),
    "pytest tests/verbs/test_restarts.py tests/steps": Elsewhere(*AUTHORING),
    "sessionproof steps --write": Elsewhere(*AUTHORING),
    "behave --dry-run features/vdi/lifecycle.feature": Elsewhere(*AUTHORING),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as a new user has it."""
    return Project.copy(tmp_path_factory.mktemp("project"))


def written() -> dict[str, list[str]]:
    """Every command of the documentation, with the blocks in which it stands."""
    found: dict[str, list[str]] = {}
    for block in all_blocks():
        for command in block.commands if block.language in SHELLS else []:
            found.setdefault(command, []).append(str(block))
    return found


def test_every_command_of_the_documentation_is_run() -> None:
    """One that nobody runs is wrong one day, and a reader finds out."""
    run = {*HERE, *ELSEWHERE, *on_the_cluster.COMMANDS}

    assert {} == {command: places for command, places in written().items() if command not in run}
    assert set() == run - set(written()), "no page has these any more"


@pytest.mark.parametrize("command", ELSEWHERE)
def test_who_else_runs_a_command_does(command: str) -> None:
    """The place that is named is there, and says so."""
    place = ELSEWHERE[command]

    assert re.search(place.says, (ROOT / place.file).read_text())


@pytest.mark.parametrize("command", HERE)
def test_a_command_does_what_is_said(project: Project, command: str) -> None:
    """It ends, and speaks, as a reader expects."""
    code, words = HERE[command]

    done, said = project.run(command)

    assert code == done, said
    assert re.search(words, said), said
