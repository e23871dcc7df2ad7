"""What the environment decides, and how it is refused when it makes no sense."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from vdi_desktop import ice
from vdi_desktop.settings import SettingsError, from_environment

PASSWORD = {"SELKIES_BASIC_AUTH_PASSWORD": "right-horse-battery"}


def test_desktop_without_password_does_not_start() -> None:
    """An open desktop is an error, not a default."""
    with pytest.raises(SettingsError, match="SELKIES_BASIC_AUTH_PASSWORD is missing"):
        from_environment({})


def test_settings_do_not_show_the_password() -> None:
    """A settings object may be logged."""
    settings = from_environment({**PASSWORD, "TURN_URL": "turn:u:secret@relay:3478"})

    assert "right-horse" not in repr(settings)
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("DESKTOP_SIZE", "big"), ("DESKTOP_FRAMERATE", "-3")]
)
def test_senseless_value_is_named(name: str, value: str) -> None:
    """The message has the variable and what it holds."""
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        from_environment({**PASSWORD, name: value})


def test_no_relay_means_no_server_at_all() -> None:
    """Nothing foreign is asked for the way."""
    assert ice.configuration("")["iceServers"] == []


def test_relay_with_credentials_is_taken_apart() -> None:
    """What stands before the @ becomes name and credential."""
    servers = ice.configuration("turn:u:p%40ss@10.0.0.1:3478?transport=tcp")["iceServers"]

    expected = [{"urls": ["turn:10.0.0.1:3478?transport=tcp"], "username": "u", "credential": "p@ss"}]
    assert expected == servers


def test_senseless_relay_is_refused_without_being_repeated() -> None:
    """It may hold a password."""
    with pytest.raises(SettingsError) as refusal:
        ice.configuration("https://u:secret@relay")

    assert "secret" not in str(refusal.value)


def test_relay_file_is_private_and_replaces_an_older_one(tmp_path: Path) -> None:
    """The folder may outlive a restart."""
    path = tmp_path / "rtc.json"
    path.write_text("old")

    ice.write("", path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["iceServers"] == []
