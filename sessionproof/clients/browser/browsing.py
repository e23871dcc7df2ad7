"""One Chromium for a run: found, made to trust one CA, told where host names lead, and never calling home."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright import sync_api
from playwright.sync_api import HttpCredentials, sync_playwright

from sessionproof.clients.browser.errors import BrowserUnavailable
from sessionproof.clients.browser.guarding import Guard, guard_of
from sessionproof.clients.browser.observing import first_line
from sessionproof.clients.browser.viewing import Viewer

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""Names that a Chromium goes by, in the order they are tried."""
LAUNCH_SECONDS = 60.0
"""Longest time for the browser to start; 0.3 s on a quiet machine."""
_SCRIPT = (Path(__file__).parent / "scripts" / "page.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Resolving:
    """Where host names lead in this browser; all others lead nowhere."""

    hosts: tuple[str, ...] = ()
    """Names or patterns, as ``*.vdi.example.com``; with a port only that port is meant."""
    address: str = ""
    """Where they lead: an IP address, with or without a port."""
    direct: tuple[str, ...] = ()
    """Networks whose addresses are reached as they are, as ``10.244.0.0/16``: the media flow to the pods."""

    @property
    def rules(self) -> str:
        """
        The value of ``--host-resolver-rules``.

        Addresses need an exception too: without one, TURN and ICE over TCP fail without a word.
        """
        rules = [f"MAP {host} {self.address}" for host in self.hosts]
        rules += ["MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"]
        if self.address:
            rules.append(f"EXCLUDE {self.address.partition(':')[0]}")
        rules += [f"EXCLUDE {pattern}" for network in self.direct for pattern in address_patterns(network)]
        return ", ".join(rules)


def address_patterns(network: str) -> list[str]:
    """
    Patterns that match the addresses of an IPv4 network, as ``10.244.*``.

    :raises ValueError: if *network* is none.
    """
    whole = ipaddress.IPv4Network(network)
    octets = -(-whole.prefixlen // 8)
    subnets = whole.subnets(new_prefix=octets * 8) if octets else [whole]
    return [
        ".".join(str(each.network_address).split(".")[:octets] + ["*"] * (octets < 4)) for each in subnets
    ]


class Browser:
    """Started with the first viewer, ended by :meth:`close`; a thread has one at a time, for itself."""

    def __init__(
        self, resolving: Resolving | None = None, ca: Path | None = None, home: Path | None = None
    ) -> None:
        """
        :param resolving: where host names lead; default: loopback addresses only.
        :param ca: PEM file of the CA that certificates are verified against, besides the public ones.
        :param home: folder to be made for all its files, and removed at the end; every process of it names the
            folder in command line or environment. Default: one with a name of its own.
        """
        self._resolving = resolving or Resolving()
        self._ca = ca
        self._home = home
        self._closing = contextlib.ExitStack()
        self._browser: sync_api.Browser | None = None
        self._guard: Guard | None = None

    def viewer(self, *, basic: tuple[str, str] | None = None, size: tuple[int, int] = (1280, 900)) -> Viewer:
        """
        A viewer with a fresh profile; closed by itself or with the browser.

        :param basic: user and password for HTTP Basic, if the page is to be opened with them.
        :param size: of the window in pixels.
        :raises BrowserUnavailable: if the browser is missing or does not start.
        """
        credentials: HttpCredentials | None = {"username": basic[0], "password": basic[1]} if basic else None
        try:
            browser, guard = self._started()
            with guard("opening a window"):
                context = browser.new_context(
                    http_credentials=credentials,
                    viewport={"width": size[0], "height": size[1]},
                    service_workers="block",
                )
                context.add_init_script(script=_SCRIPT)
                return Viewer(context, guard)
        except sync_api.Error as error:
            raise BrowserUnavailable(f"the browser opens no window: {first_line(error)}") from error

    def close(self) -> None:
        """End the browser and remove its profile; a second call does nothing."""
        self._browser = self._guard = None
        self._closing.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self) -> tuple[sync_api.Browser, Guard]:
        if self._browser is not None and not self._browser.is_connected():
            self.close()  # it has ended, by itself or by force: the next window gets another one
        if self._browser is None or self._guard is None:
            program = find_program(PROGRAMS, "chromium")
            with contextlib.ExitStack() as starting:
                home = starting.enter_context(_folder(self._home))
                if self._ca:
                    trust(home, self._ca)
                with _temporary_files_in(
                    home
                ):  # the driver makes profiles there, and ends without removing them
                    playwright = starting.enter_context(sync_playwright())
                self._browser = playwright.chromium.launch(
                    executable_path=program,
                    args=[
                        "--autoplay-policy=no-user-gesture-required",
                        f"--host-resolver-rules={self._resolving.rules}",
                    ],
                    env=private_environment(home),
                    timeout=LAUNCH_SECONDS * 1000,
                    # The runner ends it: its own handlers would end it before evidence is taken.
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
                self._guard = guard_of(home)
                starting.callback(_close, self._browser, self._guard)
                self._closing = starting.pop_all()
        return self._browser, self._guard


def _close(browser: sync_api.Browser, guard: Guard) -> None:
    with guard("ending"), contextlib.suppress(sync_api.Error):
        browser.close()


def find_program(names: Sequence[str], package: str) -> str:
    """
    The path of the first of *names* that is installed.

    :raises BrowserUnavailable: with the Debian package that brings it.
    """
    for name in names:
        if found := shutil.which(name):
            return found
    raise BrowserUnavailable(f"none of {', '.join(names)} is installed; apt-get install {package}")


def private_environment(home: Path) -> dict[str, str | float | bool]:
    """This process's environment, with a home of the browser's own and no display."""
    left_out = {"DISPLAY", "WAYLAND_DISPLAY"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in left_out and not name.startswith("XDG_")
    }
    return {**kept, "HOME": str(home), "TMPDIR": str(home)}


@contextlib.contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    home = wanted or Path(tempfile.mkdtemp(prefix="sessionproof-browser-"))
    if wanted is not None:
        home.mkdir(mode=0o700)
    try:
        yield home
    finally:
        shutil.rmtree(home)


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before


def trust(home: Path, ca: Path) -> None:
    """
    Make a browser with this home trust one more CA, by its NSS database.

    :raises BrowserUnavailable: if the tool is missing or refuses the certificate.
    """
    certutil = find_program(("certutil",), "libnss3-tools")
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    for arguments in (
        ["-N", "--empty-password"],
        ["-A", "-t", "C,,", "-n", "sessionproof", "-i", str(ca)],
    ):
        done = subprocess.run(
            [certutil, "-d", f"sql:{database}", *arguments],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if done.returncode:
            raise BrowserUnavailable(f"certutil does not take the CA {ca}: {done.stderr.strip()}")
