"""No secret survives masking."""

import json

from sessionproof.clients.kubernetes import masked


def test_secret_keeps_keys_and_fingerprints_only():
    """Equal values look equal, and none can be read, not even in the last applied configuration."""
    about = {
        "name": "desktop-7-auth",
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "aHVudGVyMg==", "keep": "me"},
        "managedFields": [{}],
    }
    source = {
        "kind": "Secret",
        "metadata": about,
        "data": {"password": "aHVudGVyMg==", "again": "aHVudGVyMg=="},
    }

    shown = masked(source)

    assert "aHVudGVyMg==" not in json.dumps(shown)
    assert shown["data"]["password"] == shown["data"]["again"]
    assert {"name": "desktop-7-auth", "annotations": {"keep": "me"}} == shown["metadata"]
    assert "aHVudGVyMg==" == source["data"]["password"]


def test_environment_named_like_a_secret_is_masked_at_any_depth():
    """Pods and templates of pods show the name, not the value; references stay."""
    reference = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    env = [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "MODE", "value": "fast"}, reference]
    source = {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [{"env": env}]}}}}

    shown = masked(source)["spec"]["template"]["spec"]["containers"][0]["env"]

    assert [{"name": "DB_PASSWORD", "value": "•••"}, {"name": "MODE", "value": "fast"}, reference] == shown
    assert "hunter2" == env[0]["value"]
