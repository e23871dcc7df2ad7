"""``python3 -m session_beacon``: one beacon on ``$DISPLAY`` until SIGTERM or the end of the display."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from types import FrameType

from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError

from session_beacon.arrivals import Arrivals
from session_beacon.recording import NotRecordable
from session_beacon.settings import Settings, SettingsError, from_environment
from session_beacon.window import Window


def main() -> int:
    """Run one beacon; 0 when it was asked to end, 1 when the display was not or no longer there."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    try:
        _live(from_environment(os.environ))
    except SettingsError as error:
        return _said(str(error), 2)
    except DisplayError as error:
        return _said(f"cannot open the display {os.environ.get('DISPLAY', '')!r}: {error}", 1)
    except NotRecordable as error:
        return _said(str(error), 1)
    except (ConnectionClosedError, ConnectionError) as error:
        return _said(f"the display or the log is gone: {error}", 1)
    return 0


def _live(settings: Settings) -> None:
    with contextlib.ExitStack() as closing:
        out = sys.stdout
        if settings.log:
            out = closing.enter_context(settings.log.open("a", encoding="utf-8"))
        Window(Display(), settings, Arrivals(out)).live()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _said(text: str, code: int) -> int:
    sys.stderr.write(f"session beacon: {text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
