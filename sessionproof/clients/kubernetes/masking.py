"""Objects as they may be kept and shown: no secret in them, and nothing that only fills pages."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

MASK = "•••"
# Per process: equal secrets look equal, but none can be guessed from its hash.
_KEY = secrets.token_bytes(16)
_SECRET_NAME = re.compile(r"pass(word|wd|phrase)?|secret|token|credential|(api|private)_?key", re.IGNORECASE)
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def fingerprint(value: str) -> str:
    """Stands for a secret: the same for the same value within this process, and nothing else."""
    return "hash:" + hashlib.blake2b(value.encode(), key=_KEY, digest_size=8).hexdigest()


def masked(source: dict[str, Any]) -> dict[str, Any]:
    """
    A copy of a Kubernetes object without secrets and without managed fields; *source* stays as it is.

    Values of a Secret become fingerprints, environment values named like a secret become a mask. Parts
    that need no change are shared with *source*.
    """
    about = source.get("metadata")
    copy = dict(source)
    if about and ("managedFields" in about or _LAST_APPLIED in (about.get("annotations") or {})):
        about = {key: value for key, value in about.items() if key != "managedFields"}
        if _LAST_APPLIED in (about.get("annotations") or {}):
            about["annotations"] = {
                key: value for key, value in about["annotations"].items() if key != _LAST_APPLIED
            }
        copy["metadata"] = about
    if source.get("kind") == "Secret":
        for part in ("data", "stringData"):
            if part in source:
                copy[part] = {key: fingerprint(value) for key, value in (source[part] or {}).items()}
    elif "spec" in source:
        copy["spec"] = _environment_masked(source["spec"])
    return copy


def _environment_masked(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: [_variable(item) for item in value or ()] if key == "env" else _environment_masked(value)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_environment_masked(item) for item in part]
    return part


def _variable(item: Any) -> Any:
    if isinstance(item, dict) and "value" in item and _SECRET_NAME.search(str(item.get("name", ""))):
        return item | {"value": MASK}
    return item
