"""Bringing a desktop up in the right order, saying how it is, and ending when a part of it does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path

import aiohttp
from aiohttp import web
from yarl import URL

from vdi_desktop import display, ice
from vdi_desktop.access import Access
from vdi_desktop.gate import Gate
from vdi_desktop.processes import Died, Processes
from vdi_desktop.settings import Settings

_log = logging.getLogger(__name__)
_NUMBER = 1
"""Of the display; nobody else has one in this container."""
_START_WITHIN = 20.0
"""Seconds for the X server or the window manager to be there."""
_BACKGROUND = 0x2F4858
"""Red, green, blue; not black, which is what a dead stream looks like."""
_BELOW_THE_BEACON = "+16+130"


class StartError(Exception):
    """A part of the desktop did not come up in time."""


class Desktop:
    """One desktop from start to end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._processes = Processes()
        self._stream = URL.build(scheme="http", host="127.0.0.1", port=settings.stream_port)

    async def run(self) -> None:
        """
        Live until SIGTERM or SIGINT.

        :raises Died: as soon as a program the desktop needs ends.
        :raises StartError: if the display or the window manager does not come up.
        """
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stopping.set)
        loop.add_signal_handler(signal.SIGCHLD, self._processes.bury_strays)
        life = asyncio.create_task(self._live())
        stop = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait((life, stop), return_when=asyncio.FIRST_COMPLETED)
            if life.done():
                life.result()
            _log.info("asked to end")
        finally:
            life.cancel()
            stop.cancel()
            await self._processes.end()
            with contextlib.suppress(asyncio.CancelledError, Died, StartError):
                await life

    async def _live(self) -> None:
        settings = self._settings
        access = Access(settings.user, settings.password)
        runner = web.AppRunner(
            Gate(access, self._stream, self.health).application(), access_log=None, shutdown_timeout=0.1
        )
        await runner.setup()
        try:
            # First, so that whoever asks hears "not yet" instead of a refused connection.
            await web.TCPSite(runner, "0.0.0.0", settings.port).start()
            await self._start_display()
            environment = self._environment()
            await self._processes.start("window manager", ["openbox", "--sm-disable"], environment)
            try:
                await asyncio.to_thread(display.await_window_manager, f":{_NUMBER}", _START_WITHIN)
                await asyncio.to_thread(display.paint_background, f":{_NUMBER}", _BACKGROUND)
            except display.NoWindowManager as error:
                raise StartError(str(error)) from error
            await self._processes.start("stream server", self._stream_command(), environment)
            terminal = ["xterm", "-geometry", f"100x36{_BELOW_THE_BEACON}"]
            await self._processes.start("terminal", terminal, environment, needed=False)
            # Keys go to the window that has the focus; the beacon must take note of them all the same.
            beacon = {**environment, "BEACON_SESSION": settings.session, "BEACON_GRAB": "1"}
            beacon |= {
                name: value for name, value in os.environ.items() if name.startswith("BEACON_") and value
            }
            await self._processes.start("beacon", [sys.executable, "-m", "session_beacon"], beacon)
            raise await self._processes.first_death()
        finally:
            await runner.cleanup()

    async def health(self) -> dict[str, bool]:
        """Which parts are alive; the stream server must also answer."""
        return {
            "display": self._processes.alive("display"),
            "beacon": self._processes.alive("beacon"),
            "stream": self._processes.alive("stream server") and await self._stream_answers(),
        }

    async def _stream_answers(self) -> bool:
        try:
            timeout = aiohttp.ClientTimeout(total=2)
            url = self._stream / "api" / "health"
            async with aiohttp.ClientSession(timeout=timeout) as client, client.get(url) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _start_display(self) -> None:
        # /tmp outlives a restart of the container, and so would the locks of a server that was killed.
        Path(f"/tmp/.X{_NUMBER}-lock").unlink(missing_ok=True)
        Path(f"/tmp/.X11-unix/X{_NUMBER}").unlink(missing_ok=True)
        reader, writer = os.pipe()
        command = ["Xvnc", f":{_NUMBER}", "-displayfd", str(writer), "-geometry", self._settings.size]
        command += [
            "-depth",
            "24",
            "-SecurityTypes",
            "None",
            "-localhost",
            "-AlwaysShared",
            "-nolisten",
            "tcp",
        ]
        command += ["-extension", "GLX", "-desktop", self._settings.session]
        try:
            await self._processes.start("display", command, self._environment(), pass_fds=(writer,))
            os.close(writer)
            ready = asyncio.to_thread(_line_from, reader)
            await asyncio.wait_for(ready, _START_WITHIN)
        except TimeoutError:
            raise StartError(f"the display was not there after {_START_WITHIN} s") from None
        finally:
            os.close(reader)

    def _environment(self) -> dict[str, str]:
        """What the programs of the session see: no password, no relay, nothing of the cluster."""
        runtime = self._settings.runtime / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        return {
            "DISPLAY": f":{_NUMBER}",
            "HOME": str(self._settings.home),
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "SHELL": "/bin/bash",
            "XDG_CACHE_HOME": str(self._settings.runtime / "cache"),
            "XDG_RUNTIME_DIR": str(runtime),
        }

    def _stream_command(self) -> list[str]:
        relay = self._settings.runtime / "runtime" / "rtc.json"
        ice.write(self._settings.turn_url, relay)
        width, height = self._settings.width_height
        off = ("audio", "microphone", "gamepad", "webcam", "printing")
        return [
            *(sys.executable, "-m", "selkies", "--mode", "webrtc", "--enable-dual-mode=false"),
            *("--addr", "127.0.0.1", "--port", str(self._settings.stream_port), "--enable-basic-auth=false"),
            *(f"--{name}-enabled=false" for name in off),
            *("--file-transfers", "none", "--rtc-config-json", str(relay), "--encoder", "h264enc"),
            *("--framerate", f"{self._settings.framerate}-{self._settings.framerate}"),
            *("--manual-width", str(width), "--manual-height", str(height)),
        ]


def _line_from(descriptor: int) -> bytes:
    """Read to the end of the line: who closes earlier kills the X server now and then."""
    text = b""
    while not text.endswith(b"\n"):
        if not (more := os.read(descriptor, 64)):
            return text
        text += more
    return text
