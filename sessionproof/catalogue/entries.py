"""
The values of the catalogue. Frozen: what was loaded is what is used and what the report shows.

The string under each field is its meaning; the JSON schemas that editors complete from are made of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from sessionproof.catalogue.places import CatalogueError, unknown
from sessionproof.catalogue.references import Reference
from sessionproof.model import budgets

Priority = Literal["P0", "P1", "P2"]
Role = Literal["user", "operator", "admin", "agent"]
Unit = Literal["ms", "s", "%", "%/h", "1/s", "1/min", "1/10 s", "m", "Mi", "Gi", "KB", "sessions", "n"]

LOCAL_IMAGES = "sessionproof.local/"
"""What references of images begin with that are in no registry: they are loaded onto nodes, or pushed by you."""

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_OVERRIDES: Mapping[str, float] = MappingProxyType({})
_E = TypeVar("_E")


@dataclass(frozen=True)
class ClusterReference:
    """Which Kubernetes a target lives on: exactly one of `embedded`, `kubeconfig` and `kind`."""

    embedded: str | None = None
    """Name of a cluster that `sessionproof up` makes."""
    kubeconfig: Reference | None = None
    """`file:PATH` of a kubeconfig, or `env:NAME` of a variable that holds such a path."""
    context: str | None = None
    """Context in the kubeconfig; its current one if absent."""
    kind: str | None = None
    """Name of a kind cluster; its kubeconfig is asked from kind."""

    def __str__(self) -> str:
        if self.kubeconfig:
            return f"kubeconfig {self.kubeconfig}" + (f", context {self.context}" if self.context else "")
        return f"kind cluster {self.kind}" if self.kind else f"embedded cluster {self.embedded}"


@dataclass(frozen=True)
class Target:
    """A platform under test: which product, where, and what it declares it can do."""

    name: str
    adapter: str
    """The product's wire: the name of a package in `sessionproof.adapters`, such as `vdi`."""
    cluster: ClusterReference
    """The Kubernetes it runs on."""
    deploy: str | None = None
    """Folder of manifests that the suite applies before the first story; absent: already deployed."""
    settings: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Environment that the suite gives the platform's deployment; credentials are refused here."""
    domain: str | None = None
    """Domain under which the platform serves its sessions."""
    ingress_class: str | None = None
    """IngressClass that serves the sessions; the cluster's default one if absent."""
    ingress_address: str | None = None
    """Where the sessions' host names lead, as an address or a name; absent: what the cluster publishes."""
    ca: Reference | None = None
    """PEM file of the CA that vouches for the host names; absent: a public one, or the embedded cluster's."""
    media: tuple[str, ...] = ()
    """Networks that a browser reaches without the ingress, as `10.244.0.0/16`: those of the pods, or of a
    TURN server; WebRTC's media flow there. Known of an embedded cluster."""
    storage_class: str | None = None
    """StorageClass of the sessions' volumes; the cluster's default one if absent."""
    registry: str | None = None
    """Where the images of `sessionproof.local/` are pulled from, as `registry.example.com/qa`; absent: the
    nodes have them."""
    capabilities: tuple[str, ...] = ()
    """What it declares it can do; a story that needs more is skipped with that reason."""
    budgets: Mapping[str, float] = field(default_factory=lambda: _NO_OVERRIDES)
    """Overridden budget values by name, in the budget's own unit; every report shows them as overridden."""

    def can(self, capability: str) -> bool:
        """Whether the target declares *capability*."""
        return capability in self.capabilities

    def image(self, reference: str) -> str:
        """The image as this target's nodes know it."""
        if self.registry is None or not reference.startswith(LOCAL_IMAGES):
            return reference
        return f"{self.registry.rstrip('/')}/{reference.removeprefix(LOCAL_IMAGES)}"


@dataclass(frozen=True)
class Persona:
    """A person in the stories. Each scenario gets a person of its own under that name."""

    name: str
    role: Role = "user"
    """What the person may do on the platform."""
    email: str = "{name}-{unique}@example.test"
    """Address pattern; `{name}` is the persona's, `{unique}` is replaced per scenario and must occur."""
    password: Reference | None = None
    """Where the person's password is, if the platform's users exist beforehand; absent: made per scenario."""

    def email_for(self, unique: str) -> str:
        """The person's address in the scenario that *unique* names."""
        return self.email.format(name=self.name, unique=unique)


@dataclass(frozen=True)
class Resources:
    """What one session gets; absent fields are left to the platform."""

    cpu: str | None = None
    """Kubernetes quantity, such as `500m`."""
    memory: str | None = None
    """Kubernetes quantity, such as `1Gi`."""
    gpu: int | None = None
    """Number of GPUs."""


@dataclass(frozen=True)
class Template:
    """A kind of session that people ask for by name."""

    name: str
    image: str
    """Image reference as the platform is told it."""
    display_name: str | None = None
    """What people see; the name if absent."""
    description: str | None = None
    """One sentence for the catalogue of the platform and for the report."""
    env: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Environment of the session's container; credentials are refused here."""
    resources: Resources = Resources()
    """Defaults of the template."""
    missing: bool = False
    """Whether no node has the image, on purpose: stories of a start that fails need such a one."""


@dataclass(frozen=True, slots=True)
class Budget(budgets.Budget):
    """A named limit as `scenarios.yaml` gives it; the number stands there and nowhere else."""

    name: str
    value: float
    """The limit, in `unit`."""
    unit: Unit = field()
    """Unit of the value and of what is measured against it."""
    why: str = field()
    """Reason for this value."""
    kind: Literal["upper", "lower"] = "upper"
    """`upper`: measurements must not exceed the value; `lower`: they must reach it."""
    overridden_from: float | None = None
    """Never written in a file: the catalogue's value where a target overrides it, else absent."""

    @property
    def limit(self) -> str:
        """The limit in words, such as `30 s` or `at least 15 1/s`."""
        least = "at least " if self.kind == "lower" else ""
        return f"{least}{self.value:g} {self.unit}"

    def __str__(self) -> str:
        own = f", overridden from {self.overridden_from:g}" if self.overridden_from is not None else ""
        return f"{self.limit} (budget {self.name}{own})"


@dataclass(frozen=True)
class Suite:
    """A part of the feature set that is reported together."""

    name: str
    title: str
    """What the report calls it; the epic of its scenarios."""
    prefix: str
    """The letters that open its requirement ids, such as `VDI`."""
    report: str | None = None
    """File name of its suite report in `reports/`, without `.md`; absent: it has none of its own."""


@dataclass(frozen=True)
class Requirement:
    """One promise that the suite knows of, whether or not a scenario shows it yet."""

    id: str
    priority: Priority
    """P0: data, security or core function; P1: production quality; P2: comfort."""
    text: str
    """What must hold, in a sentence or two."""
    budgets: tuple[str, ...] = ()
    """Named budgets that limit it."""
    faults: tuple[str, ...] = ()
    """Faults under which it must hold."""
    reason: str | None = None
    """Why no scenario can be built, such as a wire that no contract describes; absent: one can."""
    suite: str = ""
    """Never written in a file: the suite whose prefix the id has."""


@dataclass(frozen=True)
class Labels:
    """What a report derives from a scenario's tags; nobody writes these by hand."""

    severity: Literal["critical", "normal", "minor"] | None
    """Of the most important requirement: P0 critical, P1 normal, P2 minor; None without a requirement."""
    suite: str | None
    """Name of the suite, from the feature's tag."""
    epic: str | None
    """Title of the suite."""
    requirements: tuple[Requirement, ...]
    """The requirements that the scenario shows, in the order of its tags: they become the report's links."""


@dataclass(frozen=True)
class Catalogue:
    """Everything that stories may name. Look-ups raise with the nearest right word."""

    file: Path
    """The file that was read."""
    targets: Mapping[str, Target]
    personas: Mapping[str, Persona]
    templates: Mapping[str, Template]
    budgets: Mapping[str, Budget]
    suites: Mapping[str, Suite]
    capabilities: Mapping[str, str]
    """Meaning by name; what targets declare and `@needs.NAME` asks for."""
    requirements: Mapping[str, Requirement]

    def target(self, name: str | None = None) -> Target:
        """The target called *name*; without a name, the only one or the first one of the file."""
        return self._find("target", name if name is not None else next(iter(self.targets), ""), self.targets)

    def persona(self, name: str) -> Persona:
        """:raises CatalogueError: if there is no such persona."""
        return self._find("persona", name, self.personas)

    def template(self, name: str) -> Template:
        """:raises CatalogueError: if there is no such template."""
        return self._find("template", name, self.templates)

    def suite(self, name: str) -> Suite:
        """:raises CatalogueError: if there is no such suite."""
        return self._find("suite", name, self.suites)

    def requirement(self, id: str) -> Requirement:
        """:raises CatalogueError: if there is no such requirement."""
        return self._find("requirement", id, self.requirements)

    def capability(self, name: str) -> str:
        """
        The meaning of a capability.

        :raises CatalogueError: if it is not declared in the file.
        """
        return self._find("capability", name, self.capabilities)

    def budget(self, name: str, target: Target | str | None = None) -> Budget:
        """
        The budget called *name*, as *target* overrides it if it does.

        :raises CatalogueError: if there is no such budget or target.
        """
        budget = self._find("budget", name, self.budgets)
        if isinstance(target, str):
            target = self.target(target)
        if target is None or name not in target.budgets:
            return budget
        return replace(budget, value=target.budgets[name], overridden_from=budget.value)

    def overrides(self, target: Target) -> Sequence[Budget]:
        """The budgets that *target* overrides, for the opening of a report."""
        return [self.budget(name, target) for name in target.budgets]

    def _find(self, what: str, name: str, among: Mapping[str, _E]) -> _E:
        try:
            return among[name]
        except KeyError:
            raise CatalogueError(f"{unknown(what, name, among)} ({self.file.name})") from None
