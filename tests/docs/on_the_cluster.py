"""Which commands of the documentation need a cluster, and are run there by the tests of this folder."""

ALONE = 'behave --name "One person\'s end"'
TAGGED = "behave --tags '@demo and @VDI-06'"
BOTH = 'sessionproof run -j 2 -- --name "One person\'s end" --name "at the first attempt"'
POWER = "pytest tests/power -k second_attempt"
REPORT = "sessionproof report"
SERVE = "sessionproof report --serve"
LOOKING = ("sessionproof status", "sessionproof janitor")

COMMANDS = (ALONE, TAGGED, BOTH, POWER, REPORT, SERVE, *LOOKING)
