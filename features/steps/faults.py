"""What goes wrong around sessions, and what strangers do beside them."""

from behave import given, then, when


@given("{persona:Persona} has a session that is kept {phase:Phase}")
def has_session_kept(context, persona, phase):
    """A session of hers in this phase; what keeps it there, if it needs keeping, is a fault proved on the spot."""
    context.world.person(persona).has_session_kept(phase)


@given("there is no room for another session")
def no_room(context):
    """A fault: what is started needs a seat, by the API server's own word, and no node has one."""
    context.world.stage.deny_room()


@given("{persona:Persona} has a session that waits for room")
def has_session_without_room(context, persona):
    """A session that is Pending because, by the scheduler's own word, no node takes its pod."""
    context.world.person(persona).has_session_without_room()


@given("{session:Session}'s template has been changed")
def template_is_changed(context, session):
    """A fault: another image and environment under the template's name, read back; put back at the end."""
    context.world.stage.change_template_of(context.world.the(session))


@given("{session:Session}'s template has been deleted")
def template_is_deleted(context, session):
    """A fault: the template is gone by a fresh look; put back at the end."""
    context.world.stage.withdraw_template_of(context.world.the(session))


@given("a stranger's {kinds:Kinds} lie beside {session:Session}, with its labels")
def strangers_lie_beside(context, kinds, session):
    """An object of each kind in the session's namespace, labelled like its own, owned by nobody."""
    context.world.stage.others.lay_beside(context.world.the(session), kinds)


@given("a stranger's {kind:Kind} has the name that {persona:Persona}'s session needs for its own")
def stranger_is_in_the_way(context, kind, persona):
    """An object under the name that the contract gives to that part of the session she asks for next."""
    context.world.stage.others.lay_in_the_way(context.world.person(persona).person, kind.kubernetes)


@given("a note has been saved in {session:Session}")
def note_is_saved(context, session):
    """A text that was never written before, saved in the home from inside the container and read back."""
    context.world.the(session).survival.save_note()


@when("the operator dies while {session:Session} is {phase:Phase}")
def operator_dies(context, session, phase):
    """Kills the operator's process, proves the phase by a fresh look, and lifts what kept the session in it."""
    context.world.stage.operator.dies_while(context.world.the(session), phase)


@when("there is room for {session:Session}")
def there_is_room(context, session):
    """Lets every node offer a seat, read back from each; taken back at the end."""
    context.world.the(session).lift_hold("room")


@then("the operator is back within the {budget:Budget} budget")
def operator_is_back(context, budget):
    """Witness: another pod of the operator is ready, by the watch, counted from the death of the one before."""
    context.world.stage.operator.must_be_back(budget)


@then("{session:Session} never owned two of a kind")
def never_two_of_a_kind(context, session):
    """Witness: every moment of the timeline since it was asked for, and a fresh list by owner reference."""
    context.world.the(session).survival.must_never_have_owned_two()


@then("{session:Session} has another {kind:Kind} within the {budget:Budget} budget")
def has_again(context, session, kind, budget):
    """Witness: the watch shows one with another identity, and a fresh look one that the session owns."""
    context.world.the(session).survival.must_have_again(kind.kubernetes, budget)


@then("the note is still in {session:Session}")
def note_is_still_there(context, session):
    """Witness: the text read in the home from inside the container, beside the text that was saved."""
    context.world.the(session).survival.must_keep_note()


@then("the stranger's things are untouched")
def strangers_untouched(context):
    """Witness: a fresh look at each: same identity, content, labels and owners as when it was laid."""
    context.world.stage.others.must_be_untouched()


@then("{session:Session}'s message names what is in its way")
def message_names_stranger(context, session):
    """Witness: ``status.message`` as the API server holds it, beside the stranger's object's name."""
    context.world.stage.others.must_be_named_by(context.world.the(session))


@then("no node takes {session:Session} within the {budget:Budget} budget")
def no_node_takes_it(context, session, budget):
    """Witness: the scheduler's own condition on the session's pod."""
    context.world.the(session).survival.must_find_no_room(budget)
