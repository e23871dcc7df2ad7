"""The bits of a picture are those of the contract, and no others."""

from __future__ import annotations

import pytest
from session_beacon import keys, picture, settings


def test_rows_hold_clock_counters_and_marker():
    """Known values give known rows, checksums included."""
    rows = picture.rows(0x99_123456, 0x5_0102, 0x1FF, 0x2BD806)

    assert tuple(row.hex() for row in rows) == ("123456d5", "0102ff58", "2bd80652")


def test_marker_is_the_start_of_the_names_digest():
    """The marker is the first 24 bits of SHA-256 of the session's name."""
    assert picture.marker_of("alice") == 0x2BD806


def test_blank_rows_are_never_valid():
    """No row of a picture is all black or all white, and no row fits another's place."""
    zero, ones = picture.rows(0, 0, 0, 0), picture.rows(0xFFFFFF, 0xFFFF, 0xFF, 0xFFFFFF)

    assert not {b"\0\0\0\0", b"\xff\xff\xff\xff"} & {*zero, *ones}
    assert len(set(zero)) == 3


def test_bitmap_fills_the_window():
    """Each bit becomes a cell of 16 by 32 pixels, the most significant on the left."""
    drawn = picture.bitmap((b"\x80\0\0\x01", b"\0\0\0\0", b"\xff\xff\xff\xff"))

    assert len(drawn) == picture.WIDTH * picture.HEIGHT // 8
    assert b"\xff\xff" + bytes(60) + b"\xff\xff" == drawn[:64] == drawn[31 * 64 : 32 * 64]
    assert (bytes(32 * 64), b"\xff" * 32 * 64) == (drawn[32 * 64 : 64 * 64], drawn[64 * 64 :])


@pytest.mark.parametrize(
    ("keysym", "state", "text"),
    [
        (ord("a"), 0, "a"),
        (ord("A"), 1, "A"),
        (ord("a"), 2, "A"),
        (ord("A"), 3, "a"),
        (0xFFE1, 0, ""),
        (0xFF0D, 0, "\n"),
        (0xFFB7, 0, "7"),
        (ord("c"), 4, ""),
        (0xE4, 0, "ä"),
        (0x010020AC, 0, "€"),
    ],
)
def test_keys_give_the_text_they_type(keysym, state, text):
    """Printing keys give their character, all others none."""
    assert text == keys.text_of(keysym, state)


def test_defaults_of_a_beacon():
    """Nothing set: 23.3 pictures a second at the top left, its own input, standard output."""
    assert settings.Settings("", 23.3, (0, 0), False, None) == settings.from_environment({"BEACON_FPS": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [("BEACON_FPS", "fast"), ("BEACON_FPS", "0"), ("BEACON_POSITION", "left"), ("BEACON_GRAB", "yes")],
)
def test_settings_that_make_no_sense_are_named(name, value):
    """The message names the variable and the value seen."""
    with pytest.raises(settings.SettingsError, match=f"{name} is '{value}', expected"):
        settings.from_environment({name: value})
