"""
The typed words that stories are made of: what may stand where a step has a blank.

Each word is a ``str`` of its own class, so that a story can be checked against the catalogue before
anything is made, and a step catalogue can tell a reader what is allowed. Nothing else lives here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal

from sessionproof.catalogue import Catalogue


class Word(str):
    """A word of a story; subclasses say which."""

    __slots__ = ()
    pattern: ClassVar[str] = r"[A-Za-z][\w-]*"
    meaning: ClassVar[str] = "a single word"

    def check(self, catalogue: Catalogue) -> None:
        """
        Make sure that the catalogue knows this word.

        :raises CatalogueError: with the nearest right word.
        """

    @classmethod
    def values(cls, catalogue: Catalogue) -> Mapping[str, str]:  # noqa: ARG003
        """
        Everything that may be written here, with what it stands for where that is more than the word.

        Empty where anything of the pattern's form will do: the meaning says which.
        """
        return dict.fromkeys(cls.pattern.split("|"), "") if _ALTERNATIVES.fullmatch(cls.pattern) else {}


_ALTERNATIVES = re.compile(r"[\w ',-]+(?:\|[\w ',-]+)+")
"""A pattern that is nothing but the words it allows."""


class Persona(Word):
    """A person of the stories, by name."""

    __slots__ = ()
    pattern = r"[a-z][a-z0-9-]*"
    meaning = "a persona of scenarios.yaml"

    def check(self, catalogue: Catalogue) -> None:
        catalogue.persona(self)

    @classmethod
    def values(cls, catalogue: Catalogue) -> Mapping[str, str]:
        return {persona.name: persona.role for persona in catalogue.personas.values()}


class People(Word):
    """Several people, by name."""

    __slots__ = ()
    pattern = rf"{Persona.pattern}(?:, {Persona.pattern})* and {Persona.pattern}"
    meaning = "personas of scenarios.yaml, separated by commas and 'and'"

    def __iter__(self) -> Iterator[str]:
        return iter(self.replace(" and ", ", ").split(", "))

    def check(self, catalogue: Catalogue) -> None:
        for name in self:
            catalogue.persona(name)


class Budget(Word):
    """A named budget."""

    __slots__ = ()
    pattern = r"[a-z][a-z0-9_]*"
    meaning = "a budget of scenarios.yaml"

    def check(self, catalogue: Catalogue) -> None:
        catalogue.budget(self)

    @classmethod
    def values(cls, catalogue: Catalogue) -> Mapping[str, str]:
        return {budget.name: f"{budget.limit}, {budget.why}" for budget in catalogue.budgets.values()}


class Template(Word):
    """A desktop template."""

    __slots__ = ()
    pattern = r"[a-z][a-z0-9-]*"
    meaning = "a template of scenarios.yaml"

    def check(self, catalogue: Catalogue) -> None:
        catalogue.template(self)

    @classmethod
    def values(cls, catalogue: Catalogue) -> Mapping[str, str]:
        return {template.name: template.description or "" for template in catalogue.templates.values()}


class Session(Word):
    """Whose session: ``the session`` is the one asked for last; ``alice's session`` is hers."""

    __slots__ = ()
    pattern = r"the session|[a-z][a-z0-9-]*'s session"
    meaning = "'the session' (the one asked for last) or \"PERSONA's session\""

    @property
    def owner(self) -> str | None:
        """The persona whose session is meant; None for the one asked for last."""
        return None if self == "the session" else self.removesuffix("'s session")

    def check(self, catalogue: Catalogue) -> None:
        if self.owner is not None:
            catalogue.persona(self.owner)

    @classmethod
    def values(cls, catalogue: Catalogue) -> Mapping[str, str]:
        owned = {f"{name}'s session": "" for name in catalogue.personas}
        return {"the session": "the one asked for last", **owned}


class Phase(Word):
    """A phase of a session's life."""

    __slots__ = ()
    pattern = r"Pending|Creating|Running|Terminating|Failed"
    meaning = "Pending, Creating, Running, Terminating or Failed"


class Phases(Word):
    """Several phases in order."""

    __slots__ = ()
    pattern = rf"(?:{Phase.pattern})(?:, (?:{Phase.pattern}))+"
    meaning = f"two or more of {Phase.pattern.replace('|', ', ')}, in order, separated by commas"

    def __iter__(self) -> Iterator[str]:
        return iter(self.split(", "))


KINDS = {
    "pod": "Pod",
    "volume claim": "PersistentVolumeClaim",
    "secret": "Secret",
    "service": "Service",
    "ingress": "Ingress",
}
"""A kind in the words of a story, and what Kubernetes calls it."""


class Kinds(Word):
    """Several kinds of things that a session owns."""

    __slots__ = ()
    pattern = rf"(?:{'|'.join(KINDS)})(?:(?:, | and )(?:{'|'.join(KINDS)}))*"
    meaning = "one or more of " + ", ".join(KINDS)

    def __iter__(self) -> Iterator[str]:
        return (KINDS[word] for word in self.replace(" and ", ", ").split(", "))


class Kind(Word):
    """One kind of thing that a session owns."""

    __slots__ = ()
    pattern = "|".join(KINDS)
    meaning = "one of " + ", ".join(KINDS)

    @property
    def kubernetes(self) -> str:
        """What Kubernetes calls it."""
        return KINDS[self]


class Credential(Word):
    """What a visitor shows at a door."""

    __slots__ = ()
    pattern = r"no credential|a wrong password|another user's credential"
    meaning = "no credential, a wrong password or another user's credential"


class Way(Word):
    """How a person reaches the platform."""

    __slots__ = ()
    pattern = r"by API|from the command line"
    meaning = "by API or from the command line"

    @property
    def channel(self) -> Literal["API", "command line"]:
        """The channel that is meant."""
        return "API" if self == "by API" else "command line"


class Field(Word):
    """Something that a request for a session says."""

    __slots__ = ()
    pattern = r"name|user|template|number of GPUs|memory|CPU|persistence|volume size|lifetime"
    meaning = "name, user, template, number of GPUs, memory, CPU, persistence, volume size or lifetime"


class Value(Word):
    """What a request says of a field: a quoted text, a number, or nothing at all."""

    __slots__ = ()
    pattern = r'missing|-?[0-9]+|"[^"]*"'
    meaning = "a text in quotes, a whole number, or missing"

    @property
    def given(self) -> str | int | None:
        """The value itself; None leaves the field out."""
        if self == "missing":
            return None
        return self[1:-1] if self.startswith('"') else int(self)


class Verbs(Word):
    """What somebody may do."""

    __slots__ = ()
    pattern = r"[a-z]+(?:, [a-z]+)* and [a-z]+"
    meaning = "verbs of the API, separated by commas and 'and'"

    def __iter__(self) -> Iterator[str]:
        return iter(self.replace(" and ", ", ").split(", "))


WORDS: tuple[type[Word], ...] = (
    Word,
    Persona,
    People,
    Budget,
    Template,
    Session,
    Phase,
    Phases,
    Kind,
    Kinds,
    Credential,
    Way,
    Field,
    Value,
    Verbs,
)


def converters() -> dict[str, Callable[[str], Any]]:
    """For ``behave.register_type``: each word's name and a converter that carries its pattern."""

    def converter(word: type[Word]) -> Callable[[str], Word]:
        def convert(text: str) -> Word:
            return word(text)

        convert.pattern = word.pattern  # type: ignore[attr-defined]
        return convert

    return {word.__name__: converter(word) for word in WORDS}
