import allure
from behave import given, then, when
from behave.api.pending_step import StepNotImplementedError


@given("a thing")
@when("it is used")
@then("it works")
def works(context):
    """Passes."""


@then("it is seen to be {word}")
def is_seen(context, word):
    """Passes for any word."""


@then("it is wrong")
def wrong(context):
    """Fails with evidence."""
    print("the thing said: password=hunter22")
    allure.attach("what was seen", "seen", allure.attachment_type.TEXT)
    raise AssertionError("the thing was red, not green")


@then("it breaks")
def breaks(context):
    """Raises what is no AssertionError."""
    raise ConnectionError("refused")


@then("it is not finished")
def not_finished(context):
    """Pending."""
    raise StepNotImplementedError("later")


@then("the story is left out")
def left_out(context):
    """Skips from inside."""
    context.scenario.skip("not on this machine")


@then("it is renamed")
def renamed(context):
    """Speaks to the report while it runs."""
    allure.dynamic.title("a new title")
    allure.dynamic.label("owner", "platform")
    allure.dynamic.severity("critical")
    allure.dynamic.parameter("measured", 4, excluded=True)


@then("its clean-up breaks")
def cleanup_breaks(context):
    """Passes, and leaves a clean-up that does not."""

    def undo():
        raise RuntimeError("it does not go")

    context.add_cleanup(undo)


@then("its clean-up finds a leak")
def cleanup_leaks(context):
    """Passes, and leaves a clean-up that finds something."""

    def look():
        raise AssertionError("one thing was left behind")

    context.add_cleanup(look)


@then("the process is killed")
def killed(context):
    """As the machine would: nothing more is run."""
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
