"""Why a step or a scenario came to its verdict, in the words a report shows first."""

from __future__ import annotations

import traceback
from typing import Any

from allure_commons.model2 import StatusDetails
from behave.runner_util import make_undefined_step_snippet

from sessionproof.evidence import mask
from sessionproof.reporting.verdicts import Verdict


def of_step(result: Any) -> StatusDetails | None:
    """Why a step did not pass; None if it did or was not reached."""
    name = result.status.name
    if name in ("undefined", "untested_undefined"):
        snippet = make_undefined_step_snippet(result)
        return StatusDetails(message=f"{result.location}: no step is defined for these words", trace=snippet)
    if result.exception is not None:
        return _error(result.exception, result.exc_traceback)
    if name in ("pending", "pending_warn"):
        return StatusDetails(message=f"{result.location}: this step is not finished")
    if result.status.has_failed():
        return StatusDetails(message=mask(result.error_message or name))
    return None


def of_scenario(scenario: Any, verdict: Verdict) -> StatusDetails | None:
    """Everything that went wrong, the first cause first; the reason of a skip; None for a pass."""
    if verdict is Verdict.PASSED:
        return None
    if verdict is Verdict.SKIPPED:
        return StatusDetails(message=scenario.skip_reason or "skipped without a reason")
    found = [details for step in scenario.all_steps if (details := of_step(step)) is not None]
    own = _own(scenario)
    if scenario.status.name in ("hook_error", "untested") and not found and own is None:
        return StatusDetails(message="not executed: the run ended before this scenario")
    causes = [*([own] if own and not found else []), *found, *([own] if own and found else [])]
    causes += [_error(error, error.__traceback__, "clean-up") for error in _cleanups(scenario)]
    if not causes:
        return StatusDetails(
            message=f"behave calls this scenario {scenario.status.name}, and gives no reason"
        )
    message = "\n\n".join(cause.message for cause in causes if cause.message)
    trace = "\n\n".join(cause.trace for cause in causes if cause.trace)
    return StatusDetails(message=message, trace=trace or None)


def _own(scenario: Any) -> StatusDetails | None:
    if not scenario.hook_failed and not scenario.error_message:
        return None
    trace = scenario.exc_traceback
    return StatusDetails(
        message=mask(scenario.error_message or "a hook failed"), trace=mask(_trace(trace)) if trace else None
    )


def _cleanups(scenario: Any) -> list[BaseException]:
    errors: list[BaseException] = getattr(scenario, "cleanup_errors", [])
    return errors


def _error(error: BaseException, trace: Any, where: str = "") -> StatusDetails:
    text = str(error).strip()
    # The words of a broken promise stand for themselves; of other errors the kind says half.
    shown = (
        text if isinstance(error, AssertionError) and text else f"{type(error).__name__}: {text}".rstrip(": ")
    )
    return StatusDetails(message=mask(f"{where}: {shown}" if where else shown), trace=mask(_trace(trace)))


def _trace(trace: Any) -> str:
    return "".join(trace if isinstance(trace, list) else traceback.format_tb(trace))
