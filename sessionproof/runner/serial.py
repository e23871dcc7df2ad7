"""behave's runner, made honest: what was planned is what is reported, and running nothing is no success."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import allure_commons
from behave.runner import Runner

from sessionproof import checking, project
from sessionproof.catalogue import CatalogueError, derived_labels
from sessionproof.evidence import mask
from sessionproof.reporting import identity
from sessionproof.reporting.formatter import SessionproofFormatter
from sessionproof.reporting.listener import is_selected
from sessionproof.reporting.outcomes import Outcome
from sessionproof.reporting.plan import Plan
from sessionproof.runner import durations
from sessionproof.runner.schedule import Shuffle
from sessionproof.signals import interruption


class SessionproofRunner(Runner):  # type: ignore[misc]
    """
    Runs like behave's own, and besides:

    every story is checked before anything is made, and mistakes end the run there;
    results are planned before the first hook, and every planned scenario has one at the end, whatever
    ended the run; zero executed scenarios are a failure; an error of ``before_all`` or ``after_all`` is
    one of the report. A dry run writes no results. ``-D order=random[:SEED]`` puts features, and what is in
    each, into random order.
    """

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._reason = "the run ended before it"
        self.shuffle: Shuffle | None = None
        """The random order that was asked for."""
        self.durations: dict[str, float] = {}
        """What scenarios took when they were last run, by ``historyId``."""

    def load_hooks(self, filename: str | None = None) -> None:
        super().load_hooks(filename)
        for name in ("before_all", "after_all"):
            if name in self.hooks:
                self.hooks[name] = self._told(name, self.hooks[name])

    def run_hook(self, hook_name: str, *args: Any) -> Any:
        good = super().run_hook(hook_name, *args)
        # The results of a feature's scenarios are written by now: its end has no other place to be shown.
        if good is False and hook_name in ("after_feature", "after_rule"):
            tell_run(str(args[0].error_message))
        return good

    def run_model(self, features: Sequence[Any] | None = None) -> bool:
        """Run what was parsed; True if anything failed, or nothing was run."""
        features = self.features if features is None else features
        if self.config.dry_run:
            return self._show(features)
        selected = [
            scenario
            for feature in features
            for scenario in feature.walk_scenarios()
            if is_selected(scenario, self.config)
        ]
        self.context.on_cleanup_error = self._cleanup_failed
        problems = self._prepare()
        writing = [formatter for formatter in self.formatters if isinstance(formatter, SessionproofFormatter)]
        plans = [self._plan(formatter, selected) for formatter in writing]
        failed = True
        try:
            failed = self._refused(problems) if problems else self._run_stories(features, selected)
        finally:
            durations.keep(self._root, durations.taken(selected))
            gaps = sum(plan.close_gaps(self._why_gaps()) for plan in plans)
            for plan in plans:
                plan.close()
        if problems:
            return True
        wrong = [self._not_as_planned(plan) for plan in plans]
        return any([failed, self._gaps_left(gaps), self._nothing_ran(selected), *wrong])

    def _show(self, features: Sequence[Any]) -> bool:
        """A dry run: what would be told, and whether anything in it is wrong."""
        problems = self._prepare()
        failed = bool(super().run_model(features))
        if problems:
            _say(f"\nthis cannot be told, because:\n{problems}\n")
        return failed or bool(problems)

    def _run_stories(self, features: Sequence[Any], selected: Sequence[Any]) -> bool:  # noqa: ARG002
        """Run hooks and stories and tell formatters and reporters; whether anything failed."""
        ordered = list(features)
        if self.shuffle:
            self.shuffle.features(ordered)
        return bool(super().run_model(ordered))

    # -- before the run --------------------------------------------------------------------------------

    def _prepare(self) -> str:
        """Give every scenario who it is in reports; returns what makes the run senseless, or nothing."""
        self._root, file = project.root_of(self.config.base_dir), project.catalogue_for(self.config)
        self.durations = durations.read(self._root)
        known, problems = None, ""
        try:
            known = (
                project.catalogue_in(file) if file.is_file() or "catalogue" in self.config.userdata else None
            )
        except CatalogueError as error:
            problems = str(error)
        derive = partial(derived_labels, known) if known else None
        for feature in self.features:
            identity.describe(feature, identity.root_of(self.config), derive=derive)
        try:
            self.shuffle = Shuffle.asked(self.config.userdata.get("order"))
        except ValueError as error:
            problems = problems or str(error)
        if self.shuffle:
            _say(str(self.shuffle))
        return problems or "\n".join(checking.problems_of(self, known, self._root))

    def _refused(self, problems: str) -> bool:
        """End the run before its first hook."""
        self._reason = f"the run was refused: {problems}"
        _say(f"\nnothing was run, because:\n{problems}\n")
        tell_run(self._reason)
        for formatter in self.formatters:
            formatter.close()
        return True

    def _plan(self, formatter: SessionproofFormatter, selected: Iterable[Any]) -> Plan:
        plan = Plan(formatter.folder)
        plan.write(scenario.result for scenario in selected)
        formatter.plan = plan
        self.config.results_folder = formatter.folder
        return plan

    def _told(self, name: str, hook: Any) -> Any:
        """The hook, whose error is shown by the report as one of the whole run."""

        def told(context: Any) -> None:
            try:
                hook(context)
            except Exception as error:
                if name == "before_all":
                    self._reason = f"before_all failed: {str(error) or type(error).__name__}"
                tell_run(f"{name} failed: {type(error).__name__}: {error}")
                raise
            except KeyboardInterrupt:
                self._reason = f"the run was interrupted in {name}"
                raise

        return told

    def _cleanup_failed(self, context: Any, cleanup: Any, error: Exception) -> None:
        context.print_cleanup_error(context, cleanup, error)
        layer = context._stack[0]
        if layer.get("@layer") == "scenario":
            scenario = layer["scenario"]
            scenario.cleanup_errors = [*getattr(scenario, "cleanup_errors", ()), error]
        else:
            tell_run(f"clean-up of the {layer.get('@layer', 'run')} failed: {type(error).__name__}: {error}")

    # -- after the run ---------------------------------------------------------------------------------

    def _why_gaps(self) -> str:
        return "the run was interrupted" if interruption.asked is not None else self._reason

    def _not_as_planned(self, plan: Plan) -> bool:
        """Whether the record has a verdict missing that behave did not miss; tells what the run came to."""
        outcome = Outcome.of(plan.folder, len(plan.planned))
        _say(str(outcome))
        return not outcome.good

    def _gaps_left(self, gaps: int) -> bool:
        if gaps:
            _say(f"{gaps} planned scenarios were not executed: {self._why_gaps().splitlines()[0]}")
        return gaps > 0

    def _nothing_ran(self, selected: Sequence[Any]) -> bool:
        ran = [scenario for scenario in selected if scenario.status.name not in ("skipped", "untested")]
        if not selected:
            _say("no scenario was selected, so nothing was shown: look at --tags, --name and the paths")
        elif not ran:
            _say(f"none of the {len(selected)} selected scenarios was executed, so nothing was shown")
        return not ran


def tell_run(text: str) -> None:
    """Show an error that belongs to no scenario in the report."""
    allure_commons.plugin_manager.hook.global_error(message=mask(text), trace=None)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
