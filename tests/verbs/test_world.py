"""The words that steps say to the world, with a product and windows in memory behind them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sessionproof.catalogue import ClusterReference, Target
from sessionproof.errors import NotSeenInTime, SuiteWrong, Violated
from sessionproof.model.measures import Measurement
from sessionproof.words import Session
from sessionproof.world import World, Worlds
from tests.verbs.conftest import Story
from tests.verbs.fake_viewer import Picture

THE_SESSION = Session("the session")


@pytest.fixture
def world(story: Story) -> World:
    """A world whose stage is the story's; what it would open by itself is there already."""
    worlds: Any = SimpleNamespace()
    world = World(worlds, "0123456789", timeline=story.timeline)
    world.__dict__.update(scene=story.scene, stage=story.stage, product=story.product)
    return world


def test_sessions_are_found_by_the_words_of_the_story(story: Story, world: World) -> None:
    """The last one asked for, or somebody's own."""
    first, last = story.alice.asks_for_session(), story.bob.asks_for_session()

    assert (last, first) == (world.the(THE_SESSION), world.the(Session("alice's session")))
    assert last is world.session

    with pytest.raises(SuiteWrong, match="speaks of carol's session"):
        world.the(Session("carol's session"))


def test_every_picture_must_be_live(story: Story, world: World) -> None:
    """One that stands is enough to fail; a story without a picture is wrong."""
    with pytest.raises(SuiteWrong, match="speaks of a picture, but no step before has opened a session"):
        world.stage.every_viewing_must_be_live()

    _, window = story.watching(story.alice)
    story.watching(story.bob)

    world.stage.every_viewing_must_be_live()

    assert window.picture
    window.picture.ends = 0

    with pytest.raises(Violated, match="the picture of session 'alice-1': is not live"):
        world.stage.every_viewing_must_be_live()


def test_doors_are_judged_by_what_they_said(story: Story, world: World) -> None:
    """What was tried last is judged; nothing tried is no verdict."""
    session = story.running(story.alice)

    with pytest.raises(SuiteWrong, match="judges doors, but no step before has brought one about"):
        world.stage.doors.must_be_closed()

    world.stage.tries_doors(session, "no credential")
    world.stage.doors.must_be_closed()
    world.stage.doors_must_open(session)
    story.product.statuses = {None: {"/api": 200}, story.product.credential(session.session): {"/api": 401}}
    world.stage.tries_doors(session, "no credential")

    with pytest.raises(Violated, match="/api is open: 200"):
        world.stage.doors.must_be_closed()
    with pytest.raises(Violated, match="do not open to the right credential: /api: 401"):
        world.stage.doors_must_open(session)


def test_the_right_password_must_open_a_window_of_its_own(
    story: Story, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control uses a fresh browser, the session's own password and a live picture."""
    session = story.running(story.alice)
    pictures: list[Picture | None] = [story.picture_of(session), None]
    open_window = story.stage.open_viewer

    def opened() -> Any:
        window = open_window()
        story.windows[-1].picture = pictures.pop(0)
        return window

    monkeypatch.setattr(story.stage, "open_viewer", opened)

    world.stage.must_open_with_right_password(session)

    assert ["open https://alice-1.test", "log in with password of alice-1"] == story.windows[-1].did

    with pytest.raises(NotSeenInTime, match="no live picture within 10 s"):
        world.stage.must_open_with_right_password(session)


def test_a_first_picture_that_freezes_is_no_right_password(
    story: Story, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fresh stamp is not enough for the positive control."""
    session = story.running(story.alice)
    open_window = story.stage.open_viewer

    def opened() -> Any:
        window = open_window()
        story.windows[-1].picture = replace(story.picture_of(session), ends=1.1)
        return window

    monkeypatch.setattr(story.stage, "open_viewer", opened)

    with pytest.raises(Violated, match="is not live"):
        world.stage.must_open_with_right_password(session)


def test_reconcile_time_is_judged_at_its_95th_percentile(
    story: Story, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One slow reconcile in a hundred is allowed, one in ten is not."""
    measured = Measurement.of("reconcile time", "ms", [10.0] * 99 + [500.0])
    monkeypatch.setattr(story.product, "reconcile_time", lambda: measured, raising=False)

    world.reconcile_must_be_within("video_p50")

    measured = Measurement.of("reconcile time", "ms", [10.0] * 90 + [500.0] * 10)

    with pytest.raises(Violated, match=r"reconcile time: p95 500 ms is over 50 ms \(budget video_p50\)"):
        world.reconcile_must_be_within("video_p50")

    assert [True, False] == [kept for *_, kept in story.written_down]


def test_what_is_typed_is_what_must_arrive(story: Story, world: World) -> None:
    """The world remembers the text of the last typing."""
    story.watching(story.alice)
    story.alice.types("proof")
    story.product.log["alice-1"] = "prof"

    with pytest.raises(Violated, match="'prof' arrived in it; expected 'proof'"):
        world.the(THE_SESSION).must_have_received(world.typed)

    assert story.alice.viewing is world.viewing


def test_a_platform_that_is_told_more_goes_with_its_scenario(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It has a name of its own and the target's settings besides; the one that is lent is another."""
    opened: list[Any] = []

    class FakePlatform:
        def __init__(self, *told: Any) -> None:
            self.target, self.instance, self.scenario = told[1], told[5], told[7]
            self.hub = SimpleNamespace(attach=lambda *_, **__: SimpleNamespace(detach=lambda: None))
            self.operator, self.closed = None, False

        def open(self) -> None:
            opened.append(self)

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr("sessionproof.adapters.vdi.platform.VdiPlatform", FakePlatform)
    target: Any = Target("t", "vdi", ClusterReference(embedded="x"), settings={"A": "1"})
    ledger: Any = SimpleNamespace(run="run", standing=lambda _: [])
    worlds = Worlds(tmp_path, {}, target, ledger, worker=3)  # type: ignore[arg-type]
    worlds.__dict__["place"] = SimpleNamespace(client=None, address="embedded:x")
    world = worlds.open()

    assert ("run-3", "") == (world.platform.instance, world.platform.scenario)

    world.has_platform_with_relay()

    assert [worlds.platform, world.platform] == opened
    assert (f"run-{world.id}", world.id) == (world.platform.instance, world.platform.scenario)
    assert ["A", "TURN_URL"] == list(world.platform.target.settings)

    world.close()

    assert [False, True] == [platform.closed for platform in opened]
