"""Tells behave's formatters and reporters of stories that were run elsewhere, in the order of the files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from behave.matchers import NoMatch
from behave.model import Rule


def tell(formatters: Iterable[Any], feature: Any, config: Any, registry: Any) -> None:
    """Let each formatter see *feature* as if it had just been run."""
    for formatter in formatters:
        _Replay(formatter, config, registry).feature(feature)


class _Replay:
    def __init__(self, formatter: Any, config: Any, registry: Any) -> None:
        self._formatter = formatter
        self._config = config
        self._registry = registry

    def feature(self, feature: Any) -> None:
        self._formatter.uri(feature.filename)
        if not self._shown(feature):
            return
        self._formatter.feature(feature)
        self._inside(feature)
        self._formatter.eof()

    def _inside(self, container: Any) -> None:
        if container.background:
            self._formatter.background(container.background)
        for item in container.run_items:
            if isinstance(item, Rule):
                self._rule(item)
            else:
                for scenario in getattr(item, "scenarios", [item]):
                    self._scenario(scenario)

    def _rule(self, rule: Any) -> None:
        # behave does not come to a rule whose feature has failed before it.
        if not self._shown(rule) or rule.status.name == "untested":
            return
        # Older formatters know nothing of rules.
        getattr(self._formatter, "rule", lambda _: None)(rule)
        self._inside(rule)
        getattr(self._formatter, "rule_finished", lambda: None)()

    def _scenario(self, scenario: Any) -> None:
        skipped = scenario.status.name == "skipped" and not _executed(scenario)
        untold = scenario.status.name == "untested"
        if untold or (skipped and not self._config.show_skipped):
            return
        self._formatter.scenario(scenario)
        steps = list(scenario.all_steps)
        for step in steps:
            self._formatter.step(step)
        for step in steps:
            if not _was_run(step):
                break
            self._formatter.match(self._registry.find_match(step) or NoMatch())
            self._formatter.result(step)
            if step.status.has_failed() and not scenario.continue_after_failed_step:
                break

    def _shown(self, container: Any) -> bool:
        return bool(container.should_run(self._config) or self._config.show_skipped)


def _executed(scenario: Any) -> bool:
    return any(_was_run(step) for step in scenario.all_steps)


def _was_run(step: Any) -> bool:
    # A step that skips its scenario has run, and is skipped.
    return step.status.name not in ("untested", "skipped") or step.duration > 0
