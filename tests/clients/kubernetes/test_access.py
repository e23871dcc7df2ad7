"""Kubeconfigs as people have them."""

import subprocess
import sys

import pytest
import yaml

from sessionproof.clients import kubernetes
from sessionproof.clients.kubernetes import access
from sessionproof.errors import SuiteWrong


@pytest.fixture
def config():
    return {
        "current-context": "one",
        "contexts": [
            {"name": "one", "context": {"cluster": "c", "user": "u", "namespace": "team"}},
            {"name": "two", "context": {"cluster": "c", "user": "v"}},
        ],
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:8080/"}}],
        "users": [
            {"name": "u", "user": {"token": "abc"}},
            {"name": "v", "user": {"tokenFile": "token"}},
        ],
    }


@pytest.fixture
def file(tmp_path, config):
    (tmp_path / "token").write_text("first\n")
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(config))
    return path


def test_current_context_is_taken(file):
    """Server, token and namespace come from the file's own choice."""
    found = access.from_kubeconfig(file)

    assert ("http://127.0.0.1:8080", "Bearer abc", "team") == (
        found.server,
        found.authorization(),
        found.namespace,
    )


def test_token_file_is_read_anew(file):
    """A token that was renewed beside the kubeconfig is the one that is sent."""
    found = access.from_kubeconfig(file, "two")
    (file.parent / "token").write_text("second\n")

    assert "Bearer second" == found.authorization()


def test_token_is_not_shown(file):
    """An access can be printed."""
    assert "abc" not in repr(access.from_kubeconfig(file))


def test_unknown_context_names_the_known_ones(file):
    """A typo is answered with what there is."""
    with pytest.raises(SuiteWrong, match="no context 'thre'; there are: one, two"):
        access.from_kubeconfig(file, "thre")


def test_missing_file_says_what_to_do(tmp_path):
    """The message names the file and the way out."""
    with pytest.raises(SuiteWrong, match="sessionproof up"):
        kubernetes.connect(tmp_path / "none")


def test_importing_the_client_does_not_import_the_kubernetes_package():
    """Half a second per process is saved for whoever needs no credential plugin."""
    code = "import sys, sessionproof.clients.kubernetes; sys.exit('kubernetes.client' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
