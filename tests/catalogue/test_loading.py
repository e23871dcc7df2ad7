"""What the catalogue's files say, and how they complain."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessionproof.catalogue import Catalogue, CatalogueError, load
from tests.catalogue.conftest import Write


def test_what_is_written_is_what_is_loaded(small: Catalogue) -> None:
    """Every section arrives as typed values, with the requirement's suite found by its prefix."""
    target, desktop = small.target(), small.template("desktop")

    assert (
        target.name,
        target.adapter,
        str(target.cluster),
    ) == ("embedded", "vdi", "embedded cluster default")
    assert (
        desktop.image,
        dict(desktop.env),
        desktop.resources.cpu,
        desktop.resources.gpu,
    ) == ("desk:1", {"LANG": "C"}, "2", None)
    assert small.persona("alice").email_for("x7") == "alice-x7@vdi.test"
    assert [r.suite for r in small.requirements.values()] == ["vdi", "vdi", "portal"]
    assert target.can("webrtc")
    assert not target.can("freeze")


def test_a_budget_keeps_value_unit_and_bound(small: Catalogue) -> None:
    """A budget says what it is, in its own words, and a duration is given in seconds."""
    assert small.budget("video_p50").seconds == 0.05
    assert str(small.budget("avail")) == "at least 99.5 % (budget avail)"
    assert small.budget("avail").kept_by(99.5)
    assert not small.budget("avail").kept_by(99.4)


def test_an_overridden_budget_shows_that_it_is(small: Catalogue) -> None:
    """A target's own value never looks like the catalogue's."""
    assert str(small.budget("start", "embedded")) == "45 s (budget start, overridden from 30)"
    assert str(small.budget("start")) == "30 s (budget start)"
    assert [budget.value for budget in small.overrides(small.target())] == [45.0]


TYPOS = {
    "unknown key": (
        "adapter: vdi",
        "adaptor: vdi",
        [
            "4: target 'embedded' lacks 'adapter'",
            "4: unknown key of target 'embedded' 'adaptor'; did you mean 'adapter'?",
        ],
    ),
    "unknown section": (
        "personas:",
        "persons:",
        ["1: the section 'personas' is missing", "8: unknown section 'persons'; did you mean 'personas'?"],
    ),
    "unknown capability": (
        "[webrtc]",
        "[webrct]",
        ["6: unknown capability 'webrct'; did you mean 'webrtc'?"],
    ),
    "unknown budget": ("{start: 45}", "{strat: 45}", ["7: unknown budget 'strat'; did you mean 'start'?"]),
    "unknown role": (
        "role: user",
        "role: uzer",
        ["9: unknown value for 'role' of persona 'alice' 'uzer'; did you mean 'user'?"],
    ),
    "unknown unit": (
        "unit: ms",
        "unit: msec",
        ["20: unknown value for 'unit' of budget 'video_p50' 'msec'; did you mean 'ms'?"],
    ),
    "no number": (
        "value: 30",
        "value: thirty",
        ["19: 'value' of budget 'start' must be a number, not 'thirty'"],
    ),
    "written but derived": (
        "why: image present",
        "why: image present, overridden_from: 3",
        ["19: unknown key of budget 'start' 'overridden_from'; known: kind, unit, value, why"],
    ),
    "same name twice": ("  portal:", "  vdi:", ["17: 'vdi' is given twice in suites; first in line 16"]),
    "same prefix twice": (
        "prefix: UI",
        "prefix: VDI",
        ["17: prefix 'VDI' of suite 'portal' is already that of 'vdi'"],
    ),
    "two clusters": (
        "{embedded: default}",
        "{embedded: default, kind: x}",
        [
            "5: the cluster of target 'embedded' needs one of embedded, kubeconfig, kind; "
            "has both embedded and kind"
        ],
    ),
    "no network": (
        "capabilities: [webrtc]",
        "media: [10.0.0.1/8]",
        ["6: '10.0.0.1/8' in 'media' of target 'embedded' is no IPv4 network, as 10.244.0.0/16"],
    ),
    "no switch": (
        "{LANG: C}",
        "{LANG: C}, missing: maybe",
        ["11: 'missing' of template 'desktop' must be true or false, not 'maybe'"],
    ),
    "literal path": (
        "{embedded: default}",
        "{kubeconfig: /root/config}",
        [
            "5: 'kubeconfig' of 'cluster' of target 'embedded': a literal is refused here: "
            "write env:NAME or file:PATH"
        ],
    ),
    "literal password": (
        'email: "{name}',
        'password: hunter2, email: "{name}',
        ["9: 'password' of persona 'alice': a literal is refused here: write env:NAME or file:PATH"],
    ),
    "credential in environment": (
        "{LANG: C}",
        "{DB_PASSWORD: hunter2}",
        [
            "11: 'DB_PASSWORD' in 'env' of template 'desktop' looks like a credential; "
            "none may stand in this file"
        ],
    ),
    "shared address": (
        "{name}-{unique}@",
        "alice@",
        ["9: the e-mail of persona 'alice' must hold {unique}: it differs by scenario"],
    ),
    "no YAML": ("suites:", "suites: [", ["17: no valid YAML: did not find expected ',' or ']'"]),
}


@pytest.mark.parametrize("case", TYPOS)
def test_a_mistake_is_named_with_file_line_and_right_word(case: str, write: Write) -> None:
    """The message is exact: file, line, what is wrong, and what would be right."""
    old, new, expected = TYPOS[case]
    file = write(old, new)

    with pytest.raises(CatalogueError) as caught:
        load(file)
    found = str(caught.value).splitlines()

    for text in expected:
        assert f"{file}:{text}" in found
    assert "hunter2" not in str(caught.value)


REQUIREMENT_TYPOS = {
    "budget": ("[start]", "[strat]", "1: unknown budget 'strat'; did you mean 'start'?"),
    "priority": (
        "P2",
        "P4",
        "3: unknown value for 'priority' of requirement 'UI-01' 'P4'; did you mean 'P2'?",
    ),
    "prefix": ("UI-01", "UX-01", "3: unknown suite prefix 'UX'; known: UI, VDI"),
    "id": ("VDI-01", "VDI_1", "1: 'VDI_1' is no requirement id: they look like VDI-01"),
    "key": (
        "reason: no wire",
        "raeson: no wire",
        "3: unknown key of requirement 'UI-01' 'raeson'; did you mean 'reason'?",
    ),
}


@pytest.mark.parametrize("case", REQUIREMENT_TYPOS)
def test_a_mistake_in_the_included_file_is_named_there(case: str, write: Write) -> None:
    """Mistakes in requirements.yaml carry that file's name and line."""
    old, new, expected = REQUIREMENT_TYPOS[case]
    if case == "priority":
        expected = expected.replace("did you mean 'P2'?", "known: P0, P1, P2")
    file = write(old, new, file="requirements.yaml")

    with pytest.raises(CatalogueError) as caught:
        load(file)

    assert f"{file.parent / 'requirements.yaml'}:{expected}" in str(caught.value).splitlines()


def test_all_mistakes_are_told_at_once(write: Write) -> None:
    """Nobody has to run twice to learn of the second typo."""
    file = write("webrtc", "webrct", file="scenarios.yaml")
    file.write_text(
        file.read_text()
        .replace("capabilities: [webrct]", "capabilities: [x]")
        .replace("unit: s,", "unit: S,")
    )

    with pytest.raises(CatalogueError) as caught:
        load(file)

    assert len(caught.value.problems) == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the file the message says which was looked for."""
    with pytest.raises(CatalogueError, match=r"none\.yaml:1: cannot be read: No such file"):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("what", "word", "message"),
    [
        ("persona", "alise", "unknown persona 'alise'; did you mean 'alice'? (scenarios.yaml)"),
        ("budget", "Start", "unknown budget 'Start'; did you mean 'start'? (scenarios.yaml)"),
        ("template", "zzz", "unknown template 'zzz'; known: desktop (scenarios.yaml)"),
        ("requirement", "VDI-1", "unknown requirement 'VDI-1'; did you mean 'VDI-01'? (scenarios.yaml)"),
        ("suite", "VDI", "unknown suite 'VDI'; did you mean 'vdi'? (scenarios.yaml)"),
        ("capability", "webrct", "unknown capability 'webrct'; did you mean 'webrtc'? (scenarios.yaml)"),
        ("target", "embeded", "unknown target 'embeded'; did you mean 'embedded'? (scenarios.yaml)"),
    ],
)
def test_a_lookup_of_an_unknown_name_gives_the_nearest(
    small: Catalogue, what: str, word: str, message: str
) -> None:
    """Look-ups complain in the same words as the loader."""
    with pytest.raises(CatalogueError) as caught:
        getattr(small, what)(word)

    assert message == str(caught.value)


def test_a_reference_shows_its_place_and_never_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    """Credentials are read when needed and appear in no repr."""
    (tmp_path / "pw").write_text("hunter2\n")
    monkeypatch.setenv("SP_PW", "hunter3")
    from_file = load(write('email: "{name}', 'password: "file:pw", email: "{name}')).persona("alice").password
    from_env = (
        load(write('email: "{name}', 'password: "env:SP_PW", email: "{name}')).persona("alice").password
    )
    assert from_file
    assert from_env

    assert (from_file.read(), from_env.read()) == ("hunter2", "hunter3")
    assert "hunter" not in repr(from_file) + repr(from_env) + str(from_file)
