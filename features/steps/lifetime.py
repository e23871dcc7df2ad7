"""How long a session may live."""

from behave import given, then, when


@given("{persona:Persona} has a running session that may live a short while")
def has_short_lived_session(context, persona):
    """Asks for a session with a short lifetime and waits until it is Running, within the start budget."""
    context.world.person(persona).asks_for_short_session().must_become("Running", "start")


@when("{persona:Persona} asks for a session that may live a short while")
def asks_for_short_lived_session(context, persona):
    """Creates a session with a short lifetime, with the persona's own rights."""
    context.world.person(persona).asks_for_short_session()


@given("half of {session:Session}'s lifetime is over")
def half_is_over(context, session):
    """A session that was watched running until half its lifetime was over, by the start that its status tells."""
    context.world.stage.lifetime(context.world.the(session)).reach_middle()


@then("{session:Session} is ended at the end of its lifetime, within the {budget:Budget} budget")
def ends_in_time(context, session, budget):
    """Witness: the deletion in the watch, not before and soon after its end (or the return of an absent operator)."""
    context.world.stage.lifetime(context.world.the(session)).must_end(budget)


@then("{session:Session} has run on in its pod all the while")
def has_run_on(context, session):
    """Witness: on the timeline the phase and the pod's identity and restarts, since what was last done to it."""
    context.world.the(session).survival.must_have_run_on()
