"""
What a forked worker does: run the scenarios it is handed, tell of each, close what it opened.

It goes on with the runner it inherited: hooks are loaded, ``before_all`` has run, the results have their
names. Everything that must not be shared (platform, browser, ledger, threads) is made after the fork, by
the first scenario that needs it, and closed by clean-ups of this process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from sessionproof.reporting.formatter import SessionproofFormatter
from sessionproof.runner.accounts import Account, Crash, Farewell
from sessionproof.runner.schedule import Unit
from sessionproof.signals import interruption

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

_SET_PARENT_DEATH_SIGNAL = 1


def become(runner: Any, lane: int, parent: int, line: Connection, units: Mapping[int, Unit]) -> NoReturn:
    """
    Be worker *lane* until the parent hangs up; never returns.

    :param parent: process id of the parent, whose death ends this process in good order.
    :param line: brings the numbers of units, takes what became of them.
    """
    code = 1
    try:
        _end_with(parent)
        interruption.begin_anew()
        random.seed()
        _Worker(runner, lane, line, units).work()
        code = 0
    except KeyboardInterrupt:
        code = interruption.exit_status
    except BaseException as error:
        traceback.print_exc()
        with contextlib.suppress(OSError):
            line.send(Crash(f"{type(error).__name__}: {error}"))
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        # What the parent registered for its own end is not ours to do.
        os._exit(code)


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit("the run ended before this worker began")


class _Worker:
    def __init__(self, runner: Any, lane: int, line: Connection, units: Mapping[int, Unit]) -> None:
        self._runner = runner
        self._line = line
        self._units = units
        runner.formatters = [each for each in runner.formatters if isinstance(each, SessionproofFormatter)]
        for formatter in runner.formatters:
            formatter.worker = f"worker-{lane}"
        runner.config.reporters = []
        runner.hook_failures = 0
        # What before_all registered is the parent's; what is registered from here on is this process's.
        runner.context._root["@cleanups"] = []

    def work(self) -> None:
        try:
            while not self._runner.aborted and (number := self._next()) is not None:
                account = self._live(self._units[number])
                self._tell(account)
        except KeyboardInterrupt as end:
            self._runner.abort(reason=str(end))
        finally:
            self._close()

    def _next(self) -> int | None:
        """The next unit's number; None when there is none, or nobody to hand one out."""
        try:
            number: int | None = self._line.recv()
        except (EOFError, OSError):
            return None
        return number

    def _live(self, unit: Unit) -> Account:
        feature, scenario = unit.feature, unit.scenario
        feature.run_items = [unit.rule or scenario]
        feature.scenarios = [] if unit.rule else [scenario]
        if unit.rule:
            unit.rule.run_items = unit.rule.scenarios = [scenario]
        for item in (feature, unit.rule):
            if item is not None:
                _forget(item)
        self._runner.context._set_root_attribute("active_outline", scenario._row)
        self._runner.feature = feature
        for formatter in self._runner.formatters:
            formatter.uri(feature.filename)
        failed = feature.run(self._runner)
        return Account.of(unit, failed=failed, aborted=self._runner.aborted)

    def _tell(self, what: Account | Farewell) -> None:
        # A parent that is gone needs no telling: the next command finds the results.
        with interruption.cleaning(), contextlib.suppress(OSError):
            self._line.send(what)

    def _close(self) -> None:
        failed = False
        try:
            self._runner.context._do_remaining_cleanups()
        except KeyboardInterrupt as end:
            self._runner.abort(reason=str(end))
        except Exception:
            failed = True  # it was told by the runner's on_cleanup_error
        for formatter in self._runner.formatters:
            formatter.close()
        self._tell(Farewell(self._runner.hook_failures, failed, self._runner.aborted))


def _forget(item: Any) -> None:
    """What an earlier scenario of the same feature left in it."""
    item.should_skip, item.skip_reason = False, None
    item.exception = item.exc_traceback = item.error_message = None
    item.captured.reset()
