"""What the suite does in a cluster, and whether it may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sessionproof.clients.kubernetes import ApiError, Client, ResourceType
from sessionproof.targets.errors import Lacking

_EVERYTHING = ResourceType("*/*", "*", "*")


@dataclass(frozen=True)
class Right:
    """Something that the suite does in a cluster."""

    kind: ResourceType
    verbs: tuple[str, ...]
    subresource: str = ""

    def lacking(self, client: Client) -> list[str]:
        """Which of the verbs this user may not do, in words."""
        what = f"{self.kind}/{self.subresource}" if self.subresource else str(self.kind)
        return [
            f"{verb} {what}"
            for verb in self.verbs
            if not client.can_i(verb, self.kind, subresource=self.subresource)
        ]


def must_be_had(client: Client, rights: Iterable[Right]) -> str:
    """
    Ask the API server whether this user has all of *rights* in all namespaces.

    :returns: what was found.
    :raises Lacking: with each verb and kind that is refused.
    """
    try:
        if client.can_i("*", _EVERYTHING):
            return "all"
        lacking = [text for right in rights for text in right.lacking(client)]
    except ApiError as error:
        raise Lacking(
            f"the user may not even ask for its rights: {error}", "renew its credentials"
        ) from error
    if lacking:
        raise Lacking(f"the user may not {', '.join(lacking)}", "give it these rights in all namespaces")
    return "what the stories need"
