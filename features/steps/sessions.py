"""A session's life, as the person who asks for it and the operator who runs it see it."""

from behave import given, then, when


@given("a healthy VDI platform")
def platform_is_healthy(context):
    """Witness: the operator's pod is Ready and its resource definitions are served."""
    context.world.platform.must_be_healthy()


@given("a healthy VDI platform that is told of a relay")
def platform_with_relay_is_healthy(context):
    """A platform of the scenario's own: deployed with a relay's address, which leads nowhere, and seen Ready."""
    context.world.has_platform_with_relay()


@given("{persona:Persona} has a running session")
def has_running_session(context, persona):
    """Asks for a session as the persona and waits until it is Running, within the start budget."""
    context.world.person(persona).asks_for_session().must_become("Running", "start")


@given("{persona:Persona} has a failed session")
def has_failed_session(context, persona):
    """Asks for a session from a template that does not exist and waits until it is Failed."""
    context.world.person(persona).asks_for_session(template="unknown").must_become("Failed", "start")


@given("{persona:Persona} has a running session, applied from the command line")
def has_applied_session(context, persona):
    """Applies a session's manifest with kubectl and the persona's own rights; Running within the start budget."""
    context.world.person(persona).asks_for_session(by="command line").must_become("Running", "start")


@given("the removal of {session:Session}'s {kind:Kind} is held up")
def part_is_held(context, session, kind):
    """A fault: a foreign finalizer on the part; proved on the part itself, lifted at the latest at the end."""
    context.world.the(session).hold(kind.kubernetes)


@given("{persona:Persona} has deleted a session whose {kind:Kind} is held up")
def has_deleted_held_session(context, persona, kind):
    """A running session, one part held by a fault, deleted, and seen to be left with that part alone."""
    context.world.person(persona).has_deleted_session_with_held(kind.kubernetes)


@when("{persona:Persona} asks for a session")
def asks_for_session(context, persona):
    """Creates a session from the default template, with the persona's own rights."""
    context.world.person(persona).asks_for_session()


@when("{persona:Persona} asks for a session without persistence")
def asks_without_persistence(context, persona):
    """Creates a session that asks for no volume."""
    context.world.person(persona).asks_for_session(persistent=False)


@when("{persona:Persona} asks for a small session")
def asks_for_small_session(context, persona):
    """Creates a session that asks for less memory and CPU than its template's defaults."""
    context.world.person(persona).asks_for_session(size="small")


@when('{persona:Persona} asks for a session from the template "{template:Template}"')
def asks_from_template(context, persona, template):
    """Creates a session from a template of ``scenarios.yaml``."""
    context.world.person(persona).asks_for_session(template=template)


@when("{persona:Persona} asks for a session from a template that does not exist")
def asks_from_unknown_template(context, persona):
    """Creates a session that names a template nobody made."""
    context.world.person(persona).asks_for_session(template="unknown")


@when("{persona:Persona} deletes {session:Session}")
def deletes_session(context, persona, session):
    """Deletes the session with the persona's own rights and does not wait."""
    context.world.person(persona).deletes(context.world.the(session))


@when("{persona:Persona} deletes {session:Session} from the command line")
def deletes_from_command_line(context, persona, session):
    """Deletes the session with kubectl, with the persona's own rights, and does not wait."""
    context.world.person(persona).deletes(context.world.the(session), by="command line")


@when("{session:Session}'s {kind:Kind} is deleted by hand")
def part_is_deleted(context, session, kind):
    """Deletes the part without grace, as a node failure or a careless hand would."""
    context.world.the(session).survival.lose(kind.kubernetes)


@when("the {kind:Kind} of {session:Session} may go")
def part_may_go(context, kind, session):
    """Lifts the hold on the part, and proves it lifted."""
    context.world.the(session).lift_hold(kind.kubernetes)


@then("{session:Session} becomes {phase:Phase} within the {budget:Budget} budget")
def session_becomes(context, session, phase, budget):
    """Witness: the status that the API server holds, from the watch, counted from the person's request."""
    context.world.the(session).must_become(phase, budget)


@then("{session:Session} becomes {phase:Phase} anew within the {budget:Budget} budget")
def session_becomes_again(context, session, phase, budget):
    """Witness: the status that the API server holds, from the watch; only a change after the fault counts."""
    context.world.the(session).must_become(phase, budget, anew=True)


@then("{session:Session} went through {phases:Phases}")
def session_went_through(context, session, phases):
    """Witness: every status the watch saw, in order, none left out and none besides."""
    context.world.the(session).must_have_gone_through(phases)


@then("{session:Session} said Running only when its pod was ready")
def said_running_when_ready(context, session):
    """Witness: on the timeline the pod's readiness comes before the first Running."""
    context.world.the(session).must_have_become_running_when_ready()


@then("{session:Session} left Running only after its pod was lost")
def left_running_after_loss(context, session):
    """Witness: on the timeline the pod's loss comes before the first phase after Running."""
    context.world.the(session).must_have_left_running_after_pod_loss()


@then("within the {budget:Budget} budget {session:Session} owns exactly one of each: {kinds:Kinds}")
def session_owns(context, budget, session, kinds):
    """Witness: once it runs, a fresh list of every kind, kept by owner reference (uid, controller)."""
    context.world.the(session).must_own_exactly(kinds, budget)


@then("{session:Session} owns nothing")
def session_owns_nothing(context, session):
    """Witness: a fresh list of every kind in the namespace, and the timeline: nothing was ever made."""
    context.world.the(session).must_never_have_owned_anything()


@then("{session:Session} owns nothing within the {budget:Budget} budget")
def session_owns_nothing_within(context, session, budget):
    """Witness: the watch; what was made on the way to the failure has been removed again."""
    context.world.the(session).must_come_to_own_nothing(budget)


@then("everything {session:Session} owns carries the session's labels")
def owned_is_labelled(context, session):
    """Witness: the labels of each owned object as the API server holds them."""
    context.world.the(session).must_label_what_it_owns()


@then("the pod has the image, environment, port and resources of the template")
def pod_follows_template(context):
    """Witness: the pod's container as the API server holds it, beside the template's declaration."""
    context.world.session.pod_must_follow_template()


@then("the pod has the resources that were asked for")
def pod_follows_request(context):
    """Witness: the limits of the pod's container, beside the request."""
    context.world.session.pod_must_have_requested_resources()


@then("{session:Session}'s message names the template")
def message_names_template(context, session):
    """Witness: ``status.message`` holds the contract's sentence and the template's name."""
    context.world.the(session).message_must_name_template()


@then('{session:Session}\'s message names the reason "{reason}"')
def message_names_reason(context, session, reason):
    """Witness: ``status.message`` as the API server holds it."""
    context.world.the(session).message_must_contain(reason)


@then("{session:Session} stays {phase:Phase} throughout the {budget:Budget} budget")
def session_stays(context, session, phase, budget):
    """Witness: the status that the API server holds, from the watch, at every moment of the budget from now on."""
    context.world.the(session).must_stay(phase, budget)


@then("an event says {reason:Word}")
def event_says(context, reason):
    """Witness: a Warning event about the session, from the watch."""
    context.world.session.must_have_warning(reason)


@then("a notice about {session:Session} says {reason:Word}")
def notice_says(context, session, reason):
    """Witness: an event about the session that is no warning, from the watch."""
    context.world.the(session).must_have_notice(reason)


@then("nothing of {session:Session} is left within the {budget:Budget} budget")
def nothing_is_left(context, session, budget):
    """Witness: watch and a fresh list: the session and every object it owned are gone."""
    context.world.the(session).must_leave_nothing(budget)


@then("{session:Session}'s {kinds:Kinds} are gone within the {budget:Budget} budget")
def kinds_are_gone(context, session, kinds, budget):
    """Witness: the watch, for each of the kinds named."""
    context.world.the(session).must_be_rid_of(kinds, budget)


@then("{session:Session} is still there, {phase:Phase} and held by its finalizer")
def session_is_held(context, session, phase):
    """Witness: a fresh read of the session while the held object is still there."""
    context.world.the(session).must_be_held(phase)


@then("{session:Session} itself went last")
def session_went_last(context, session):
    """Witness: on the timeline the session disappears after everything it owned."""
    context.world.the(session).must_have_gone_last()
