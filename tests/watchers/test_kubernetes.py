"""Watching an API server that is played by a script, over real connections."""

import time
from collections.abc import Callable, Iterator

import pytest

from sessionproof import waiting
from sessionproof.clients import kubernetes
from sessionproof.clients.kubernetes import kinds
from sessionproof.clients.kubernetes.access import Access
from sessionproof.errors import TargetUnavailable
from sessionproof.timeline import Change, Subject, Timeline
from sessionproof.waiting.readings import KUBERNETES_WATCH
from sessionproof.watchers.kubernetes import Hub, watching
from tests.watchers.scripted_server import END, RESET, ScriptedServer, pod, serving

A, B, C = (Subject("Pod", "sp-1", name) for name in "abc")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as script:
        yield script


@pytest.fixture
def hub(server: ScriptedServer) -> Iterator[Hub]:
    client = kubernetes.Client(Access(server.url))
    hub = Hub(client, "sp-1", [kinds.POD])
    yield hub
    hub.close()
    client.close()


@pytest.fixture
def timeline() -> Timeline:
    return Timeline()


def until(timeline: Timeline, fits: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for the timeline to say so; woken by its entries."""
    end = timeline.now().later(seconds)
    while not fits():
        left = end.after(timeline.now())
        assert left > 0, timeline.to_records()
        timeline.wait_beyond(len(timeline), left)


def told(timeline: Timeline) -> list[tuple[str, str]]:
    return [
        (entry.subject.name, entry.change.value)
        for entry in timeline.entries()
        if entry.subject.kind == "Pod" and entry.subject.name
    ]


def test_life_of_a_pod_is_recorded(server, hub, timeline):
    """Present, new, changed and gone objects are told as what they are."""
    server.items = [pod("a", 5)]
    hub.attach(timeline)
    server.tell("ADDED", pod("b", 11))
    server.tell("MODIFIED", pod("b", 12))
    server.tell("DELETED", pod("a", 13))
    until(timeline, lambda: len(timeline) == 4)

    assert [("a", "observed"), ("b", "appeared"), ("b", "changed"), ("a", "gone")] == told(timeline)


def test_watch_resumes_from_the_last_bookmark(server, hub, timeline):
    """A stream that ended is resumed where it was; nothing is listed anew, no gap is told."""
    hub.attach(timeline)
    assert "10" == server.watched_from.get(timeout=5)
    server.bookmark(40)
    server.feed.put(END)
    assert "40" == server.watched_from.get(timeout=5)
    server.tell("ADDED", pod("a", 41))
    until(timeline, lambda: told(timeline))

    assert [("a", "appeared")] == told(timeline)
    assert [] == timeline.spans()


def test_watch_lists_anew_after_410_and_marks_the_gap(server, hub, timeline):
    """What changed and vanished meanwhile is told, after a gap."""
    server.items = [pod("a", 5), pod("b", 6), pod("c", 7, uid="old")]
    hub.attach(timeline)
    server.items, server.version = [pod("a", 50), pod("c", 51, uid="new")], 60
    server.watched_from.get(timeout=5)
    server.expire()
    assert "60" == server.watched_from.get(timeout=5)
    until(timeline, lambda: len(told(timeline)) == 7)

    assert [("b", "gone"), ("a", "changed"), ("c", "gone"), ("c", "appeared")] == told(timeline)[3:]
    assert [Change.GAP] == [entry.change for entry in timeline.entries() if not entry.subject.name]
    assert ["gap"] == [span.kind for span in timeline.spans()]


def test_watch_comes_back_after_a_reset_and_loses_nothing(server, hub, timeline):
    """A cut connection is an outage with an end; the watch goes on from the last version."""
    hub.attach(timeline)
    server.watched_from.get(timeout=5)
    server.tell("ADDED", pod("a", 11))
    until(timeline, lambda: told(timeline))
    server.feed.put(RESET)
    assert "11" == server.watched_from.get(timeout=5)
    server.tell("MODIFIED", pod("a", 12))
    until(timeline, lambda: len(told(timeline)) == 2)

    (outage,) = timeline.spans()

    assert ("outage", KUBERNETES_WATCH) == (outage.kind, outage.source)
    assert outage.end is not None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_server_that_cannot_answer_is_an_outage_until_it_can(server, hub, timeline, status):
    """A wait over an outage goes on and is fulfilled by what comes after it."""
    hub.attach(timeline)
    server.watched_from.get(timeout=5)
    server.refuse_with = status
    server.feed.put(END)
    until(timeline, lambda: timeline.spans("outage"))
    server.refuse_with = None
    server.tell("ADDED", pod("a", 11))
    there = waiting.reading("pod 'a'", A, lambda body: body["metadata"]["name"])

    reached = waiting.becomes(timeline, there, "a", within=5)

    assert str(status) in timeline.spans("outage")[0].name
    assert reached.at.mono >= timeline.spans("outage")[0].begin.mono


def test_refusal_ends_the_wait_at_once(server, hub, timeline):
    """A user who may not look is told so by the first wait, not after its budget."""
    server.refuse_with = 403
    hub.attach(timeline)

    with pytest.raises(TargetUnavailable, match="403"):
        waiting.becomes(timeline, waiting.reading("pod 'a'", A), "x", within=60)


def test_refusal_just_after_a_restart_is_an_outage(server, hub, timeline, monkeypatch):
    """A server that has just started may refuse what it grants a moment later."""
    hub.attach(timeline)
    server.watched_from.get(timeout=5)
    server.refuse_with = 403
    server.feed.put(END)
    until(timeline, lambda: timeline.spans("outage"))
    server.refuse_with = None
    server.watched_from.get(timeout=5)
    until(timeline, lambda: timeline.spans("outage")[0].end)

    assert not timeline.source_state(KUBERNETES_WATCH).refused

    monkeypatch.setattr(watching, "REFUSAL_GRACE", 0.0)
    server.refuse_with = 403
    server.feed.put(END)
    until(timeline, lambda: timeline.source_state(KUBERNETES_WATCH).refused)


def test_kind_that_is_not_served_is_empty_until_it_is(server, hub, timeline):
    """A missing CRD is no outage; when it comes its objects are seen."""
    server.refuse_with = 404
    hub.attach(timeline)
    server.refuse_with = None
    server.items = [pod("a", 5)]
    until(timeline, lambda: told(timeline))

    assert [("a", "observed")] == told(timeline)
    assert [] == timeline.spans()


def test_watch_that_breaks_by_a_bug_of_ours_says_so(server, hub, timeline):
    """An object that cannot be understood ends the waits on its kind instead of being a silence."""
    hub.attach(timeline)
    server.tell("ADDED", {"kind": "Pod", "metadata": {}})

    with pytest.raises(TargetUnavailable, match="refused for good: 'name'"):
        waiting.becomes(timeline, waiting.reading("pod 'a'", A), "x", within=60)


def test_close_unblocks_a_read_within_a_second(server, hub, timeline):
    """A watch that waits for the next byte ends when asked."""
    hub.attach(timeline)
    server.watched_from.get(timeout=5)
    begin = time.monotonic()

    assert hub.close()
    assert time.monotonic() - begin < 0.5
    assert [] == timeline.spans()


def test_server_that_never_answers_is_named(timeline):
    """Attaching to a dead address ends by its own limit and says what was tried."""
    hub = Hub(kubernetes.Client(Access("http://127.0.0.1:9")), "sp-1", [kinds.POD])

    with pytest.raises(TargetUnavailable, match=r"did not list Pod in namespace 'sp-1'.*refused"):
        hub.attach(timeline, within=0.1)

    assert hub.close()


def test_scenario_gets_its_own_objects_and_what_they_own(server, hub, timeline):
    """By label, owner and instance; a pod seen before its owner is told when the owner comes."""
    server.items = [pod("stranger", 4)]
    hub.attach(timeline, "s-1")
    owner = {"ownerReferences": [{"uid": "uid-a"}]}
    server.tell("ADDED", pod("b", 11, **owner))
    server.tell("ADDED", pod("a", 12, labels={"sessionproof.io/scenario": "s-1"}))
    server.tell("ADDED", pod("c", 13, labels={"app.kubernetes.io/instance": "a"}))
    server.tell("ADDED", pod("d", 14, labels={"sessionproof.io/scenario": "s-2"}))
    server.tell("DELETED", pod("b", 15, **owner))
    until(timeline, lambda: len(told(timeline)) == 4)

    assert [("a", "appeared"), ("b", "appeared"), ("c", "appeared"), ("b", "gone")] == told(timeline)
    assert timeline.first_seen(B) < timeline.first_seen(A)


def test_followed_subject_is_recorded_with_its_past(server, hub, timeline):
    """Following later still gives what was seen since the scenario began."""
    server.items = [pod("c", 4)]
    attachment = hub.attach(timeline, "s-1")
    server.tell("ADDED", pod("a", 11))
    server.tell("ADDED", pod("x", 12, labels={"sessionproof.io/scenario": "s-1"}))
    until(timeline, lambda: told(timeline))
    attachment.follow(A)
    attachment.follow(C)

    assert [("x", "appeared"), ("a", "appeared"), ("c", "observed")] == told(timeline)


def test_detached_timeline_gets_nothing_more(server, hub, timeline):
    """The next scenario's objects do not appear in the last one's record."""
    attachment = hub.attach(timeline)
    attachment.detach()
    after = Timeline()
    hub.attach(after)
    server.tell("ADDED", pod("a", 11))
    until(after, lambda: told(after))

    assert [] == told(timeline)
