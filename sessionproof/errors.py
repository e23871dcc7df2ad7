"""
Every error of the suite, drawn once.

::

    SessionproofError
    ├── ProductFailed (also AssertionError)   the product is wrong          -> failed
    │   ├── NotSeenInTime                     an awaited value did not come
    │   ├── Violated                          a promise was broken while watched
    │   └── Leaked                            something made was left behind
    ├── TargetUnavailable                     the thing to be tested is away -> not-run
    │   └── CapabilityMissing                 the target declares it cannot  -> skipped
    ├── FaultUnproven                         a fault did not take hold, or was not lifted -> not-run
    ├── SuiteWrong                            a mistake in a story, catalogue or step -> not-run
    └── Interrupted                           a person or CI ended the run   -> not-run

Only the first family is an ``AssertionError``: behave calls it *failed* and everything else *error*,
which the report shows as *not-run*. Foreign errors are translated once, in the client that met them.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What ``sessionproof`` tells the shell; ``behave`` itself knows only 0 and 1."""

    PASSED = 0
    """Everything planned was seen to hold."""
    FAILED = 1
    """The product broke at least one promise."""
    NOT_RUN = 2
    """No verdict on at least one planned scenario: target away, fault unproven, bad input."""
    INTERRUPTED = 130
    """Ended by SIGINT or SIGTERM; what was made has been removed."""


class SessionproofError(Exception):
    """The root: catch it to show a message instead of a traceback."""

    exit_code: ExitCode = ExitCode.NOT_RUN


class ProductFailed(AssertionError, SessionproofError):
    """The product broke a promise that a story made."""

    exit_code = ExitCode.FAILED


class NotSeenInTime(ProductFailed):
    """An awaited value was not seen within its budget; the message carries the last values and their times."""


class Violated(ProductFailed):
    """Something that must hold throughout was seen broken; the message says when and what was seen."""


class Leaked(ProductFailed):
    """Something that a run made is still there after its clean-up."""


class TargetUnavailable(SessionproofError):
    """The thing to be tested cannot be reached at all; says which, how it was tried and what to do."""


class CapabilityMissing(TargetUnavailable):
    """The target declares that it cannot do what the story needs; the scenario is skipped with this reason."""


class FaultUnproven(SessionproofError):
    """A fault could not be shown to have taken hold or to have been lifted, so the story has no verdict."""


class SuiteWrong(SessionproofError):
    """A mistake in the suite or its input: a typo in ``scenarios.yaml``, an unknown persona, a wrong step."""


class Interrupted(SessionproofError):
    """A person or CI ended the run."""

    exit_code = ExitCode.INTERRUPTED
