"""Scenarios at the same time: a parent that runs none itself, and forked workers over one folder of results."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

from behave import runner as behave_runner
from behave.reporter.summary import AbstractSummaryReporter

from sessionproof.reporting.formatter import SessionproofFormatter
from sessionproof.reporting.verdicts import Verdict
from sessionproof.runner import replay
from sessionproof.runner.accounts import Account, mark_lost
from sessionproof.runner.crew import Crew, Ended, Worker
from sessionproof.runner.progress import Progress
from sessionproof.runner.schedule import Queue, Unit, longest_first, units_of
from sessionproof.runner.serial import SessionproofRunner, tell_run
from sessionproof.signals import interruption


class ParallelRunner(SessionproofRunner):
    """
    Runs scenarios in ``-j N`` forked workers: ``behave -r sessionproof.runner:ParallelRunner -j 4``.

    ``before_all`` and ``after_all`` run once, in the parent, and everything a worker opens it opens after the
    fork and closes with a clean-up of its own. ``before_feature`` and ``after_feature`` run around each
    scenario. Scenarios tagged ``@exclusive`` run first, one by one with nothing beside them; of the others
    the one that took longest last is begun first, or all are in random order with ``-D order=random[:SEED]``.

    A worker that dies makes its scenario *not run*, with the signal named, and is replaced. A signal that
    ends the run reaches every worker, which cleans up; workers do not outlive the parent. Formatters,
    reporters, summary and exit code tell what they would tell of a run without workers; formatters are told
    at the end, in the order of the files, and what goes on meanwhile is shown on standard error.
    """

    POLL = 0.2
    """Longest time in seconds that a signal to the parent waits for its answer."""

    def _run_stories(self, features: Sequence[Any], selected: Sequence[Any]) -> bool:
        began = time.monotonic()
        self.step_registry = behave_runner.the_step_registry
        interruption.install()
        self.hook_failures = 0
        self.run_hook("before_all")
        self._leave_out(features, selected)
        bad = False
        if not self.aborted:
            try:
                # Inside, a signal is seen at the next turn, never in the middle of one.
                with interruption.cleaning():
                    bad = self._run_units(units_of(features, selected, self.durations))
            except KeyboardInterrupt as end:
                self.abort(reason=str(end))
        return self._conclude(features, time.monotonic() - began) or bad

    # -- the workers -----------------------------------------------------------------------------------

    def _run_units(self, units: list[Unit]) -> bool:
        queue = Queue(self.shuffle.units(units) if self.shuffle else longest_first(units))
        jobs = min(self.config.jobs, len(units))
        progress = Progress(units, jobs)
        crew = Crew(self, {unit.number: unit for unit in units})
        bad = broken_off = False
        while crew.workers or (queue and not broken_off):
            if (interruption.asked is not None or self.aborted) and not broken_off:
                broken_off = True
                queue.clear()
                if interruption.asked is not None:
                    crew.end_all()
            bad = self._staff(crew, queue, jobs, progress) or bad
            for worker, told in crew.hear(self.POLL):
                if isinstance(told, Account):
                    bad = self._take(worker, told, queue, progress) or bad
                else:
                    bad = self._miss(worker, told, queue, progress) or bad
            progress.draw(crew.workers, queue)
        progress.finish()
        return bad

    def _staff(self, crew: Crew, queue: Queue, jobs: int, progress: Progress) -> bool:
        """Hand out what can be begun, and let go whom nothing is left for; whether something went wrong."""
        try:
            while len(crew.workers) < self._wanted(crew, queue, jobs):
                crew.hire()
        except OSError as error:
            if not crew.workers:  # else there are fewer hands: later turns try again
                self._reason = f"no worker could be started: {error}"
                tell_run(self._reason)
                self.abort(reason=self._reason)
                return True
        # Only when all are there: the first would have to share the processor with the birth of the rest.
        for worker in crew.workers:
            if worker.unit is None and not worker.dismissed:
                self._hand(worker, queue, progress)
        return False

    def _wanted(self, crew: Crew, queue: Queue, jobs: int) -> int:
        """How many workers there should be now."""
        busy = [worker.unit for worker in crew.workers if worker.unit is not None]
        if queue.alone or any(unit.exclusive for unit in busy):
            return 1
        closing = sum(worker.dismissed for worker in crew.workers)
        return min(jobs, len(busy) + closing + len(queue))

    def _hand(self, worker: Worker, queue: Queue, progress: Progress) -> None:
        unit = queue.take()
        if unit is None:
            worker.dismiss()
        else:
            worker.hand(unit)
            progress.begins(worker, unit)

    def _take(self, worker: Worker, account: Account, queue: Queue, progress: Progress) -> bool:
        unit = worker.unit
        assert unit is not None and unit.number == account.number
        worker.unit = None
        account.give(unit)
        self.undefined_steps.extend(s for s in unit.scenario.all_steps if s.status.name == "undefined")
        if account.aborted:
            self.abort(reason=f"{worker} was told to end")
        elif account.failed and self.config.stop:
            queue.clear()
        progress.ends(unit, Verdict(account.verdict), account.why, queue)
        return account.failed

    def _miss(self, worker: Worker, ended: Ended, queue: Queue, progress: Progress) -> bool:
        """A worker's process is over; whether that is bad."""
        unit, worker.unit = worker.unit, None
        bye = worker.farewell
        if bye is not None:
            self.hook_failures += bye.hook_failures
            if bye.aborted and interruption.asked is None:
                self.abort(reason=f"{worker} was told to end")
            if unit is None:
                return bye.cleanups_failed
        if unit is None:
            tell_run(f"{worker} {ended.how} while it closed what it had opened")
            progress.say(f"! {worker} {ended.how} while it closed what it had opened")
            return True
        if interruption.asked is None:
            reason = f"{worker}, which ran this scenario, {ended.how}"
            mark_lost(unit, reason)
            for formatter in self._writing:
                formatter.lose(unit.scenario, reason)
            progress.ends(unit, Verdict.NOT_RUN, reason, queue)
        return True

    # -- the model and who reads it --------------------------------------------------------------------

    @property
    def _writing(self) -> list[SessionproofFormatter]:
        return [each for each in self.formatters if isinstance(each, SessionproofFormatter)]

    def _leave_out(self, features: Sequence[Any], selected: Sequence[Any]) -> None:
        wanted = {id(scenario) for scenario in selected}
        for feature in features:
            feature.clear_status()
            for scenario in feature.walk_scenarios():
                if id(scenario) not in wanted:
                    scenario.skip()

    def _conclude(self, features: Sequence[Any], seconds: float) -> bool:
        """Tell formatters and reporters, end the run; whether any of it went wrong."""
        shown = [each for each in self.formatters if not isinstance(each, SessionproofFormatter)]
        for feature in features:
            replay.tell(shown, feature, self.config, self.step_registry)
            for reporter in self.config.reporters:
                reporter.feature(feature)
        failed = self._end_run()
        if self.aborted:
            sys.stdout.write("\nABORTED: By user.\n")
        for formatter in self.formatters:
            formatter.close()
        for reporter in self.config.reporters:
            if isinstance(reporter, AbstractSummaryReporter):
                reporter.duration = seconds  # otherwise the sum of what ran side by side
            reporter.end()
        return failed or self.aborted or self.hook_failures > 0 or bool(self.undefined_steps)

    def _end_run(self) -> bool:
        self.run_hook_with_capture("after_all")
        try:
            self.context._do_remaining_cleanups()
        except Exception:
            return True  # it was told by on_cleanup_error
        return False
