"""Several people who do the same at the same time; a failure names each session that failed, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from sessionproof.errors import ProductFailed, Violated
from sessionproof.verbs.session import StorySession
from sessionproof.verbs.viewing import Viewing

if TYPE_CHECKING:
    from sessionproof.verbs.stage import Stage

_T = TypeVar("_T", StorySession, Viewing)


class Crowd:
    """Everybody on a stage who has a session."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    # -- what they do ----------------------------------------------------------------------------------

    def asks_at_once(self, people: Iterable[str], template: str) -> None:
        """Each asks for a session with her own rights; nobody waits for another."""
        actors = [self._stage.person(name) for name in people]
        _together([partial(actor.asks_for_session, template=template) for actor in actors])

    def has_running_sessions(self, people: Iterable[str], template: str, budget: str) -> None:
        """The same, and all of them run."""
        self.asks_at_once(people, template)
        self.every_session_must_become("Running", budget)

    def deletes_at_once(self) -> None:
        """Each deletes her session with her own rights; nobody waits for another."""
        owned = [(self._stage.person(session.session.person.name), session) for session in self._sessions]
        _together([partial(owner.deletes, session) for owner, session in owned])

    # -- what must be seen -----------------------------------------------------------------------------

    def every_session_must_become(self, phase: str, budget: str) -> None:
        """Each comes to the phase in time, counted from what was last done to it."""
        _each(self._sessions, lambda session: session.must_become(phase, budget))

    def every_session_must_leave_nothing(self, budget: str) -> None:
        """Each is gone with all it owned, by watch and by a fresh look."""
        _each(self._sessions, lambda session: session.must_leave_nothing(budget))

    def must_share_nothing(self, kinds: Sequence[str]) -> None:
        """Each owns exactly one of each kind, and no two have the same one, the same host or the same password."""
        owners: dict[tuple[str, str], list[StorySession]] = {}

        def look(session: StorySession) -> None:
            product, handle = self._stage.product, session.session
            owned = product.owned(handle)
            for kind in kinds:
                if len(owned.get(kind, ())) != 1:
                    raise Violated(f"{session}: owns {len(owned.get(kind, ()))} of kind {kind} instead of 1")
                owners.setdefault((kind, owned[kind][0]["metadata"]["uid"]), []).append(session)
            host, password = urlsplit(session.url).hostname or "", product.credential(handle)[1]
            owners.setdefault(("host", host), []).append(session)
            owners.setdefault(("password", password), []).append(session)

        _each(self._sessions, look)
        shared = [
            f"{' and '.join(map(str, several))} have the same {what}"
            + (f", {which}" if what == "host" else "")
            for (what, which), several in owners.items()
            if len(several) > 1
        ]
        if shared:
            raise Violated("; ".join(shared))

    def every_picture_must_be_live_at_once(self, budget: str) -> None:
        """
        Each session is opened in a browser of its own, and when the last one shows its picture all of them go on.

        The budget bounds the wait for the first pictures; a machine that shows them all is busy with it.
        """
        viewings = [self._stage.view(session) for session in self._sessions]
        for viewing in viewings:
            viewing.log_in(self._stage.product.credential(viewing.session.session)[1])
        _each(viewings, lambda viewing: viewing.first_picture_must_come(budget))
        all_open = self._stage.scene.timeline.mark(f"{len(viewings)} pictures are open")
        _each(viewings, lambda viewing: viewing.must_go_on_after(all_open))

    @property
    def _sessions(self) -> Sequence[StorySession]:
        return self._stage.sessions or [self._stage.session]


def _together(acts: Sequence[Callable[[], object]]) -> None:
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()


def _each(things: Sequence[_T], look: Callable[[_T], object]) -> None:
    """Look at every one, also after one has failed, and tell of all that have."""
    failures: list[str] = []
    for thing in things:
        try:
            look(thing)
        except ProductFailed as error:
            failures.append(str(error))
    if failures:
        raise Violated(f"{len(failures)} of {len(things)} failed: " + "; ".join(failures))
