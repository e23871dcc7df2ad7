"""A small catalogue on disk that tests bend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sessionproof.catalogue import Catalogue, load

SCENARIOS = """\
requirements: requirements.yaml
targets:
  embedded:
    adapter: vdi
    cluster: {embedded: default}
    capabilities: [webrtc]
    budgets: {start: 45}
personas:
  alice: {role: user, email: "{name}-{unique}@vdi.test"}
templates:
  desktop: {image: "desk:1", env: {LANG: C}, resources: {cpu: "2"}}
capabilities:
  webrtc: streams by WebRTC
  freeze: processes can be stopped
suites:
  vdi: {title: VDI operator sessions, prefix: VDI}
  portal: {title: Portal, prefix: UI}
budgets:
  start: {value: 30, unit: s, why: image present}
  video_p50: {value: 50, unit: ms, why: paint to frame}
  avail: {value: 99.5, unit: "%", kind: lower, why: longer windows}
"""
REQUIREMENTS = """\
VDI-01: {priority: P0, text: makes its objects, budgets: [start]}
VDI-08: {priority: P1, text: latency is recorded, budgets: [video_p50]}
UI-01: {priority: P2, text: looks nice, reason: no wire}
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the catalogue with *old* replaced by *new* and returns its path."""

    def write(old: str = "", new: str = "", *, file: str = "scenarios.yaml") -> Path:
        for name, text in {"scenarios.yaml": SCENARIOS, "requirements.yaml": REQUIREMENTS}.items():
            if name == file and old:
                assert old in text
                text = text.replace(old, new)
            (tmp_path / name).write_text(text)
        return tmp_path / "scenarios.yaml"

    return write


@pytest.fixture
def small(write: Write) -> Catalogue:
    """The small catalogue, loaded."""
    return load(write())
