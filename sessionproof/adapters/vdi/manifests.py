"""What a target ships for its platform, and what a cluster must have for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from sessionproof.adapters.vdi import objects
from sessionproof.catalogue import Catalogue, Target
from sessionproof.clients.kubernetes import ResourceType, kinds
from sessionproof.errors import TargetUnavailable
from sessionproof.targets import Needs, Right

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C: a tenth of the time
_LOOKED_AT = ("get", "list", "watch")
_APPLIED = ("get", "create", "patch")
_RBAC, _EXTENSIONS = "rbac.authorization.k8s.io/v1", "apiextensions.k8s.io/v1"
_RIGHTS = (
    Right(kinds.NAMESPACE, (*_LOOKED_AT, "create", "delete")),
    Right(ResourceType(objects.API_VERSION, "VDISession", "vdisessions"), (*_LOOKED_AT, "create", "delete")),
    Right(ResourceType(objects.API_VERSION, "VDITemplate", "vditemplates", False), (*_APPLIED, "delete")),
    *(
        Right(kind, (*_LOOKED_AT, "create", "patch", "delete"))
        for kind in (kinds.POD, kinds.SERVICE, kinds.SECRET, kinds.PVC, kinds.INGRESS)
    ),
    Right(kinds.POD, ("get",), "log"),
    Right(kinds.POD, ("get",), "exec"),
    Right(kinds.SERVICE, ("get",), "proxy"),
    Right(kinds.EVENT, _LOOKED_AT),
    Right(kinds.NODE, _LOOKED_AT),
    Right(ResourceType(_RBAC, "RoleBinding", "rolebindings"), _APPLIED),
    Right(ResourceType("v1", "User", "users", False), ("impersonate",)),
    Right(ResourceType("v1", "Group", "groups", False), ("impersonate",)),
)
"""What stories do as the administrator: they make, look, break and clean up."""
_RIGHTS_TO_ROOM = (
    Right(ResourceType("v1", "LimitRange", "limitranges"), ("create", "delete")),
    Right(kinds.NODE, ("patch",), "status"),
)
"""What it takes to let a session find no room for a while."""
_RIGHTS_TO_DEPLOY = (
    Right(kinds.DEPLOYMENT, (*_LOOKED_AT, "create", "patch", "delete")),
    Right(kinds.SERVICE_ACCOUNT, _APPLIED),
    Right(
        ResourceType(_EXTENSIONS, "CustomResourceDefinition", "customresourcedefinitions", False), _APPLIED
    ),
    Right(ResourceType(_RBAC, "ClusterRole", "clusterroles", False), _APPLIED),
    Right(ResourceType(_RBAC, "ClusterRoleBinding", "clusterrolebindings", False), (*_APPLIED, "delete")),
)


def shipped(target: Target, root: Path) -> Iterator[dict[str, Any]]:
    """
    The manifests of the target's ``deploy`` folder, with images as its nodes know them; none if it has none.

    :param root: folder that ``deploy`` is relative to.
    :raises TargetUnavailable: if there is no manifest in it.
    """
    if target.deploy is None:
        return
    folder = root / target.deploy
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise TargetUnavailable(f"target '{target.name}': no manifest in {folder}")
    for file in files:
        for manifest in yaml.load_all(file.read_text(), Loader=_Loader):
            if manifest:
                for container in _containers(manifest):
                    container["image"] = target.image(container["image"])
                yield manifest


def needs(target: Target, catalogue: Catalogue, root: Path) -> Needs:
    """What the stories need of the target's cluster."""
    images = {container["image"] for manifest in shipped(target, root) for container in _containers(manifest)}
    images |= {target.image(each.image) for each in catalogue.templates.values() if not each.missing}
    rights = _RIGHTS + (_RIGHTS_TO_DEPLOY if target.deploy else ())
    return Needs(rights + (_RIGHTS_TO_ROOM if target.can("room") else ()), sorted(images))


def _containers(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    if manifest["kind"] != "Deployment":
        return []
    found: list[dict[str, Any]] = manifest["spec"]["template"]["spec"]["containers"]
    return found
