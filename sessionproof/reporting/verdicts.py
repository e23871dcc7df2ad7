"""The four verdicts, and how behave and Allure spell them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a scenario came to; the sum of the four is what was planned."""

    PASSED = "passed"
    FAILED = "failed"
    """The product is wrong: an ``AssertionError``, and nothing else."""
    NOT_RUN = "not-run"
    """No verdict on the product: any other error, an undefined or unfinished step, a run that ended."""
    SKIPPED = "skipped"
    """The target does not declare what the story needs, or a long form was not asked for."""

    @property
    def status(self) -> str:
        """The word Allure has for it."""
        return "broken" if self is Verdict.NOT_RUN else self.value

    @property
    def words(self) -> str:
        """The word as a report shows it."""
        return "not run" if self is Verdict.NOT_RUN else self.value


def of_status(status: str | None) -> Verdict:
    """The verdict behind an Allure status; one that Allure would call unknown is no verdict."""
    found = {v.status: v for v in Verdict}.get(status or "")
    return found or Verdict.NOT_RUN


def of_step(status: Any) -> Verdict:
    """The verdict of a step, from its behave status."""
    name = status.name
    if name in ("passed", "failed"):
        return Verdict(name)
    # A step that was not reached says nothing; that its scenario has no verdict is told by the scenario.
    return Verdict.SKIPPED if name in ("skipped", "untested") else Verdict.NOT_RUN


def of_scenario(scenario: Any) -> Verdict:
    """
    The verdict of a scenario that behave has finished.

    A failed promise stays failed when a hook or a clean-up goes wrong after it, and a clean-up that finds
    something left behind has found a broken promise. An unfinished step has no
    verdict even under ``@wip``, where behave lets it pass.
    """
    steps = {of_step(step.status) for step in scenario.all_steps}
    name = scenario.status.name
    cleanups: list[BaseException] = getattr(scenario, "cleanup_errors", [])
    if Verdict.FAILED in steps or any(isinstance(error, AssertionError) for error in cleanups):
        return Verdict.FAILED
    if name == "skipped":
        return Verdict.SKIPPED
    if name == "passed" and Verdict.NOT_RUN not in steps:
        return Verdict.PASSED
    return Verdict.NOT_RUN
