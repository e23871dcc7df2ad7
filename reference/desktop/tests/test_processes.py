"""The programs of a desktop end together and say why."""

from __future__ import annotations

import asyncio
import os
import time

import pytest
from vdi_desktop.processes import Processes

ENV = {"PATH": os.environ["PATH"]}


def test_first_death_names_the_program_and_how_it_ended() -> None:
    """The reason is in the last line of the log."""

    async def live() -> list[str]:
        said = []
        for command in ("exit 3", "kill -9 $$"):
            processes = Processes()
            await processes.start("terminal", ["sleep", "60"], ENV, needed=False)
            await processes.start("display", ["sh", "-c", command], ENV)
            said.append(str(await processes.first_death()))
            await processes.end()
        return said

    status, signal = asyncio.run(live())

    assert status.startswith("display ended with status 3")
    assert signal.startswith("display was killed by SIGKILL")


def test_of_those_that_end_together_the_first_started_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if another is heard of first: a display takes what draws on it along."""
    monkeypatch.setattr("vdi_desktop.processes._TOGETHER", 30)

    async def live() -> str:
        processes = Processes()
        reader, writer = os.pipe()
        after_the_other = f"read -u {reader}; sleep 0.1; kill -9 $$"
        await processes.start("display", ["bash", "-c", after_the_other], ENV, pass_fds=(reader,))
        await processes.start("window manager", ["sh", "-c", "exit 1"], ENV, pass_fds=(writer,))
        os.close(reader)
        os.close(writer)
        return str(await processes.first_death())

    assert asyncio.run(live()).startswith("display was killed by SIGKILL")


def test_what_the_user_may_end_does_not_end_the_desktop() -> None:
    """A closed terminal is no death."""

    async def live() -> bool:
        processes = Processes()
        await processes.start("display", ["sleep", "60"], ENV)
        await processes.start("terminal", ["true"], ENV, needed=False)
        death = asyncio.create_task(processes.first_death())
        while processes.alive("terminal"):
            await asyncio.sleep(0)
        seen = death.done()
        death.cancel()
        await processes.end()
        return seen

    assert asyncio.run(live()) is False


def test_programs_that_do_not_listen_are_made_to_end() -> None:
    """The end takes less than a second whatever they do."""

    async def live() -> float:
        processes = Processes()
        # `exec` keeps the ignored signal, and the ready line says that it is ignored by now.
        reader, writer = os.pipe()
        stubborn = f"trap '' TERM; echo >&{writer}; exec sleep 60"
        await processes.start("stubborn", ["bash", "-c", stubborn], ENV, pass_fds=(writer,))
        await asyncio.to_thread(os.read, reader, 1)
        os.close(reader)
        os.close(writer)
        begin = time.monotonic()
        await processes.end()
        assert not processes.alive("stubborn")
        return time.monotonic() - begin

    assert asyncio.run(live()) < 1
