import os
import signal
import sys
import time
from pathlib import Path

from behave import then, when


@when("the worker is killed")
def worker_is_killed(_context):
    """As the machine would when memory ends."""
    os.kill(os.getpid(), signal.SIGKILL)


@when("the worker leaves")
def worker_leaves(_context):
    """As a library would that calls exit."""
    os._exit(3)


@when("it waits for the end")
def waits(context):
    """Says that it has begun, then waits."""
    (Path(context.run.root) / f"waiting.{os.getpid()}").touch()
    time.sleep(600)


@then("nothing runs beside it")
def nothing_beside(context):
    """Its own file of the world and that of its process are the only ones."""
    there = [path.name for path in context.world.file.parent.iterdir()]
    assert len(there) == 2, there


@then("two run at the same time")
def two_at_once(context):
    """Each waits for the other one's word."""
    words = Path(context.run.root) / "words"
    words.mkdir(exist_ok=True)
    (words / str(os.getpid())).touch()
    deadline = time.monotonic() + 20
    while len(list(words.iterdir())) < 2:
        assert time.monotonic() < deadline, "nobody came"
        time.sleep(0.01)
    sys.stdout.write("met\n")
