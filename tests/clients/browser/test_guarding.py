"""A browser that stops answering holds up nobody for good."""

from __future__ import annotations

import os
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sessionproof.clients.browser import Browser, guarding

pytestmark = pytest.mark.browser


def test_a_browser_that_does_not_answer_is_ended_and_the_next_window_gets_another(monkeypatch, caplog):
    """Frozen, it closes no window; the close returns all the same, is told, and a new window shows its page."""

    def story(home: Path) -> bytes:
        with Browser(home=home) as browser:
            window = browser.viewer()
            (frozen,) = [
                process for process in Path("/proc").glob("[0-9]*") if guarding._is_first(process, home)
            ]
            os.kill(int(frozen.name), signal.SIGSTOP)
            with monkeypatch.context() as hurried:
                hurried.setattr(guarding, "PATIENCE", 1.0)
                window.close()
            return browser.viewer().snapshot()

    # A thread has one browser, and this one may have another already.
    with ThreadPoolExecutor(1) as apart, tempfile.TemporaryDirectory(prefix="sp-t-") as folder:
        home = Path(folder) / "home"  # a short name: the browser's socket lies in it
        shown = apart.submit(story, home).result(120)
        left = list(Path(folder).iterdir())

    assert shown.startswith(b"\xff\xd8")
    assert ["closing a window took the browser more than 1 s: it is ended by force"] == caplog.messages
    assert left == []
