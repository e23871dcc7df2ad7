"""The ``kubectl`` command line, as a person with her own rights types it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sessionproof.errors import SuiteWrong, TargetUnavailable

_SECONDS = 30.0
"""Longest time for one command: far beyond any that is well, short enough to be told soon."""


class CommandRefused(SuiteWrong):
    """The command ended with an error."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"kubectl {command}: {said}")
        self.said = said
        """What it said."""


@dataclass(frozen=True)
class Kubectl:
    """One command line on one cluster."""

    program: Path
    kubeconfig: Path
    context: str | None = None

    def apply(self, manifest: dict[str, Any], *, user: str = "", group: str = "") -> None:
        """
        Apply one object.

        :param user: whom to act as; the kubeconfig's own user if empty.
        :raises CommandRefused: with what kubectl said.
        """
        self._run(["apply", "-f", "-"], json.dumps(manifest), user, group)

    def delete(self, resource: str, name: str, namespace: str, *, user: str = "", group: str = "") -> None:
        """
        Ask for an object's end without waiting for it.

        :raises CommandRefused: with what kubectl said.
        """
        self._run(["delete", resource, name, "-n", namespace, "--wait=false"], "", user, group)

    def table(self, resource: str, namespace: str, *, user: str = "", group: str = "") -> str:
        """
        List objects as a person sees them.

        :param resource: by any of its names.
        :raises CommandRefused: with what kubectl said.
        """
        return self._run(["get", resource, "-n", namespace], "", user, group)

    def _run(self, arguments: list[str], given: str, user: str, group: str) -> str:
        identity = [f"--as={user}"] * bool(user) + [f"--as-group={group}"] * bool(group)
        place = [f"--kubeconfig={self.kubeconfig}"] + [f"--context={self.context}"] * bool(self.context)
        try:
            done = subprocess.run(
                [self.program, *place, *identity, *arguments],
                input=given,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise TargetUnavailable(
                f"no kubectl at {self.program}: install it, or run `sessionproof up`"
            ) from error
        except subprocess.TimeoutExpired as error:
            raise TargetUnavailable(f"kubectl {arguments[0]}: no end after {_SECONDS:.0f} s") from error
        if done.returncode != 0:
            raise CommandRefused(" ".join(arguments), done.stderr.strip() or done.stdout.strip())
        return done.stdout
