"""Projects of generated scenarios that do nothing, or wait: what is measured is the runner around them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPANS = "spans"
"""File in a project's folder that each waiting scenario adds its begin and end to (monotonic seconds)."""

_STEPS = '''\
import time
from pathlib import Path

from behave import given, then, when

SPANS = Path("{spans}")


@given("nothing is there")
def nothing_is_there(context):
    """Costs nothing."""


@when("nothing is done")
def nothing_is_done(context):
    """Costs nothing."""


@when("work of half a second is done")
def half_a_second(context):
    """Waits, as a scenario does for the product; its begin and end are kept, whatever the runner."""
    began = time.monotonic()
    time.sleep(0.5)
    with SPANS.open("a") as file:
        file.write(f"{{began}} {{time.monotonic()}}\\n")


@then("nothing has happened")
def nothing_has_happened(context):
    """Costs nothing."""
'''


class Project:
    """A folder that behave runs in."""

    def __init__(self, folder: Path, *, ours: bool) -> None:
        """
        :param ours: with the hooks and the catalogue of this repository; else with steps alone.
        """
        self.folder = folder
        steps = folder / "features" / "steps"
        steps.mkdir(parents=True)
        (steps / "steps.py").write_text(_STEPS.format(spans=folder / SPANS), encoding="utf-8")
        if ours:
            for source, target in (
                ("environment.py", "features/environment.py"),
                ("scenarios.yaml", "scenarios.yaml"),
                ("requirements.yaml", "requirements.yaml"),
            ):
                (folder / target).write_text((ROOT / source).read_text(encoding="utf-8"), encoding="utf-8")

    def feature(self, name: str, scenarios: int, act: str = "nothing is done") -> str:
        """Write a feature of so many scenarios of three steps; returns its path within the project."""
        path = Path("features") / f"{name}.feature"
        (self.folder / path).write_text(story(name, scenarios, act), encoding="utf-8")
        return str(path)

    def take_spans(self) -> list[tuple[float, float]]:
        """Begin and end of each scenario that waited since the last call."""
        file = self.folder / SPANS
        if not file.exists():
            return []
        lines = file.read_text(encoding="utf-8").splitlines()
        file.unlink()
        return [(float(began), float(ended)) for began, _, ended in (line.partition(" ") for line in lines)]


def story(name: str, scenarios: int, act: str) -> str:
    """The text of such a feature."""
    lines = ["@suite.vdi", f"Feature: {name}", "  Nothing is promised: the runner is measured."]
    for number in range(1, scenarios + 1):
        lines += [
            "",
            "  @VDI-01",
            f"  Scenario: {name} {number}",
            "    Given nothing is there",
            f"    When {act}",
            "    Then nothing has happened",
        ]
    return "\n".join(lines) + "\n"
