"""What kopf is told of the handlers."""

from __future__ import annotations

import re

from vdi_operator import handlers, settings

ANNOTATION_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")


def test_progress_of_handlers_can_be_kept_in_annotations() -> None:
    """A handler that asks to be called again is, because the name of its annotation is one."""
    registry = handlers.registry_for(settings.from_environment({}))
    kept = [*registry._changing.get_all_handlers(), *registry._spawning.get_all_handlers()]

    assert {"end", "live"} == {handler.id for handler in kept}
    assert all(ANNOTATION_NAME.fullmatch(handler.id) for handler in kept)
