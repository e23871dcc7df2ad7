from behave import given


@given("a thing")
def thing(_context):
    """Passes."""
