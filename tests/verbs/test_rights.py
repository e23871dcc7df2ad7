"""What must not be allowed."""

from __future__ import annotations

import pytest

from sessionproof.errors import SuiteWrong, Violated
from sessionproof.ports.rights import Rule, Try
from sessionproof.verbs.rights import May
from tests.verbs.conftest import Story

EXACT = Rule("role r, rule 1", ("get", "list"), ("example.test", "sessions", "/metrics"))
REFUSED = Try("update", refused=True, said="forbidden")


@pytest.mark.parametrize(
    ("rule", "wildcard"),
    [
        (Rule("role r, rule 2", ("*",), ("pods",)), r"role r, rule 2: \* 'pods' \(wildcard \*\)"),
        (Rule("the review", ("get",), ("", "pods/*")), r"the review: get '', 'pods/\*' \(wildcard pods/\*\)"),
    ],
)
def test_a_wildcard_is_told_with_its_rule(story: Story, rule: Rule, wildcard: str) -> None:
    """A rule that says exactly what it is for passes; the message has the others alone."""
    story.product.rights.rules = [EXACT]
    story.stage.reads_operator_rights()
    story.stage.held.must_hold_no_wildcard()
    story.product.rights.rules = [EXACT, rule]
    story.stage.reads_operator_rights()

    with pytest.raises(Violated, match=rf"^the operator's rights hold a wildcard: {wildcard}$"):
        story.stage.held.must_hold_no_wildcard()


def test_no_right_at_all_is_no_verdict(story: Story) -> None:
    """An operator acts: whoever has no right is somebody else."""
    story.stage.reads_operator_rights()

    with pytest.raises(SuiteWrong, match="another's rights were read"):
        story.stage.held.must_hold_no_wildcard()


def test_every_way_must_be_refused(story: Story) -> None:
    """One way that is open is told, and what came of it."""
    session = story.running(story.alice)
    story.product.rights.tries = [REFUSED]
    story.alice.tries_to_change(session)
    story.stage.tried.must_be_refused()
    story.product.rights.tries = [REFUSED, Try("patch", refused=False, said="it was done")]
    story.bob.tries_to_read_secret(session)

    with pytest.raises(
        Violated,
        match=r"^bob tries to read the secret of session 'alice-1' and is not refused: patch: it was done$",
    ):
        story.stage.tried.must_be_refused()

    story.product.rights.tries = []
    story.alice.tries_to_change(session)

    with pytest.raises(SuiteWrong, match="alice tries to change session 'alice-1': nothing was tried"):
        story.stage.tried.must_be_refused()


def test_what_was_asked_for_must_stand(story: Story) -> None:
    """What the operator reports may move on; what was asked for may not, nor may the session be gone."""
    session = story.running(story.alice)
    subject = session.session.subject
    story.product.record(subject, {"spec": {"timeout": "8h"}, "status": {"phase": "Running"}})
    story.alice.tries_to_change(session)
    story.product.record(subject, {"spec": {"timeout": "8h"}, "status": {"phase": "Creating"}})
    story.stage.tried.must_have_changed_nothing()
    story.product.record(subject, {"spec": {"timeout": "24h"}})

    with pytest.raises(Violated, match=r"and it has changed: before .*'8h'.*, now .*'24h'"):
        story.stage.tried.must_have_changed_nothing()

    story.product.forget(subject)

    with pytest.raises(Violated, match="now None"):
        story.stage.tried.must_have_changed_nothing()


def test_rights_are_neither_more_nor_less(story: Story) -> None:
    """What is missing and what is too much are both told."""
    story.product.rights.allowed = ["create", "get"]
    story.alice.rights_must_be_exactly(["get", "create"])

    with pytest.raises(
        Violated, match=r"^alice may create sessions, by the cluster's own review of her rights"
    ):
        story.alice.rights_must_be_exactly(["get"])
    with pytest.raises(Violated, match=r"^bob may not create, may patch, may update status sessions, by the"):
        May("bob", ["get", "patch", "update status"]).must_be_exactly(["get", "create"])
