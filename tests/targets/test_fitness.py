"""What a target lacks is named, all of it at once, with what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sessionproof import janitor
from sessionproof.adapters.vdi import manifests
from sessionproof.catalogue import Reference, Target, load
from sessionproof.clients.kubernetes import Outage, Refused, kinds
from sessionproof.ledger import Ledger
from sessionproof.targets import Needs, Right, Unfit, examine, found_fit, ingress
from sessionproof.targets import images as images_of
from sessionproof.world import Worlds
from tests.targets.conftest import Aim, Cluster, item, node

ROOT = Path(__file__).parents[2]
NEEDS = Needs(
    (Right(kinds.POD, ("get",), "log"), Right(kinds.NAMESPACE, ("create",))), ["sessionproof.local/desk:1"]
)


@pytest.fixture(autouse=True)
def an_ingress_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are made elsewhere."""
    monkeypatch.setattr(ingress, "must_answer", lambda way, _: f"{way.address} answers")
    monkeypatch.setattr(images_of.missing, "__kwdefaults__", {"seconds": 0.0})


def lacking(target: Target, needs: Needs = NEEDS) -> dict[str, str]:
    """What is found wrong, by the name of the finding."""
    checks, place = examine(target, needs)
    failed = {check.name: f"{check.found}; {check.advice}" for check in checks if not check.ok}
    assert (place is None) == bool(failed)
    return failed


def test_a_cluster_that_has_everything_is_a_place(cluster: Cluster, aim: Aim) -> None:
    """Its way in is as the target says."""
    place = found_fit(aim(), NEEDS)

    assert ("127.0.0.1", None, ("10.1.0.0/16",)) == (
        place.ingress.address,
        place.ingress.ca,
        place.ingress.direct,
    )
    assert place.address.startswith("kubeconfig:/")


def test_everything_missing_is_named_at_once(cluster: Cluster, aim: Aim) -> None:
    """Nobody has to run twice to learn of the second thing; each comes with what to do."""
    cluster.objects |= {"IngressClass": [], "StorageClass": [item("slow")], "Node": [node("node-1")]}

    with pytest.raises(Unfit) as caught:
        found_fit(aim(capabilities=("freeze",)), NEEDS)

    assert str(caught.value).splitlines() == [
        "target 'far' (kubeconfig file:kubeconfig) cannot carry the stories, and nothing was made there:",
        "  capabilities: only an embedded cluster has freeze. take them out of the target's `capabilities`",
        "  ingress class: no default IngressClass, there are: none. install an ingress controller or give the "
        "target an `ingress_class`",
        "  storage class: no default StorageClass, there are: slow. install a provisioner or mend the target's "
        "`storage_class`",
        "  images: missing: sessionproof.local/desk:1 on node node-1. load them onto the nodes, or push them to a "
        "registry and give the target its `registry`",
    ]


def test_a_dead_address_is_all_that_is_said(cluster: Cluster, aim: Aim) -> None:
    """What nobody could look at is neither well nor missing."""
    cluster.error = Outage("GET /version", "connection refused")

    assert lacking(aim()) == {
        "API server": "https://api.test does not answer: connection refused; is the cluster up, and its "
        "kubeconfig's address reachable from here?"
    }


def test_refused_credentials_are_told_from_a_dead_address(cluster: Cluster, aim: Aim) -> None:
    """With the API server's own word."""
    cluster.error = Refused("GET /version", "Unauthorized", status=401)

    assert lacking(aim()) == {
        "API server": "https://api.test does not accept the kubeconfig's credentials: 401 Unauthorized; renew them"
    }


def test_each_right_that_is_missing_is_named(cluster: Cluster, aim: Aim) -> None:
    """By verb and kind, as one would write it into a role."""
    cluster.denied = {("get", "pods/log"), ("create", "namespaces")}

    assert lacking(aim()) == {
        "rights": "the user may not get pods/log, create namespaces; give it these rights in all namespaces"
    }


def test_classes_that_the_target_names_must_be_there(cluster: Cluster, aim: Aim) -> None:
    """A default one does not stand in for them."""
    found = lacking(aim(ingress_class="traefik", storage_class="fast"))

    assert found["ingress class"].startswith("no IngressClass 'traefik', there are: nginx; ")
    assert found["storage class"].startswith("no StorageClass 'fast', there are: standard; ")


def test_webrtc_needs_to_know_where_media_go(cluster: Cluster, aim: Aim) -> None:
    """They do not pass the ingress; a target without WebRTC needs nothing."""
    assert lacking(aim(media=())) == {}
    assert lacking(aim(media=(), capabilities=("webrtc",)))["media"].startswith(
        "WebRTC's media do not go through the ingress, and nothing says where they go; give the target `media`"
    )


def test_a_ca_must_be_readable(cluster: Cluster, aim: Aim, tmp_path: Path) -> None:
    """Before a browser is asked to trust it."""
    assert (
        f"no CA can be read from {tmp_path / 'none.pem'}"
        in lacking(aim(ca=Reference("file", "none.pem", tmp_path)))["ingress"]
    )


def test_the_command_line_must_be_installed(
    cluster: Cluster, aim: Aim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kubeconfig brings none with it."""
    monkeypatch.setenv("PATH", "/nowhere")

    assert lacking(aim()) == {"kubectl": "none on PATH; install it"}


def test_images_of_a_registry_are_the_nodes_affair(cluster: Cluster, aim: Aim) -> None:
    """Only what no registry has must be there beforehand, on each node that takes pods."""
    cluster.objects["Node"] = [
        node("node-1", "sessionproof.local/desk:1"),
        node("control", taint="NoSchedule"),
    ]
    assert lacking(aim(), Needs(images=["sessionproof.local/desk:1", "registry.test/qa/desk:1"])) == {}

    cluster.objects["Node"].append(node("node-2"))
    assert lacking(aim())["images"].startswith("missing: sessionproof.local/desk:1 on node node-2; ")


def test_a_node_that_tells_of_as_many_images_as_it_may_is_believed(cluster: Cluster, aim: Aim) -> None:
    """It may have more than it tells."""
    cluster.objects["Node"] = [node("node-1", *(f"image-{n}" for n in range(50)))]

    assert lacking(aim()) == {}


def test_the_shipped_stories_need_rights_and_images() -> None:
    """The template whose image is missing on purpose needs none; a registry has them under its own name."""
    known = load(ROOT / "scenarios.yaml")
    target = known.target("embedded")
    wanted = manifests.needs(target, known, ROOT)
    elsewhere = manifests.needs(replace(target, registry="registry.test/qa/"), known, ROOT)

    assert wanted.images == ["sessionproof.local/desktop:0.1.0", "sessionproof.local/vdi-operator:0.1.0"]
    assert elsewhere.images == ["registry.test/qa/desktop:0.1.0", "registry.test/qa/vdi-operator:0.1.0"]
    assert {"create", "delete"} <= set(next(r.verbs for r in wanted.rights if r.kind == kinds.NAMESPACE))
    assert len(manifests.needs(replace(target, deploy=None), known, ROOT).rights) < len(wanted.rights)


def test_each_story_is_told_and_the_target_is_looked_at_once(
    cluster: Cluster, aim: Aim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead address costs its time once, not once a story."""
    monkeypatch.setattr(janitor, "finish_dead_runs", lambda *_, **__: None)
    cluster.error = Outage("GET /version", "connection refused")
    ledger = Ledger(tmp_path / "ledger", "r1")
    worlds = Worlds(ROOT, load(ROOT / "scenarios.yaml"), aim(), ledger)

    with pytest.raises(Unfit) as first:
        _ = worlds.place
    cluster.error = None
    with pytest.raises(Unfit) as second:
        _ = worlds.place
    worlds.close()

    assert first.value is second.value
