"""A story told by a ``behave`` of its own, on a platform of its own, followed while it is told."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sessionproof_cluster
import yaml
from sessionproof_cluster import Cluster

from sessionproof import janitor, targets
from sessionproof.clients.kubernetes import Client, kinds
from sessionproof.janitor import Found
from sessionproof.ledger.owners import Owner, registry

ROOT = Path(__file__).resolve().parent.parent.parent
SABOTAGE = Path(__file__).parent / "sabotage"
SECONDS = 240.0
"""A story that takes longer is interrupted, and its case fails."""

Act = Callable[["Run"], str]
"""Does a fault and returns its proof; raises if it cannot be proved."""


@dataclass(frozen=True)
class Platform:
    """What is wrong with the platform that a story gets, besides what is done to it later."""

    cluster: Cluster
    folder: Path
    """For the catalogue, the manifests and the results of this one run."""
    operator: str = ""
    """Module of ``sabotage/`` that is started in the operator's place; empty: the reference itself."""
    budgets: Mapping[str, float] = field(default_factory=dict)
    """Shortened where a long wait would show nothing more."""
    besides: Sequence[Mapping[str, Any]] = ()
    """Manifests that it ships besides its own."""

    def catalogue(self) -> Path:
        """Write the catalogue and the manifests; returns the catalogue's file."""
        known = yaml.safe_load((ROOT / "scenarios.yaml").read_text())
        (target,) = known["targets"].values()
        deploy = self.folder / "deploy"
        deploy.mkdir()
        for file in (ROOT / target["deploy"]).glob("*.yaml"):
            documents = [item for item in yaml.safe_load_all(file.read_text()) if item]
            if self.operator:
                documents = [self._sabotaged(item) for item in documents]
            (deploy / file.name).write_text(yaml.safe_dump_all(documents))
        if self.operator:
            (deploy / "00-sabotage.yaml").write_text(yaml.safe_dump(self._program()))
        (deploy / "besides.yaml").write_text(yaml.safe_dump_all(self.besides))
        target |= {"cluster": {"embedded": self.cluster.name}, "deploy": str(deploy)}
        target |= {"budgets": dict(self.budgets)} if self.budgets else {}
        (self.folder / "requirements.yaml").write_text((ROOT / known["requirements"]).read_text())
        file = self.folder / "scenarios.yaml"
        file.write_text(yaml.safe_dump(known))
        return file

    def _program(self) -> dict[str, Any]:
        source = (SABOTAGE / f"{self.operator}.py").read_text()
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "sabotage", "namespace": "vdi-operator"},
            "data": {"sabotaged.py": source},
        }

    def _sabotaged(self, manifest: dict[str, Any]) -> dict[str, Any]:
        if manifest["kind"] == "Deployment":
            pod = manifest["spec"]["template"]["spec"]
            pod["volumes"].append({"name": "sabotage", "configMap": {"name": "sabotage"}})
            container = pod["containers"][0]
            container["volumeMounts"].append({"name": "sabotage", "mountPath": "/sabotage"})
            container["command"] = ["python3", "/sabotage/sabotaged.py"]
        return manifest


class Run:
    """``behave`` on a few stories, from outside: its lines as they come, its results when it is over."""

    def __init__(self, platform: Platform, *stories: tuple[str, str]) -> None:
        """
        :param stories: each the name of a feature file of ``features/vdi`` and the name of a scenario in it.
        """
        self.platform = platform
        self.client = Client(_access(platform.cluster))
        self.said: list[str] = []
        self.proofs: list[str] = []
        self._results = platform.folder / "results"
        arguments: list[str] = ["--no-color", "-D", f"catalogue={platform.catalogue()}"]
        arguments += ["--runner", "sessionproof.runner:SessionproofRunner"]
        arguments += [
            "-f",
            "sessionproof.reporting.formatter:SessionproofFormatter",
            "-o",
            str(self._results),
        ]
        arguments += ["-f", "plain", "-o", "-", "--no-capture"]
        arguments += [part for _, name in stories for part in ("-n", name)]
        arguments += dict.fromkeys(str(ROOT / "features" / "vdi" / feature) for feature, _ in stories)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "behave", *arguments],
            cwd=platform.folder,  # no configuration here: the checkout's results stay as they are
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._owner = Owner.of(self.process.pid)
        self._id = ""

    def tell(self, acts: Mapping[str, Act]) -> None:
        """
        Let the stories be told to their end; after a step whose line holds one of the texts, act.

        :raises AssertionError: if it takes too long, or a step that was to be followed never passed.
        """
        due = dict(acts)
        late = threading.Timer(SECONDS, self.process.send_signal, [signal.SIGINT])
        late.start()
        try:
            for line in self.lines():
                for text in [text for text in due if text in line and " passed" in line]:
                    self.proofs.append(due.pop(text)(self))
        finally:
            if self.process.poll() is None and sys.exc_info()[0]:
                self.process.send_signal(signal.SIGINT)  # it cleans up
                list(self.lines())
            self.process.wait()
            in_time = late.is_alive()
            late.cancel()
        assert in_time, f"still told after {SECONDS:.0f} s:\n{self.text}"
        assert not due, f"nothing was done, because no step like {list(due)} passed:\n{self.text}"

    def lines(self) -> Iterator[str]:
        """What ``behave`` says, line by line as it comes."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            _ = self.id  # it is listed while the run lives
            yield line

    def close(self) -> None:
        """Let go of the API server and of what was said."""
        self.client.close()
        if self.process.stdout is not None:
            self.process.stdout.close()

    @property
    def text(self) -> str:
        """All that was said."""
        return "".join(self.said)

    @property
    def id(self) -> str:
        """The run's id, by which all it makes is labelled; empty before it has one, kept when it is over."""
        for file in () if self._id else registry().glob("*.json"):
            with contextlib.suppress(FileNotFoundError):  # another run ended meanwhile
                if Owner.read(json.loads(file.read_text())) == self._owner:
                    self._id = file.stem
        return self._id

    @property
    def namespace(self) -> str:
        """Where its platform is."""
        (found,) = self.client.list(kinds.NAMESPACE, labels=f"sessionproof.io/run={self.id}")
        return str(found["metadata"]["name"])

    def session_of(self, persona: str) -> str:
        """The name of the only session that the persona has; its pod and ingress have the same."""
        pods = self.client.list(kinds.POD, self.namespace, labels="vdi.kasm.io/session")
        names = [pod["metadata"]["name"] for pod in pods]
        (name,) = [name for name in names if name.startswith(f"{persona}-")]
        return str(name)

    # -- when it is over -------------------------------------------------------------------------------

    @property
    def result(self) -> Result:
        """The only scenario's."""
        (file,) = self._results.glob("*-result.json")
        return Result(json.loads(file.read_text()))


@dataclass(frozen=True)
class Result:
    """What the report says of one story."""

    written: Mapping[str, Any]

    @property
    def status(self) -> str:
        """``passed``, ``failed``, ``broken`` or ``skipped``."""
        return str(self.written["status"])

    @property
    def step(self) -> str:
        """The first step that did not pass, without its keyword."""
        names = [step["name"] for step in self.written["steps"] if step["status"] != "passed"]
        return str(names[0]).partition(" ")[2] if names else ""

    @property
    def message(self) -> str:
        """What a reader is told."""
        return str((self.written.get("statusDetails") or {}).get("message", ""))

    def must_have_failed(self, step: str, *words: str) -> None:
        """
        The product was found wrong in this very step, and the message has these words.

        :raises AssertionError: with what the story came to instead.
        """
        missing = [word for word in words if word not in self.message]
        found = f"{self.status} in {self.step!r}: {self.message}"
        assert (self.status, self.step) == ("failed", step), found
        assert not missing, f"{missing} missing in: {found}"


def cluster(name: str) -> Cluster:
    """:raises ClusterNotFound: with what to do."""
    return sessionproof_cluster.find(name)


def left_of(run: str) -> list[Found]:
    """What a run left on the machine and in the clusters, by looking."""
    found, unlooked = janitor.look()
    assert not unlooked, f"clusters that could not be looked at: {unlooked}"
    return [each for each in found if run in (each.run or each.what)]


def _access(cluster: Cluster) -> Any:
    return targets.access_to(f"embedded:{cluster.name}")
