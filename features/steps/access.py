"""Who may enter a session, and through which doors."""

from behave import given, then, when


@given("{persona:Persona} has opened {session:Session}'s URL")
def has_opened_url(context, persona, session):
    """Opens the address the session reports in a real browser that trusts the cluster's CA."""
    context.world.person(persona).opens(context.world.the(session))


@when("{persona:Persona} logs in")
def logs_in(context, persona):
    """Types the session's password into the login page and presses Connect."""
    context.world.person(persona).logs_in()


@when("{persona:Persona} logs in with a wrong password")
def logs_in_wrongly(context, persona):
    """Types a password that was never issued into the login page and presses Connect."""
    context.world.person(persona).logs_in_wrongly()


@when("{persona:Persona} tries to enter {session:Session} with the password of {other:Session}")
def tries_foreign_password(context, persona, session, other):
    """Opens one session in a real browser and types the password of another into its login page."""
    context.world.person(persona).enters(context.world.the(session), password_of=context.world.the(other))


@when("the doors of {session:Session} are tried with {credential:Credential}")
def doors_are_tried(context, session, credential):
    """Requests the page, the signalling sockets and the server's own interfaces with one credential."""
    context.world.stage.tries_doors(context.world.the(session), credential)


@then("{session:Session}'s URL answers over HTTPS within the {budget:Budget} budget")
def url_answers(context, session, budget):
    """Witness: a GET verified against the cluster's CA that returns the login page."""
    context.world.the(session).url_must_answer(200, budget)


@then('{session:Session}\'s URL answers "not found" within the {budget:Budget} budget')
def url_is_not_found(context, session, budget):
    """Witness: a GET verified against the cluster's CA that returns 404."""
    context.world.the(session).url_must_answer(404, budget)


@then("the login is refused in words")
def login_is_refused(context):
    """Witness: the visible text of the login page's error."""
    context.world.viewing.must_be_refused()


@then("no picture is shown")
def no_picture(context):
    """Witness: the page holds no visible video with a stream, and no stamp comes in its pixels."""
    context.world.viewing.must_show_no_picture()


@then("the right password opens {session:Session}")
def right_password_opens(context, session):
    """The positive control: the same session, a fresh browser, its own password, a live picture."""
    context.world.stage.must_open_with_right_password(context.world.the(session))


@then("every door but the login page and the health check is closed")
def doors_are_closed(context):
    """Witness: each request was answered 401, each socket refused before it was upgraded."""
    context.world.stage.doors.must_be_closed()


@then("the right credential opens every door of {session:Session}")
def doors_open(context, session):
    """The positive control: the same requests with the right credential are let in."""
    context.world.stage.doors_must_open(context.world.the(session))
