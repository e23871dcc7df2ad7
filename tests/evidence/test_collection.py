"""Evidence is complete, in time, and changes nothing."""

from __future__ import annotations

import threading
from pathlib import Path

from sessionproof.evidence import Evidence, Exhibit
from sessionproof.evidence.collection import PNG, TEXT_BYTES, WEBM, YAML


def test_what_providers_give_becomes_exhibits(tmp_path: Path) -> None:
    """Text, data, pictures and films, each shown as what it is; nothing is no exhibit."""
    film = tmp_path / "alice.webm"
    film.write_bytes(b"film")
    evidence = Evidence()
    evidence.register("log", lambda: "said")
    evidence.register("pod", lambda: {"kind": "Pod"})
    evidence.register("nothing", list)
    evidence.register("screen", lambda: b"png", here=True)
    evidence.register("video", lambda: film)

    given = {exhibit.name: (exhibit.body, exhibit.type) for exhibit in evidence.collect()}

    assert {
        "log": ("said", "text/plain"),
        "pod": ("kind: Pod\n", YAML),
        "screen": (b"png", PNG),
        "video": (b"film", WEBM),
    } == given


def test_secrets_are_masked_in_what_is_collected() -> None:
    """Also those learnt after the provider was registered."""
    evidence = Evidence()
    evidence.register("log", lambda: "alice logs in with hunter22")
    evidence.keep_secret("hunter22")

    assert ["alice logs in with •••"] == [exhibit.body for exhibit in evidence.collect()]


def test_a_failing_provider_is_shown_and_counted() -> None:
    """It takes nothing from the others."""

    def broken() -> str:
        raise ConnectionError("refused")

    evidence = Evidence()
    evidence.register("events", broken)
    evidence.register("log", lambda: "said")

    assert [("events (could not be collected)", "ConnectionError: refused"), ("log", "said")] == [
        (exhibit.name, exhibit.body) for exhibit in evidence.collect()
    ]
    assert {"events": "ConnectionError: refused"} == evidence.failures


def test_a_provider_that_does_not_answer_is_left_behind() -> None:
    """A hung target must not hang the run."""
    never = threading.Event()
    evidence = Evidence()
    evidence.register("hung", lambda: never.wait(30))

    evidence.collect(seconds=0.01)
    never.set()

    assert {"hung": "gave no answer in 0.0 s"} == evidence.failures


def test_of_a_long_text_the_end_is_kept() -> None:
    """The end of a log tells why."""
    evidence = Evidence()
    evidence.register("log", lambda: "x" * TEXT_BYTES + "the end")

    (exhibit,) = evidence.collect()

    assert isinstance(exhibit.body, str)
    assert exhibit.body.endswith("the end")
    assert "7 characters before this were cut off" in exhibit.body


def test_a_provider_can_be_taken_off() -> None:
    """What is closed is asked no more; one of the same name that came later stays."""
    evidence = Evidence()
    off = evidence.register("log", lambda: "old")
    evidence.register("log", lambda: Exhibit("log", "new"))
    off()

    assert ["new"] == [exhibit.body for exhibit in evidence.collect()]
