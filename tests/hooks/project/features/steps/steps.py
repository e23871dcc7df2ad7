import os
import signal

from behave import given, then

from sessionproof.errors import Leaked, NotSeenInTime


@given("{persona:Persona} is there")
def is_there(context, persona):
    """Passes for a persona of the catalogue."""


@then("nothing comes")
def nothing_comes(context):
    """A broken promise."""
    raise NotSeenInTime("Running was not seen in 3 s")


@given("something will be left behind")
def leaks(context):
    """The world finds it when it closes."""
    context.world.at_close = Leaked("pod desktop-1 is still there")


@given("the run is cancelled")
def cancelled(context):
    """As CI does it."""
    os.kill(os.getpid(), signal.SIGTERM)


@given("the run is cancelled while it cleans up what does not go")
def cancelled_in_cleanup(context):
    """The signal and the leak come together."""
    context.world.cancelled = True
    context.world.at_close = Leaked("pod desktop-1 is still there")
