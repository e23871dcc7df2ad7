"""Who may do what: the rights that are held, and those that are not."""

from behave import given, then, when


@given("{persona:Persona} has asked for a session")
def has_asked(context, persona):
    """Asks for a session with the persona's own rights, and waits for nothing."""
    context.world.person(persona).asks_for_session()


@when("the operator's rights are read")
def rights_are_read(context):
    """Reads every role that is bound to the operator, and the API server's own review of what it may do."""
    context.world.stage.reads_operator_rights()


@when("{persona:Persona} tries every way to change {session:Session}")
def tries_to_change(context, persona, session):
    """Sends updates and patches of the session and of its status with the persona's own rights."""
    context.world.person(persona).tries_to_change(context.world.the(session))


@when("{persona:Persona} tries every way to read the secret of {session:Session}")
def tries_to_read_secret(context, persona, session):
    """Asks to get, list and watch secrets with the persona's own rights, while that of the session is there."""
    context.world.person(persona).tries_to_read_secret(context.world.the(session))


@then("no verb, resource or path in them is a wildcard")
def no_wildcard(context):
    """Witness: the rules as the API server holds them, and its own review of the operator's account."""
    context.world.stage.held.must_hold_no_wildcard()


@then("each is refused for want of a right")
def is_refused_for_want_of_a_right(context):
    """Witness: the API server's answer to each attempt: forbidden; any other came after the right was granted."""
    context.world.stage.tried.must_be_refused()


@then("nothing about it has changed")
def nothing_has_changed(context):
    """Witness: a fresh read of what was asked for, its generation and its labels, beside one from before."""
    context.world.stage.tried.must_have_changed_nothing()


@then("{persona:Persona} may {verbs:Verbs} sessions, and nothing else")
def may_exactly(context, persona, verbs):
    """Witness: the API server's own review of the persona's rights."""
    context.world.person(persona).rights_must_be_exactly(verbs)
