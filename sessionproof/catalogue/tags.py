"""What tags mean: which ones exist, and the labels that reports derive from them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sessionproof.catalogue.entries import Catalogue, Labels
from sessionproof.catalogue.places import Problem, unknown
from sessionproof.catalogue.stories import Story, Tag

PLAIN: dict[str, str] = {
    "demo": "part of the demonstration",
    "exclusive": "runs alone: it measures time, or breaks what others share",
    "soak": "long form, run only when asked for",
    "wip": "not finished: never part of a verdict",
}
"""The tags that stand for themselves, with their meaning."""

MOST_REQUIREMENTS = 3
"""A story that shows more than this shows none of them well."""

_SEVERITY = {"P0": "critical", "P1": "normal", "P2": "minor"}
_ID = re.compile(r"[A-Za-z]+-[0-9]+")
_DERIVED = re.compile(
    r"(?:blocker|critical|normal|minor|trivial|P[0-9])"
    r"|(?:severity|epic|story|issue|link|tms|allure|suite_title)[.:=].*"
)


def check_tags(catalogue: Catalogue, stories: Iterable[Story]) -> list[Problem]:
    """Every mistake in the tags of *stories*, once each, in file order; empty if there is none."""
    problems: set[Problem] = set()
    for story in stories:
        problems.update(_feature(catalogue, story))
        problems.update(_own(catalogue, story))
    return sorted(problems)


def derived_labels(catalogue: Catalogue, tags: Iterable[str]) -> Labels:
    """
    Severity, epic and links that follow from *tags*, which are without ``@``.

    Tags that name no requirement or suite are left out: ``check_tags`` is what complains.
    """
    names = [str(tag) for tag in tags]
    shown = tuple(catalogue.requirements[tag] for tag in names if tag in catalogue.requirements)
    suites = (tag.removeprefix("suite.") for tag in names if tag.startswith("suite."))
    suite = next((catalogue.suites[name] for name in suites if name in catalogue.suites), None)
    worst = min((r.priority for r in shown), default=None)
    return Labels(
        severity=_SEVERITY[worst] if worst else None,  # type: ignore[arg-type]
        suite=suite.name if suite else None,
        epic=suite.title if suite else None,
        requirements=shown,
    )


def _feature(catalogue: Catalogue, story: Story) -> Iterable[Problem]:
    suites = [tag for tag in story.feature if tag.name.startswith("suite.")]
    if len(suites) != 1:
        has = "none" if not suites else ", ".join("@" + tag.name for tag in suites)
        yield Problem(
            story.file, story.feature_line, f"a feature needs exactly one @suite.NAME tag; has {has}"
        )
    for tag in story.feature:
        if tag in suites:
            name = tag.name.removeprefix("suite.")
            if name not in catalogue.suites:
                yield Problem(story.file, tag.line, unknown("suite", name, catalogue.suites))
        elif tag.name in catalogue.requirements:
            yield Problem(story.file, tag.line, f"@{tag.name} belongs on the scenarios that show it")
        else:
            yield from _plain(catalogue, story, tag)


def _own(catalogue: Catalogue, story: Story) -> Iterable[Problem]:
    ids = []
    for tag in story.own:
        if tag.name in catalogue.requirements:
            ids.append(tag.name)
        elif tag.name.startswith("suite."):
            yield Problem(story.file, tag.line, f"@{tag.name} belongs on the feature, not on {story.name!r}")
        else:
            yield from _plain(catalogue, story, tag)
    ids = list(dict.fromkeys(ids))
    if not ids:
        yield Problem(
            story.file, story.line, f"scenario {story.name!r} names no requirement, such as @VDI-01"
        )
    elif len(ids) > MOST_REQUIREMENTS:
        listed = ", ".join(ids)
        yield Problem(
            story.file,
            story.line,
            f"scenario {story.name!r} names {len(ids)} requirements ({listed}); at most {MOST_REQUIREMENTS}",
        )


def _plain(catalogue: Catalogue, story: Story, tag: Tag) -> Iterable[Problem]:
    if tag.name in PLAIN:
        return
    if tag.name.startswith("needs."):
        name = tag.name.removeprefix("needs.")
        if name not in catalogue.capabilities:
            yield Problem(story.file, tag.line, unknown("capability", name, catalogue.capabilities))
    elif _DERIVED.fullmatch(tag.name):
        text = f"@{tag.name} is derived from the requirement ids and never written by hand; remove it"
        yield Problem(story.file, tag.line, text)
    elif _ID.fullmatch(tag.name):
        yield Problem(story.file, tag.line, unknown("requirement", tag.name, catalogue.requirements))
    else:
        known = [*PLAIN, *(f"needs.{name}" for name in catalogue.capabilities), *catalogue.requirements]
        yield Problem(story.file, tag.line, unknown("tag", tag.name, known))
