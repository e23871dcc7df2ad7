"""Several people who do the same at the same moment."""

from behave import given, then, when


@given('{people:People} have running sessions from the template "{template:Template}"')
def have_running_sessions(context, people, template):
    """Asks for a session for each of them at the same moment; all Running within the start_cold budget."""
    context.world.stage.crowd.has_running_sessions(people, template, "start_cold")


@when('{people:People} ask for a session from the template "{template:Template}" at the same moment')
def ask_at_once(context, people, template):
    """Asks for a session for each of them, with her own rights, and no request waits for another."""
    context.world.stage.crowd.asks_at_once(people, template)


@when("all of them delete their sessions at the same moment")
def delete_at_once(context):
    """Deletes every session with its owner's rights, and no request waits for another."""
    context.world.stage.crowd.deletes_at_once()


@then("every session becomes {phase:Phase} within the {budget:Budget} budget")
def every_session_becomes(context, phase, budget):
    """Witness: the status of each session that the API server holds, from the watch, counted from its request."""
    context.world.stage.crowd.every_session_must_become(phase, budget)


@then("every session has a {kinds:Kinds}, a host and a password of its own")
def every_session_has_its_own(context, kinds):
    """Witness: fresh lists by owner reference, the reported hosts and the secrets, held against each other."""
    context.world.stage.crowd.must_share_nothing(list(kinds))


@then(
    "all pictures are live at the same time, each its own session's, opened within the {budget:Budget} budget"
)
def all_pictures_are_live(context, budget):
    """Witness: once all are open, distinct stamps in each that were painted after that, with its own marker."""
    context.world.stage.crowd.every_picture_must_be_live_at_once(budget)


@then("nothing of any session is left within the {budget:Budget} budget")
def nothing_is_left_of_any(context, budget):
    """Witness: watch and a fresh list: every session and every object it owned are gone."""
    context.world.stage.crowd.every_session_must_leave_nothing(budget)
