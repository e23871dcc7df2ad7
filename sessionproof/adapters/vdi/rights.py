"""Rights on a VDI platform: the roles as the API server holds them, its own review, and real attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sessionproof.adapters.vdi import objects
from sessionproof.adapters.vdi.platform import OPERATOR, VdiPlatform
from sessionproof.clients.kubernetes import Client, NotYet, Refused, kinds
from sessionproof.errors import TargetUnavailable
from sessionproof.ports.rights import Rule, Try
from sessionproof.ports.sessions import Person, Session

_RBAC = "rbac.authorization.k8s.io/v1"
_FORBIDDEN = 403


@dataclass(frozen=True)
class SessionRights:
    """The rights of one platform's operator and of its users."""

    platform: VdiPlatform
    client: Client
    """The cluster's administrator."""

    def of_operator(self) -> Sequence[Rule]:
        namespace, account = self._account()
        operator = self.client.impersonating(f"system:serviceaccount:{namespace}:{account}")
        return [*self._bound(namespace, account), *_reviewed(operator, self.platform.namespace)]

    def on_sessions(self, person: Person) -> Sequence[str]:
        group, plural = objects.API_VERSION.split("/")[0], self.platform.session_kind.plural
        allowed: set[str] = set()
        for rule in _review(self.platform.acting_as(person), self.platform.namespace):
            if {group, "*"} & set(rule.get("apiGroups", ())):
                for resource in rule.get("resources", ()):
                    name, _, part = resource.partition("/")
                    if name in (plural, "*"):
                        allowed |= {f"{verb} {part}".strip() for verb in rule["verbs"]}
        return sorted(allowed)

    def try_to_change(self, session: Session, person: Person) -> Sequence[Try]:
        kind, name, namespace = self.platform.session_kind, session.subject.name, session.subject.namespace
        own = self.platform.acting_as(person)
        longer, praise = {"spec": {"timeout": "24h"}}, {"status": {"message": "changed by its user"}}

        def replaced(change: Mapping[str, Any], part: str = "") -> object:
            body = self.client.get(kind, name, namespace)
            for key, value in change.items():
                body[key] = {**body.get(key, {}), **value}
            return own.replace(body, namespace, subresource=part)

        return [
            _tried("update", lambda: replaced(longer)),
            _tried("patch", lambda: own.patch(kind, name, longer, namespace)),
            _tried("update of the status", lambda: replaced(praise, "status")),
            _tried(
                "patch of the status", lambda: own.patch(kind, name, praise, namespace, subresource="status")
            ),
        ]

    def try_to_read_secret(self, session: Session, person: Person) -> Sequence[Try]:
        own, namespace = self.platform.acting_as(person), session.subject.namespace
        secret = f"{session.subject.name}-auth"
        self.client.get(kinds.SECRET, secret, namespace)  # what is not there cannot be shown to be kept
        return [
            _tried("get", lambda: own.get(kinds.SECRET, secret, namespace)),
            _tried("list", lambda: own.list(kinds.SECRET, namespace)),
            _tried("watch", lambda: own.watch(kinds.SECRET, namespace, "0", seconds=1).close()),
        ]

    # -- inside ----------------------------------------------------------------------------------------

    def _account(self) -> tuple[str, str]:
        home = self.platform.home
        deployment = self.client.find(kinds.DEPLOYMENT, OPERATOR, home)
        if deployment is None:
            raise TargetUnavailable(
                f"deployment {home}/{OPERATOR}: not there, so whose rights are the operator's is not known; "
                "give the target a `deploy:` folder"
            )
        return home, deployment["spec"]["template"]["spec"].get("serviceAccountName", "default")

    def _bound(self, namespace: str, account: str) -> Iterator[Rule]:
        """The rules of every role that is bound to the account, or to all accounts like it."""
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
        for kind in ("ClusterRoleBinding", "RoleBinding"):
            for binding in self.client.list(self.client.kind(_RBAC, kind)):
                for subject in binding.get("subjects") or ():
                    own = subject["kind"] == "ServiceAccount" and (
                        subject.get("namespace"),
                        subject["name"],
                    ) == (namespace, account)
                    if own or (subject["kind"] == "Group" and subject["name"] in groups):
                        yield from self._rules(binding)
                        break

    def _rules(self, binding: Mapping[str, Any]) -> Iterator[Rule]:
        reference, namespace = binding["roleRef"], binding["metadata"].get("namespace", "")
        place = "" if reference["kind"] == "ClusterRole" else namespace
        role = self.client.find(self.client.kind(_RBAC, reference["kind"]), reference["name"], place)
        for number, rule in enumerate((role or {}).get("rules") or (), 1):
            yield _rule(f"{reference['kind']} {reference['name']}, rule {number}", rule)


def _reviewed(client: Client, namespace: str) -> Iterator[Rule]:
    for rule in _review(client, namespace):
        yield _rule("the API server's review", rule)


def _review(client: Client, namespace: str) -> Sequence[Mapping[str, Any]]:
    """
    What a client may do in a namespace, by the API server's own answer.

    Paths are left out: those that everybody may read, such as ``/api/*``, are nobody's own.
    """
    answer = client.transport.send(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        body={
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectRulesReview",
            "spec": {"namespace": namespace},
        },
    )
    rules: Sequence[Mapping[str, Any]] = answer["status"]["resourceRules"]
    return rules


def _rule(source: str, rule: Mapping[str, Any]) -> Rule:
    things = [*rule.get("apiGroups", ()), *rule.get("resources", ()), *rule.get("nonResourceURLs", ())]
    return Rule(source, tuple(rule["verbs"]), tuple(things))


def _tried(way: str, act: Callable[[], object]) -> Try:
    try:
        act()
    except Refused as error:
        return Try(way, error.status == _FORBIDDEN, error.message)
    except NotYet as error:
        return Try(way, False, str(error))
    return Try(way, False, "it was done")
