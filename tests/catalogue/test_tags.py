"""Tags: which are known, where they belong, and what is derived from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessionproof.catalogue import Catalogue, CatalogueError, check_tags, derived_labels, load, read_stories

ROOT = Path(__file__).parents[2]
FEATURE = """\
@suite.vdi
Feature: Sessions

  @VDI-01 @demo
  Scenario: Makes its objects
    Given a step

  @VDI-08
  Scenario Outline: Measures <what>
    Given a step

    @exclusive
    Examples:
      | what |
      | a    |
      | b    |

  @needs.webrtc
  Rule: Streams
    @VDI-08
    Scenario: Streams
      Given a step
"""


def complaints(catalogue: Catalogue, folder: Path, old: str = "", new: str = "") -> list[str]:
    """What is said of the feature with *old* replaced by *new*."""
    features = folder / "features"
    features.mkdir()
    assert old in FEATURE
    (features / "x.feature").write_text(FEATURE.replace(old, new) if old else FEATURE)
    return [str(problem) for problem in check_tags(catalogue, read_stories(features))]


def test_good_tags_pass(small: Catalogue, tmp_path: Path) -> None:
    """Tags of feature, rule, scenario and examples are all understood."""
    assert complaints(small, tmp_path) == []


def test_a_row_has_the_tags_of_all_that_it_stands_in(small: Catalogue, tmp_path: Path) -> None:
    """A row carries the tags of its table, a scenario those of its rule, all those of the feature."""
    complaints(small, tmp_path)
    tags = {
        story.name.split(" -- ")[0] + f":{story.line}": story.tags
        for story in read_stories(tmp_path / "features")
    }

    assert tags == {
        "Makes its objects:5": ("suite.vdi", "VDI-01", "demo"),
        "Measures a:15": ("suite.vdi", "VDI-08", "exclusive"),
        "Measures b:16": ("suite.vdi", "VDI-08", "exclusive"),
        "Streams:21": ("suite.vdi", "needs.webrtc", "VDI-08"),
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("@VDI-01 ", "@VDI-1 ", "4: unknown requirement 'VDI-1'; did you mean 'VDI-01'?"),
        ("@demo", "@dmeo", "4: unknown tag 'dmeo'; did you mean 'demo'?"),
        ("@exclusive", "@exlusive", "12: unknown tag 'exlusive'; did you mean 'exclusive'?"),
        ("@needs.webrtc", "@needs.webrct", "18: unknown capability 'webrct'; did you mean 'webrtc'?"),
        ("@suite.vdi", "@suite.vid", "1: unknown suite 'vid'; did you mean 'vdi'?"),
        ("@demo", "@P0", "4: @P0 is derived from the requirement ids and never written by hand; remove it"),
        (
            "@demo",
            "@critical",
            "4: @critical is derived from the requirement ids and never written by hand; remove it",
        ),
        ("@suite.vdi\n", "@wip\n", "2: a feature needs exactly one @suite.NAME tag; has none"),
        (
            "@suite.vdi\n",
            "@suite.vdi @suite.portal\n",
            "2: a feature needs exactly one @suite.NAME tag; has @suite.vdi, @suite.portal",
        ),
        ("@suite.vdi\n", "@suite.vdi @VDI-01\n", "1: @VDI-01 belongs on the scenarios that show it"),
        ("@demo", "@suite.vdi", "4: @suite.vdi belongs on the feature, not on 'Makes its objects'"),
        ("@VDI-01 ", "", "5: scenario 'Makes its objects' names no requirement, such as @VDI-01"),
    ],
)
def test_a_wrong_tag_is_named_with_its_place(
    small: Catalogue, tmp_path: Path, old: str, new: str, message: str
) -> None:
    """The message is exact and stands alone."""
    found = complaints(small, tmp_path, old, new)

    assert f"features/x.feature:{message}" in found


def test_more_than_three_requirements_are_too_many(tmp_path: Path) -> None:
    """A story that shows four promises shows none of them well."""
    shipped = load(ROOT / "scenarios.yaml")

    assert complaints(shipped, tmp_path, "@VDI-01 @demo", "@VDI-01 @VDI-02 @VDI-03 @VDI-04") == [
        "features/x.feature:5: scenario 'Makes its objects' names 4 requirements "
        "(VDI-01, VDI-02, VDI-03, VDI-04); at most 3"
    ]


def test_a_feature_that_does_not_parse_is_named(small: Catalogue, tmp_path: Path) -> None:
    """behave's own complaint comes with file and line."""
    with pytest.raises(CatalogueError, match=r"^features/x\.feature:\d+: "):
        complaints(
            small,
            tmp_path,
            "Scenario: Streams\n      Given a step",
            "Scenario: Streams\n      Given a step\n      Gven a step",
        )


def test_labels_follow_from_the_tags(small: Catalogue) -> None:
    """The most important requirement gives the severity, the suite the epic, all requirements the links."""
    labels = derived_labels(small, ["suite.vdi", "VDI-08", "VDI-01", "demo"])

    assert (labels.severity, labels.suite, labels.epic) == ("critical", "vdi", "VDI operator sessions")
    assert [r.id for r in labels.requirements] == ["VDI-08", "VDI-01"]
    assert derived_labels(small, ["UI-01"]).severity == "minor"
    assert derived_labels(small, ["wip"]).severity is None


def test_the_shipped_features_have_good_tags() -> None:
    """No story of this repository names anything that the catalogue does not know."""
    stories = read_stories(ROOT / "features")

    assert [str(problem) for problem in check_tags(load(ROOT / "scenarios.yaml"), stories)] == []
