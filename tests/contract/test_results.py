"""What a run of every kind of scenario is reported as, held against behave's own verdicts."""

from __future__ import annotations

from collections import Counter

import pytest

from .conftest import HERE, OURS, PARALLEL, PLAIN, Behave, Ran

STORIES = "not @excluded and not @deadly"
EXPECTED = {
    "passed": "passed",
    "failed": "failed",
    "error": "broken",
    "hook_error": "broken",
    "cleanup_error": "broken",
    "untested": "broken",
    "skipped": "skipped",
}


@pytest.fixture(
    scope="module", params=[OURS, PARALLEL, PLAIN], ids=["our runner", "three workers", "behave's runner"]
)
def told(request: pytest.FixtureRequest, behave: Behave) -> Ran:
    return behave("--tags", STORIES, "-j", "3", runner=request.param)


@pytest.fixture(scope="module", params=[OURS, PARALLEL], ids=["our runner", "three workers"])
def ours(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def ran(behave: Behave, ours: str) -> Ran:
    return behave("--tags", STORIES, "-j", "3", runner=ours)


def test_every_selected_scenario_has_exactly_one_result(told: Ran) -> None:
    """Rules, equal names, equal rows and features whose hook failed are there; what tags exclude is not."""
    names = Counter(result["name"] for result in told.results)

    assert sum(names.values()) == 25
    assert {name: names[name] for name in ("It passes", "It is red", "It is blue", "First", "Second")} == {
        "It passes": 4,
        "It is red": 2,
        "It is blue": 2,
        "First": 1,
        "Second": 1,
    }
    assert "The tags exclude it" not in names


def test_no_two_results_share_an_identity(told: Ran) -> None:
    """Equal identities would be folded into one as retries."""
    allure = {
        (result["testCaseId"], *(f"{p['name']}={p['value']}" for p in result.get("parameters", [])))
        for result in told.results
    }

    assert len(allure) == 25
    assert len({result["historyId"] for result in told.results}) == 25


def test_statuses_agree_with_behave(told: Ran) -> None:
    """Each status is behave's, but for what behave passes or calls an error though it is not."""
    stricter = {
        "It is not finished and says so": "broken",  # behave passes a pending step under @wip
        "The product is wrong and the end too": "failed",  # the promise was broken before the hook was
        "The clean-up finds a leak": told.named("The clean-up finds a leak")["status"],
    }
    theirs = Counter(
        (name, stricter.get(name, EXPECTED[status]))
        for place, full, status in told.verdicts
        if (name := full.split(" -- @")[0]) not in ("The tags exclude it", "It speaks to the report")
        if "killed.feature" not in place
    )
    theirs["a new title", "passed"] = 1

    ours = Counter((result["name"], result["status"]) for result in told.results)

    assert theirs == ours
    assert told.code == 1


def test_identities_are_the_same_wherever_behave_starts(behave: Behave, ours: str, ran: Ran) -> None:
    """From inside ``features/`` each scenario is the same one as from the root."""
    inside = behave("--tags", STORIES, cwd="features", runner=ours)

    assert {result["historyId"] for result in ran.results} == {r["historyId"] for r in inside.results}


def test_one_line_of_a_file_is_one_result(behave: Behave, ours: str) -> None:
    """FILE:LINE selects, and what it leaves out is not reported as skipped."""
    one = behave("features/verdicts.feature:8", runner=ours)

    assert [result["name"] for result in one.results] == ["It passes"]
    assert one.code == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("The product is wrong", "the thing was red, not green"),
        ("The world does not open", "no world"),
        ("The end goes wrong", "the end went wrong"),
        ("A tag goes wrong", "this tag cannot be had"),
        ("The suite breaks", "ConnectionError: refused"),
        ("First", "no ground to stand on"),
        ("Second", "no ground to stand on"),
        ("The hook leaves it out", "the target does not declare sound"),
        ("A step leaves it out", "not on this machine"),
        ("It is not finished and says so", "not finished"),
    ],
)
def test_messages_tell_the_cause(told: Ran, name: str, message: str) -> None:
    """The first thing a reader sees is why."""
    assert message in told.named(name)["statusDetails"]["message"]


def test_a_broken_clean_up_is_told_and_a_leak_is_a_failure(ran: Ran) -> None:
    """What a clean-up raises is the message; an assertion in it is a broken promise."""
    broken, leaked = ran.named("The clean-up breaks"), ran.named("The clean-up finds a leak")

    assert (broken["status"], "it does not go" in broken["statusDetails"]["message"]) == ("broken", True)
    assert (leaked["status"], "left behind" in leaked["statusDetails"]["message"]) == ("failed", True)


def test_rules_keep_their_tags_and_become_the_story(told: Ran) -> None:
    """Severity on a rule holds for its scenarios, and the rule stands in their path."""
    result = told.named("A rule's scenario is wrong")
    labels = {label["name"]: label["value"] for label in result["labels"]}

    assert labels["severity"] == "critical"
    assert labels["story"] == "A rule has its own things"
    assert result["titlePath"] == ["features", "Verdicts", "A rule has its own things"]
    assert {"host", "thread"} <= labels.keys()


def test_stories_may_speak_to_the_report(told: Ran) -> None:
    """Title, labels and parameters that a step sets are kept."""
    result = told.named("a new title")
    labels = {(label["name"], label["value"]) for label in result["labels"]}

    assert {("owner", "platform"), ("severity", "critical")} <= labels
    assert ("severity", "normal") not in labels
    assert result["parameters"] == [{"name": "measured", "value": "4", "excluded": True}]


def test_attachments_outside_of_scenarios_belong_to_the_run(told: Ran) -> None:
    """An attachment in a plain before_feature, or in before_all, ends nothing."""
    attached = [item for one in told.globals for item in one.get("attachments", [])]

    # Workers enter a feature anew for each of its scenarios.
    entered = len(told.results) if "ParallelRunner" in told.said else 3
    assert len([item for item in attached if item["name"] == "note"]) == entered


def test_what_was_printed_is_kept_without_its_secrets(told: Ran) -> None:
    """The output of a failed scenario is attached, masked."""
    output = [a for a in told.named("The product is wrong")["attachments"] if a["name"] == "captured output"]

    text = (told.folder / output[0]["source"]).read_text()
    assert "the thing said: password=•••" in text
    assert "hunter22" not in text


def test_each_step_has_a_status(told: Ran) -> None:
    """Also the pending one under @wip, which Allure would call unknown."""
    steps = [step for result in told.results for step in result.get("steps", [])]

    assert set() == {step["status"] for step in steps} - {"passed", "failed", "broken", "skipped"}


def test_a_failing_before_all_is_an_error_of_the_run_and_of_each_scenario(behave: Behave, ours: str) -> None:
    """Nothing is lost: each planned scenario is there, with the reason."""
    ran = behave("--tags", STORIES, "-D", "no_start=yes", runner=ours)

    assert (ran.code, len(ran.results)) == (1, 25)
    assert {"broken"} == {result["status"] for result in ran.results}
    messages = {result["statusDetails"]["message"] for result in ran.results}
    assert all("not executed: before_all failed" in message for message in messages)
    assert all("the platform is not there" in message for message in messages)
    errors = [error["message"] for one in ran.globals for error in one.get("errors", [])]
    assert any("the platform is not there" in error for error in errors)


def test_a_killed_run_is_told_by_the_next_command(behave: Behave) -> None:
    """What ended before the kill stands; what was running and what never came is not run."""
    from sessionproof.reporting import plan

    ran = behave("features/killed.feature")
    gaps = plan.close_gaps(ran.folder)

    told = {
        result["name"]: (result["status"], result.get("statusDetails", {}).get("message"))
        for result in ran.results
    }
    assert (ran.code, gaps) == (-9, 2)
    assert told == {
        "Ends before": ("passed", None),
        "Is killed": ("broken", "started and never finished: the run was ended from outside"),
        "Never comes": ("broken", "not executed: the run was ended from outside"),
    }


def test_mistakes_are_told_before_anything_is_made(behave: Behave, ours: str) -> None:
    """Undefined steps, misspelt keywords and tags are told together with their places, and nothing runs."""
    ran = behave("-D", f"catalogue={HERE.parents[1] / 'scenarios.yaml'}", project="mistakes", runner=ours)

    said = {
        "features/mistakes.feature:7: undefined step: Then it sings",
        "features/mistakes.feature:10: scenario 'A keyword is misspelt' has no steps",
        "'Gven a thing' was read as its description: is the keyword misspelt?",
        "features/mistakes.feature:13: unknown tag 'demmo'; did you mean 'demo'?",
    }
    assert ran.code == 1
    assert set() == {text for text in said if text not in ran.said}
    assert [result["status"] for result in ran.results] == ["broken"] * 4


def test_an_unknown_tag_is_an_error_that_names_the_nearest(behave: Behave) -> None:
    """A selection by a misspelt tag would run nothing, or everything."""
    where = f"catalogue={HERE.parents[1] / 'scenarios.yaml'}"
    ran = behave("-D", where, "--tags", "not @soakk", project="mistakes")

    assert ran.code == 1
    assert "--tags @soakk: unknown tag 'soakk'; did you mean 'soak'?" in ran.said


def test_running_nothing_fails(behave: Behave, ours: str) -> None:
    """A selection of nothing proves nothing."""
    ran = behave("--tags", "@owner_less and @feature_breaks", runner=ours)

    assert (ran.code, ran.results) == (1, [])
    assert "no scenario" in ran.said


def test_a_dry_run_writes_no_results(behave: Behave, ours: str) -> None:
    """A folder of results never fills with skips."""
    assert behave("--dry-run", "--tags", STORIES, runner=ours).results == []


def test_a_dry_run_tells_every_mistake(behave: Behave, ours: str) -> None:
    """What it lets pass can be told: nobody is sent to a cluster to find a slip of the pen."""
    catalogue = HERE.parents[1] / "scenarios.yaml"
    ran = behave("--dry-run", "-D", f"catalogue={catalogue}", project="mistakes", runner=ours)

    assert ran.code == 1
    assert "this cannot be told, because:" in ran.said
    assert "features/mistakes.feature:13: unknown tag 'demmo'; did you mean 'demo'?" in ran.said
    assert ran.results == []
