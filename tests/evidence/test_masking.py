"""What is shown holds no secret."""

from __future__ import annotations

import base64

import pytest

from sessionproof.evidence import MASK, Masker, mask

SECRET = "correct-horse/7"


@pytest.mark.parametrize(
    "shown",
    [
        f"password is {SECRET}.",
        "https://a.test/?p=correct-horse%2F7",
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"user:" + SECRET.encode()).decode(),
        base64.b64encode(b"ab" + SECRET.encode() + b"tail").decode(),
    ],
)
def test_a_known_secret_is_masked_in_every_form(shown: str) -> None:
    """Plain, percent-encoded, and base64 wherever in the encoded text it stands."""
    masked = mask(shown, [SECRET])

    assert MASK in masked
    assert SECRET not in masked
    assert base64.b64encode(SECRET.encode()).decode()[:14] not in masked


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ('{"password": "x7Yq", "user": "alice"}', f'{{"password": "{MASK}", "user": "alice"}}'),
        ("DB_PASSWORD=hunter22 DEBUG=1", f"DB_PASSWORD={MASK} DEBUG=1"),
        ("Authorization: Bearer abcdefghijkl", f"Authorization: Bearer {MASK}"),
        ("token: null", "token: null"),
        ("the secret of success", "the secret of success"),
    ],
)
def test_what_is_named_like_a_secret_is_masked(shown: str, expected: str) -> None:
    """Also when nobody registered it."""
    assert expected == mask(shown)


def test_objects_are_masked_by_their_keys() -> None:
    """Secrets whole, environment variables by their names, and nothing else."""
    thing = {
        "kind": "Secret",
        "metadata": {"name": "desktop-7"},
        "data": {"user": "YWxpY2U="},
        "spec": {"env": [{"name": "API_TOKEN", "value": "t0p"}, {"name": "LANG", "value": "C"}]},
    }

    assert {
        "kind": "Secret",
        "metadata": {"name": "desktop-7"},
        "data": {"user": MASK},
        "spec": {"env": [{"name": "API_TOKEN", "value": MASK}, {"name": "LANG", "value": "C"}]},
    } == mask(thing)
    assert "YWxpY2U=" == thing["data"]["user"]  # type: ignore[index]


def test_a_private_key_is_masked_even_without_its_end() -> None:
    """A log cut in the middle shows no half of a key."""
    assert f"a {MASK}" == mask("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc")


def test_short_secrets_are_not_searched_for() -> None:
    """Masking every letter would tell nothing and hide everything."""
    masker = Masker(["ab"])

    assert "a cab" == masker.mask("a cab")
