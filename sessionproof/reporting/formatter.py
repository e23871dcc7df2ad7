"""behave's door to the results: ``-f sessionproof.reporting.formatter:SessionproofFormatter -o DIR``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import allure_commons
from behave.formatter.base import Formatter

from sessionproof.reporting import identity
from sessionproof.reporting.listener import Listener, is_selected
from sessionproof.reporting.results import ResultFiles

if TYPE_CHECKING:
    from sessionproof.reporting.plan import Plan

DEFAULT_FOLDER = "allure-results"


class SessionproofFormatter(Formatter):  # type: ignore[misc]
    """
    Writes one Allure result per selected scenario, whatever becomes of it.

    Does nothing in a dry run: that must not fill a folder of results with skips.
    """

    name = "sessionproof"
    description = "Allure results of every selected scenario"

    def __init__(self, stream_opener: Any, config: Any) -> None:
        super().__init__(stream_opener, config)
        self.folder = Path(stream_opener.name or DEFAULT_FOLDER).absolute()
        self.plan: Plan | None = None
        """The run's plan, if the runner keeps one."""
        self.worker = identity.LANE
        """The lane of the report's timeline."""
        self._feature: Any = None
        self._reported: set[str] = set()
        self._files: ResultFiles | None = None
        self._listener: Listener | None = None
        if not config.dry_run:
            self._files = ResultFiles(self.folder)
            self._listener = Listener(config, self._files)
            allure_commons.plugin_manager.register(self._listener)
            allure_commons.plugin_manager.register(self._files)

    def uri(self, uri: str) -> None:  # noqa: ARG002
        if self._listener:
            self._listener.start_file()

    def feature(self, feature: Any) -> None:
        if not self._listener:
            return
        self._feature = feature
        identity.describe(feature, identity.root_of(self.config))
        for scenario in identity.scenarios_of(feature):
            scenario.run = self._recorded(scenario, scenario.run)

    def step(self, step: Any) -> None:
        if self._listener:
            self._listener.schedule_step(step)

    def match(self, match: Any) -> None:
        # behave tells of a match only after it told of the step.
        if self._listener and self._listener.steps:
            self._listener.match_step(match)

    def result(self, result: Any) -> None:
        if self._listener:
            self._listener.stop_behave_step(result)

    def eof(self) -> None:
        if not self._listener or self._feature is None:
            return
        feature, self._feature = self._feature, None
        for scenario in identity.scenarios_of(feature):
            if scenario.result.uuid not in self._reported and is_selected(scenario, self.config):
                self._listener.report_unrun(scenario, _why_not(scenario))
                self._reported.add(scenario.result.uuid)
        self._listener.stop_feature()

    def close(self) -> None:
        try:
            super().close()
        finally:
            for plugin in (self._files, self._listener):
                if plugin is not None and allure_commons.plugin_manager.is_registered(plugin):
                    allure_commons.plugin_manager.unregister(plugin)

    def close_stream(self) -> None:
        if self._listener:
            self._listener.stop_session()

    def lose(self, scenario: Any, reason: str) -> None:
        """Write the result of a scenario whose process died while it ran, whatever that had written."""
        if self._listener:
            self._listener.report_unrun(scenario, reason, begun=True)

    def _recorded(self, scenario: Any, run: Any) -> Any:
        listener = self._listener
        assert listener is not None

        def recorded(runner: Any) -> Any:
            if self.plan is not None and is_selected(scenario, self.config):
                self.plan.start(scenario.result.uuid)
            self._reported.add(scenario.result.uuid)
            for label in scenario.result.labels:
                if label.name == "thread":
                    label.value = self.worker
            listener.start_scenario(scenario)
            try:
                return run(runner)
            finally:
                listener.stop_scenario(scenario)

        return recorded


def _why_not(scenario: Any) -> str:
    above = scenario.parent
    while above is not None:
        if getattr(above, "hook_failed", False):
            return str(
                getattr(above, "error_message", None) or f"a hook of {above.type} '{above.name}' failed"
            )
        above = above.parent
    return "the run ended before it"
