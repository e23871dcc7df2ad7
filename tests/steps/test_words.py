"""The words of the stories, held against the shipped catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sessionproof.catalogue import Catalogue, CatalogueError, load
from sessionproof.words import (
    KINDS,
    WORDS,
    Budget,
    Kind,
    Kinds,
    People,
    Persona,
    Phases,
    Session,
    Template,
    Value,
    Verbs,
    Way,
    Word,
    converters,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(ROOT / "scenarios.yaml")


@pytest.mark.parametrize(
    "word",
    [
        Persona("alice"),
        Budget("start"),
        Template("desktop"),
        Session("the session"),
        Session("bob's session"),
    ],
    ids=lambda word: f"{type(word).__name__}-{word}",
)
def test_words_of_the_catalogue_pass(catalogue: Catalogue, word: Word) -> None:
    """What the catalogue knows may be said."""
    word.check(catalogue)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (Persona("alcie"), "unknown persona 'alcie'; did you mean 'alice'?"),
        (Budget("strat"), "unknown budget 'strat'; did you mean 'start'?"),
        (Template("destkop"), "unknown template 'destkop'; did you mean 'desktop'?"),
        (Session("bobb's session"), "unknown persona 'bobb'; did you mean 'bob'?"),
        (
            Persona("zacharias"),
            "unknown persona 'zacharias'; known: alice, bob, carol, dave, erin, frank, grace, heidi",
        ),
    ],
    ids=lambda value: str(value)[:16],
)
def test_a_word_that_is_not_in_the_catalogue_is_told_with_the_nearest(
    catalogue: Catalogue, word: Word, said: str
) -> None:
    """A slip of the pen is found before anything is made, with the right word beside it."""
    with pytest.raises(CatalogueError) as caught:
        word.check(catalogue)

    assert f"{said} (scenarios.yaml)" == str(caught.value)


def test_words_are_taken_apart() -> None:
    """Lists of kinds and phases, and whose session is meant."""
    assert ["Pod", "PersistentVolumeClaim", "Secret"] == list(Kinds("pod, volume claim and secret"))
    assert ["Pending", "Running"] == list(Phases("Pending, Running"))
    assert "PersistentVolumeClaim" == Kind("volume claim").kubernetes
    assert ["alice", "bob", "carol"] == list(People("alice, bob and carol"))
    assert ["get", "list"] == list(Verbs("get and list"))
    assert ("API", "command line") == (Way("by API").channel, Way("from the command line").channel)
    assert [None, 42, "42", ""] == [Value(text).given for text in ("missing", "42", '"42"', '""')]
    assert (None, "alice") == (Session("the session").owner, Session("alice's session").owner)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Persona", "alice", "Alice"),
        ("Budget", "video_p50", "video-p50"),
        ("Phase", "Running", "running"),
        ("Phases", "Pending, Running", "Pending and Running"),
        ("Kind", "volume claim", "volume"),
        ("Kinds", "pod, secret and service", "pod, gate"),
        ("Session", "bob's session", "his session"),
        ("Credential", "a wrong password", "a wrong pasword"),
        ("People", "alice, bob and carol", "alice, bob"),
        ("Way", "by API", "by hand"),
        ("Field", "number of GPUs", "colour"),
        ("Value", '"a text"', "a text"),
        ("Value", "-1", "1.5"),
        ("Verbs", "get, list and create", "get list"),
    ],
)
def test_blanks_take_their_own_words_only(name: str, right: str, wrong: str) -> None:
    """A step with a word that is not allowed is no step: behave calls it undefined."""
    convert = converters()[name]
    pattern = convert.pattern  # type: ignore[attr-defined]

    assert re.fullmatch(pattern, right)
    assert not re.fullmatch(pattern, wrong)
    assert name == type(convert(right)).__name__


def test_every_word_says_what_it_means() -> None:
    """Each kind of word has a pattern and a meaning of its own, and every kind of thing is a word."""
    meanings = [word.meaning for word in WORDS]

    assert len(meanings) == len(set(meanings))
    assert all(re.fullmatch(Kind.pattern, kind) for kind in KINDS)
