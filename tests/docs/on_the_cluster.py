"""Which commands of the documentation ``test_on_the_cluster`` and ``test_authoring`` run there."""

ONE = 'behave --name "unknown template"'
REPORT = "sessionproof report"
SERVE = "sessionproof report --serve"
WRITTEN = (
    'behave --name "One person\'s end"',
    'sessionproof run -j 2 -- --name "One person\'s end" --name "at the first attempt"',
)
POWER = "pytest tests/power -k second_attempt"
LOOKING = ("sessionproof status", "sessionproof janitor")

COMMANDS = (*LOOKING, ONE, REPORT, SERVE, *WRITTEN, POWER)
