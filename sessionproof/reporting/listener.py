"""Turns what behave and ``allure.*`` calls tell into results; one per process."""

from __future__ import annotations

from typing import Any

import allure_commons
from allure_behave.listener import AllureListener
from allure_behave.utils import step_table
from allure_commons.model2 import Label, Parameter, StatusDetails, TestResult, TestStepResult
from allure_commons.types import ALLURE_UNIQUE_LABELS, AttachmentType
from allure_commons.utils import now, uuid4

from sessionproof.evidence import mask
from sessionproof.reporting import reasons, story, verdicts
from sessionproof.reporting.results import ResultFiles


class Listener(AllureListener):  # type: ignore[misc]
    """
    Allure's own listener with its gaps closed: rules, hook errors, dynamic calls, attachments anywhere.

    What happens outside a scenario goes to the run as a whole instead of being an error.
    """

    def __init__(self, config: Any, files: ResultFiles) -> None:
        super().__init__(config)
        self._files = files

    # -- scenarios -------------------------------------------------------------------------------------

    def start_scenario(self, scenario: Any) -> None:
        result: TestResult = scenario.result
        self.steps.clear()
        result.start = now()
        self.current_scenario_uuid = result.uuid
        self.group_context.enter()
        self.logger.schedule_test(result.uuid, result)

    def stop_scenario(self, scenario: Any) -> None:
        """Close the scenario's result with its verdict, or drop it if it was never selected."""
        result: TestResult = scenario.result
        self.current_scenario_uuid = None
        if not is_selected(scenario, self.behave_config):
            self.steps.clear()
            self.logger.drop_test(result.uuid)
            self.group_context.exit()
            return
        self.flush_steps()
        verdict = verdicts.of_scenario(scenario)
        result.stop = now()
        result.status = verdict.status
        result.statusDetails = reasons.of_scenario(scenario, verdict)
        if verdict in (verdicts.Verdict.FAILED, verdicts.Verdict.NOT_RUN):
            self._attach_output(scenario)
        told = getattr(scenario, "told", None)
        if told is not None and not result.descriptionHtml:
            result.descriptionHtml = story.page(scenario, verdict, told)
            self._files.metrics(result, told.measures)
        self.current_step_uuid = None
        self.logger.close_test(result.uuid)
        self.group_context.append_test(result.uuid)
        self.group_context.exit()

    def report_unrun(self, scenario: Any, reason: str, *, begun: bool = False) -> None:
        """Write a result for a scenario that behave never came to, or never came to the end of."""
        result: TestResult = scenario.result
        result.start = result.stop = now()
        result.status = verdicts.Verdict.NOT_RUN.status
        what = "started and never finished" if begun else "not executed"
        result.statusDetails = StatusDetails(message=f"{what}: {reason}")
        self._files.write_result(result)

    def _attach_output(self, scenario: Any) -> None:
        captured = getattr(scenario, "captured", None)
        if captured is not None and captured.has_output():
            self.attach_data(mask(captured.make_report()), "captured output", AttachmentType.TEXT, None)

    # -- steps -----------------------------------------------------------------------------------------

    def start_behave_step(self, step: Any) -> None:
        self.current_step_uuid = uuid4()
        shown = TestStepResult(name=f"{step.keyword} {step.name}", start=now())
        self.logger.start_step(None, self.current_step_uuid, shown)
        if step.text:
            self.logger.attach_data(uuid4(), step.text, name=".text", attachment_type=AttachmentType.TEXT)
        if step.table:
            table = step_table(step)
            self.logger.attach_data(uuid4(), table, name=".table", attachment_type=AttachmentType.CSV)

    def stop_behave_step(self, result: Any) -> None:
        verdict = verdicts.of_step(result.status)
        details = reasons.of_step(result)
        self.logger.stop_step(
            self.current_step_uuid, stop=now(), status=verdict.status, statusDetails=details
        )

    # -- what stories and hooks call -------------------------------------------------------------------

    @allure_commons.hookimpl
    def add_title(self, test_title: str) -> None:
        if (test := self.logger.get_test(None)) is not None:
            test.name = test_title

    @allure_commons.hookimpl
    def add_label(self, label_type: str, labels: tuple[str, ...]) -> None:
        test = self.logger.get_test(None)
        if test is None:
            return
        if label_type in ALLURE_UNIQUE_LABELS:
            test.labels = [label for label in test.labels if label.name != label_type]
        test.labels.extend(Label(name=str(label_type), value=str(label)) for label in labels)

    @allure_commons.hookimpl
    def add_parameter(self, name: str, value: Any, excluded: bool | None, mode: Any) -> None:
        test = self.logger.get_test(None)
        if test is not None:
            shown = Parameter(
                name=name, value=str(value), excluded=excluded, mode=mode.value if mode else None
            )
            test.parameters.append(shown)

    @allure_commons.hookimpl
    def attach_data(self, body: Any, name: str, attachment_type: Any, extension: str | None) -> None:
        put = self.logger.attach_data if self._inside else self.logger.global_attach_data
        put(uuid4(), body, name=name, attachment_type=attachment_type, extension=extension)

    @allure_commons.hookimpl
    def attach_file(self, source: Any, name: str, attachment_type: Any, extension: str | None) -> None:
        put = self.logger.attach_file if self._inside else self.logger.global_attach_file
        put(uuid4(), source, name=name, attachment_type=attachment_type, extension=extension)

    @property
    def _inside(self) -> bool:
        return self.logger._last_executable() is not None

    # -- groups ----------------------------------------------------------------------------------------

    def start_file(self) -> None:
        # A feature that is left out has a beginning and no end.
        while len(self.group_context._groups) > 1:
            self.group_context.exit()
        self.group_context.enter()

    def stop_session(self) -> None:
        while self.group_context._groups:
            self.group_context.exit()


def is_selected(scenario: Any, config: Any) -> bool:
    """Whether the run's tags, names and lines select the scenario; a hook's later skip does not count."""
    if not scenario.should_run_with_tags(config.tag_expression):
        return False
    if not scenario.should_run_with_name_select(config):
        return False
    # behave skips what FILE:LINE leaves out without giving a reason; hooks have to give one.
    return not (scenario.should_skip and not scenario.skip_reason)
