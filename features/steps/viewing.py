"""What a person sees of a desktop and does in it; judged by stamps read out of the pixels."""

from behave import given, then, when


@given("{persona:Persona} is watching a session")
def is_watching(context, persona):
    """A running session, opened in a real browser, logged in, its first live picture seen."""
    context.world.person(persona).is_watching_a_session()


@when("{persona:Persona} reloads the page five times in quick succession")
def reloads_quickly(context, persona):
    """Reloads as soon as the page shows its first sign of a connection, five times."""
    context.world.person(persona).viewing.reload_in_succession(times=5)


@when('{persona:Persona} types "{text}"')
def types(context, persona, text):
    """Types into the desktop through the browser, each key when the one before has been seen."""
    context.world.person(persona).types(text)


@when("enough stamps for a verdict are read from the picture")
def stamps_are_read(context):
    """Reads stamps until at least 100 fresh ones are there."""
    context.world.viewing.read_stamps(at_least=100)


@then("the first live picture is seen within the {budget:Budget} budget")
def first_picture(context, budget):
    """Witness: the first fresh stamp read from the pixels, counted from the action before."""
    context.world.viewing.first_picture_must_come(budget)


@then("the picture is live and is the session's own")
def picture_is_live(context):
    """Witness: at least 20 fresh, distinct stamps that carry this session's marker."""
    context.world.viewing.must_be_live()


@then("every picture is live and is its own session's")
def every_picture_is_live(context):
    """Witness: for each who is watching, at least 20 fresh, distinct stamps with her own session's marker."""
    context.world.stage.every_viewing_must_be_live()


@then("the stream is carried by WebRTC")
def carried_by_webrtc(context):
    """Witness: the browser's own statistics: a chosen candidate pair, DTLS connected, frames decoded."""
    context.world.viewing.must_be_webrtc()


@then("the text arrives in {session:Session}, in order")
def text_arrives(context, session):
    """Witness: the log of the program that received the keys inside the desktop."""
    context.world.the(session).must_have_received(context.world.typed)


@then("nothing arrives in {session:Session}")
def nothing_arrives(context, session):
    """Witness: the log of the program that receives keys inside that desktop is without a key."""
    context.world.the(session).must_have_received("")


@then("the picture ends within the {budget:Budget} budget")
def picture_ends(context, budget):
    """Witness: the last fresh stamp read from the pixels, counted from the action before."""
    context.world.viewing.must_end(budget)


@then("the video latency is within the {budget:Budget} budget")
def latency_is_within(context, budget):
    """Witness: paint-to-seen of each stamp read; p50 is judged, p95 and the largest are reported."""
    context.world.viewing.latency_must_be_within(budget)


@then("the operator's reconcile time is within the {budget:Budget} budget")
def reconcile_is_within(context, budget):
    """Witness: the operator's own histogram, read at its metrics port."""
    context.world.reconcile_must_be_within(budget)


@then("the browser was offered the configured relays and no other")
def offered_relays(context):
    """Witness: the STUN and TURN servers that the page gave to its connections, as the browser was told them."""
    context.world.viewing.must_offer_exactly(context.world.product.relays())
