"""Stories on a cluster of which a project knows nothing but a kubeconfig, an address and a CA."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sessionproof_cluster
import yaml
from sessionproof_cluster import Cluster

from sessionproof import cli
from sessionproof.cli import images
from sessionproof.cli.console import Console
from sessionproof.clients import kubernetes
from sessionproof.clients.kubernetes import Client, kinds
from tests.docs.pages import all_blocks

pytestmark = pytest.mark.machine
ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SECONDS = 240
SEEN = "A session applied from the command line shows a live picture"
REFUSED = "An unknown template is refused in words"
DELETED = "Deleting a session removes everything it owned"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One node, beside whatever else is up."""
    built = images.build(ROOT, (), Console())
    yield sessionproof_cluster.up("t-far", nodes=1, images=[image.path for image in built])
    sessionproof_cluster.down("t-far")


class Project:
    """A suite in a folder of its own, as a user has it who was given a kubeconfig."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "features", folder / "features", symlinks=True)
        shutil.copytree(ROOT / "deploy", folder / "deploy")
        for name in ("environment.py", "pyproject.toml", "requirements.yaml"):
            shutil.copy(ROOT / name, folder)
        shutil.copy(cluster.kubeconfig, folder / "far.kubeconfig")
        shutil.copy(cluster.ca_certificate, folder / "far.pem")
        self.known = yaml.safe_load((ROOT / "scenarios.yaml").read_text())
        (near,) = self.known["targets"].values()
        self.target = near | {
            "cluster": {"kubeconfig": "file:far.kubeconfig"},
            "ingress_address": cluster.ingress_address,
            "ca": "file:far.pem",
            "media": [cluster.pod_cidr],
            "capabilities": [each for each in near["capabilities"] if each not in ("node-faults", "freeze")],
        }
        self.write()

    def write(self) -> None:
        """Write the catalogue with the target as it is now."""
        known = self.known | {"targets": {"staging": self.target}}
        (self.folder / "scenarios.yaml").write_text(yaml.safe_dump(known))

    def lead_to(self, server: str = "", token: str = "") -> None:
        """Change where the kubeconfig leads, or as whom."""
        config = yaml.safe_load((self.folder / "far.kubeconfig").read_text())
        if server:
            config["clusters"][0]["cluster"]["server"] = server
        if token:
            config["users"][0]["user"] = {"token": token}
        (self.folder / "far.kubeconfig").write_text(yaml.safe_dump(config))

    def behave(self, *stories: str) -> subprocess.Popen[str]:
        """``behave`` with the names of target and stories."""
        return subprocess.Popen(
            [
                BIN / "behave",
                "-D",
                "target=staging",
                *(part for name in stories for part in ("--name", name)),
            ],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def results(self) -> dict[str, tuple[str, str]]:
        """Status and message by story."""
        found = [json.loads(file.read_text()) for file in self.folder.glob("allure-results/*-result.json")]
        return {
            each["name"]: (each["status"], each.get("statusDetails", {}).get("message", "")) for each in found
        }


@pytest.fixture
def project(cluster: Cluster, tmp_path: Path) -> Project:
    """One that fits the cluster, until a test changes it."""
    return Project(tmp_path / "project", cluster)


@pytest.fixture
def client(cluster: Cluster) -> Iterator[Client]:
    """Looks at the cluster past everything that is tried here."""
    made = kubernetes.connect(cluster.kubeconfig)
    yield made
    made.close()


def left(client: Client) -> list[str]:
    """What is in the cluster of any run, by its label."""
    found = [kinds.NAMESPACE, kinds.POD, client.kind("vdi.kasm.io/v1alpha1", "VDITemplate")]
    return [
        item["metadata"]["name"] for kind in found for item in client.list(kind, labels="sessionproof.io/run")
    ]


def test_stories_hold_on_a_cluster_that_is_known_by_its_kubeconfig(project: Project, client: Client) -> None:
    """A session runs, its address answers, a browser sees a live picture, and nothing is left."""
    told = project.behave(SEEN, DELETED)
    said, _ = told.communicate(timeout=SECONDS)

    assert {SEEN: ("passed", ""), DELETED: ("passed", "")} == project.results(), said
    assert told.returncode == 0
    facts = (project.folder / "allure-results" / "environment.properties").read_text()
    assert "Cluster=kubeconfig file:far.kubeconfig" in facts
    assert left(client) == []


def test_what_stays_is_what_the_documentation_names(project: Project, client: Client) -> None:
    """Definitions that runs share; its commands take them away."""
    (block,) = [block for block in all_blocks() if "kubectl delete crd" in block.text]
    told = project.behave(REFUSED)
    said, _ = told.communicate(timeout=SECONDS)
    assert told.returncode == 0, said
    assert definitions(client) == sorted(name for line in block.commands for name in line.split()[3:])

    for command in block.commands:
        done = subprocess.run(
            [*command.split(), f"--kubeconfig={project.folder / 'far.kubeconfig'}"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    assert definitions(client) == []


def definitions(client: Client) -> list[str]:
    """Cluster-wide definitions that speak of this platform."""
    found = [client.kind("rbac.authorization.k8s.io/v1", "ClusterRole")]
    found += [client.kind("apiextensions.k8s.io/v1", "CustomResourceDefinition")]
    return sorted(
        item["metadata"]["name"]
        for kind in found
        for item in client.list(kind)
        if "vdi" in item["metadata"]["name"]
    )


def test_what_a_killed_run_left_there_is_removed_by_the_janitor(project: Project, client: Client) -> None:
    """Its ledger says how that cluster is reached."""
    version = client.listing(kinds.POD).resource_version
    told = project.behave(DELETED)
    for event in client.watch(kinds.POD, "", version, labels="vdi.kasm.io/session", seconds=SECONDS):
        if event["type"] == "ADDED":
            break
    told.kill()
    said, _ = told.communicate()
    assert told.returncode == -signal.SIGKILL, said
    (space,) = [name for name in left(client) if name.startswith("sp-")]

    finished = subprocess.run(
        [BIN / "sessionproof", "janitor"], cwd=project.folder, capture_output=True, text=True, check=False
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert f"gone: namespace {space}" in finished.stderr
    assert left(client) == []


def test_a_dead_address_leaves_every_story_without_a_verdict(project: Project) -> None:
    """In words that name the address and the reason, before anything is made."""
    project.lead_to(server="https://127.0.0.1:1")

    told = project.behave(SEEN, DELETED)
    said, _ = told.communicate(timeout=SECONDS)
    results = project.results()

    assert told.returncode == 1, said
    assert {SEEN, DELETED} == set(results)
    for status, message in results.values():
        assert status == "broken"
        assert "target 'staging' (kubeconfig file:far.kubeconfig) cannot carry the stories" in message
        assert "nothing was made there" in message
        assert "https://127.0.0.1:1 does not answer" in message
        assert "Connection refused" in message


LACKS = {
    "wrong context": (
        {"cluster": {"kubeconfig": "file:far.kubeconfig", "context": "fra"}},
        ["far.kubeconfig: no context 'fra'; there are: sessionproof-t-far"],
    ),
    "missing StorageClass": ({"storage_class": "gp3"}, ["no StorageClass 'gp3', there are: standard"]),
    "missing IngressClass": (
        {"ingress_class": "nginx"},
        ["no IngressClass 'nginx', there are: sessionproof"],
    ),
    "unknown address": (
        {"ingress_address": None},
        ["the address of the IngressClass 'sessionproof' is not known"],
    ),
    "nothing at the address": ({"ingress_address": "127.0.0.9"}, ["nothing answers at 127.0.0.9:443"]),
    "two at once": (
        {"storage_class": "gp3", "ingress_class": "nginx"},
        ["no StorageClass 'gp3'", "no IngressClass 'nginx'"],
    ),
}


@pytest.mark.parametrize("case", LACKS)
def test_what_is_missing_is_named(
    project: Project, case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By ``sessionproof doctor``, which looks at what a run looks at."""
    changed, words = LACKS[case]
    project.target = {key: value for key, value in (project.target | changed).items() if value is not None}
    project.write()

    assert doctor(project, monkeypatch) == 2
    said = capsys.readouterr().out
    assert [word for word in words if word not in said] == [], said


def test_a_user_without_rights_is_told_which(
    project: Project, client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A service account that was given none."""
    about = {"name": "nobody", "namespace": "default"}
    client.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about})
    path = kinds.SERVICE_ACCOUNT.path("default", "nobody", "token")
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    project.lead_to(token=client.transport.send("POST", path, body=asked)["status"]["token"])

    assert doctor(project, monkeypatch) == 2
    said = capsys.readouterr().out
    assert "the user may not get namespaces" in said
    assert "impersonate users" in said


def test_a_cluster_that_fits_is_said_to(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The positive control of those above."""
    assert doctor(project, monkeypatch) == 0
    assert "MISSING" not in capsys.readouterr().out


def doctor(project: Project, monkeypatch: pytest.MonkeyPatch) -> int:
    """Exit code of ``sessionproof doctor --target staging`` in the project."""
    monkeypatch.chdir(project.folder)
    return cli.main(["doctor", "--target", "staging"])
