import json
from pathlib import Path

import allure
from allure_commons import fixture


@fixture
def before_all(context):
    allure.attach("before everything", "note", allure.attachment_type.TEXT)
    if context.config.userdata.getbool("no_start", False):
        raise RuntimeError("the platform is not there")


def before_feature(context, feature):
    allure.attach("before a feature", "note", allure.attachment_type.TEXT)
    if "feature_breaks" in feature.tags:
        raise RuntimeError("no ground to stand on")


def before_tag(context, tag):
    if tag == "tag_breaks":
        raise RuntimeError("this tag cannot be had")


def before_scenario(context, scenario):
    if "before_breaks" in scenario.tags:
        raise RuntimeError("no world")
    if "left_out" in scenario.tags:
        scenario.skip("the target does not declare sound")


def after_scenario(context, scenario):
    allure.attach("after a scenario", "note", allure.attachment_type.TEXT)
    if "after_breaks" in scenario.tags:
        raise RuntimeError("the end went wrong")


def after_all(context):
    verdicts = [
        [str(scenario.location), scenario.name, scenario.status.name]
        for feature in context._runner.features
        for scenario in feature.walk_scenarios()
    ]
    Path(context.config.userdata["verdicts"]).write_text(json.dumps(verdicts))
