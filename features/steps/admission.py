"""What may be asked for, what is refused, and how sessions are listed."""

from behave import then, when


@when("{persona:Persona} asks {way:Way} for a session whose {field:Field} is {value:Value}")
def asks_saying(context, persona, way, field, value):
    """Asks with the persona's own rights, one field being as told and all else being right."""
    context.world.person(persona).asks_for_session_saying(way.channel, {field: value.given})


@when('{persona:Persona} asks {way:Way} for a session called "{name}" for the user "{user}"')
def asks_called(context, persona, way, name, user):
    """Asks with the persona's own rights for a session of that very name, for that very user."""
    context.world.person(persona).asks_for_session_saying(way.channel, {"name": name, "user": user})


@when('{persona:Persona} lists "{kind}" from the command line')
def lists(context, persona, kind):
    """Lists objects with the command line and the persona's own rights, by any name that their kind has."""
    context.world.person(persona).lists(kind)


@then("the request is refused at admission, and the reason names its {field:Field}")
def is_refused_at_admission(context, field):
    """Witness: the API server's refusal as invalid, as its user is told it, with the field's path."""
    context.world.stage.asked.must_be_refused_at_admission(field)


@then("the session is refused, and the reason names its {field:Field}")
def is_refused(context, field):
    """Witness: the refusal at admission, or the status of a session that Failed, with field and value in words."""
    context.world.stage.asked.must_be_refused(field)


@then("nothing was made of it")
def nothing_was_made(context):
    """Witness: a fresh list: no session of that name, and nothing that carries its label."""
    context.world.stage.asked.must_have_made_nothing()


@then('the session\'s host is named "{label}"')
def host_is_named(context, label):
    """Witness: the host in the address that the session reports, by the rule of the platform."""
    context.world.stage.asked.host_must_be_named(label)


@then("the listing shows {session:Session} with its {first:Word}, {second:Word} and {third:Word}")
def listing_shows(context, session, first, second, third):
    """Witness: the printed table, and under each heading what the session itself says."""
    context.world.stage.listed.must_show(context.world.the(session), [first, second, third])
