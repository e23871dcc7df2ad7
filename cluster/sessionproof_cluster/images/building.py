"""From a recipe to a tar that containerd imports, doing only what has not been done before."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sessionproof_cluster import packing
from sessionproof_cluster.images import debian, layers, patching, python_packages, running
from sessionproof_cluster.images.layers import Placed
from sessionproof_cluster.images.recipe import Recipe, read
from sessionproof_cluster.progress import Progress, silent

_UNUSED_LAYERS_KEPT = 14 * 24 * 3600
"""Seconds."""
BUILDER = "1"
"""Part of every key: raise it when the same recipe must give another image."""


@dataclass(frozen=True)
class BuiltImage:
    """An image on this machine, ready to be loaded into a cluster."""

    reference: str
    """The name pods give; no registry has it."""
    path: Path
    """OCI layout in one tar; ``ctr -n k8s.io images import`` takes it."""
    digest: str
    """Of the manifest, ``sha256:…``."""
    unpacked_bytes: int
    """Sum of the sizes of the files of all layers."""


@dataclass(frozen=True)
class _Layer:
    """One layer to be: what it is called, what it is made from, and how."""

    title: str
    key: str
    make: Callable[[Path, Path], int]
    """Given a folder to work in and the tar to write; returns the bytes of the files."""


def cache_folder() -> Path:
    """``${XDG_CACHE_HOME:-~/.cache}/sessionproof/images``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sessionproof" / "images"


def build(recipe_dir: Path, progress: Progress = silent) -> BuiltImage:
    """
    Build the image that ``image.toml`` in *recipe_dir* describes, or find it already built.

    Made again only if the recipe, its files, the source of its workspace members, or the lock file's part
    for them changed; and of the layers only those that differ. An interrupted build leaves the cache as it
    was. Concurrent builds wait for each other.

    :raises RecipeError: if the recipe cannot be read.
    :raises ToolMissing: without root, mmdebstrap or uv, saying how to get them.
    :raises ToolFailed: if a download or an installation fails, with the tool's last words.
    """
    recipe = read(recipe_dir)
    plan = _plan(recipe, progress)
    key = _key(
        recipe.reference,
        *(layer.key for layer in plan),
        json.dumps([recipe.entrypoint, recipe.user, recipe.workdir, recipe.env]),
    )
    target = cache_folder() / f"{recipe.name}-{key}.tar"
    with _cache_locked() as cache:
        if (built := _known(target)) is None:
            running.require_root()
            made = [_made(cache, layer, recipe.name, progress) for layer in plan]
            progress(f"image {recipe.name}", "packing")
            start = packing.Start(recipe.entrypoint, recipe.user, recipe.workdir, recipe.env)
            with _work_folder(cache) as work:
                digest = packing.pack(work / "image", recipe.reference, [path for path, _ in made], start)
                built = BuiltImage(recipe.reference, target, digest, sum(size for _, size in made))
                note = {
                    "reference": built.reference,
                    "digest": digest,
                    "unpacked_bytes": built.unpacked_bytes,
                }
                _publish(work / "image", target, note)
            _forget_predecessors(target, recipe.name)
    progress(f"image {recipe.name}", f"{built.reference}, {built.unpacked_bytes / 1e6:.0f} MB unpacked")
    return built


def _plan(recipe: Recipe, progress: Progress) -> list[_Layer]:
    def said(line: str) -> None:
        progress(f"image {recipe.name}", line.removeprefix("I: "))

    base = _Layer(
        "Debian packages",
        _key("debian", *sorted(recipe.packages), "without", *recipe.without, *layers.NEVER),
        lambda work, tar: debian.base_layer(work, tar, recipe.packages, recipe.without, said),
    )
    own = [Placed(file.target, file.source.read_bytes(), file.mode) for file in recipe.files]
    plan = [base]
    if recipe.python_package is not None:
        locked = python_packages.locked(python_packages.workspace_of(recipe.directory), recipe.python_package)
        own += python_packages.sources(locked.members)

        def dependencies(work: Path, tar: Path) -> int:
            library = work / "root" / python_packages.LIBRARY
            library.mkdir(parents=True)
            python_packages.install(locked.requirements, library, said)
            patching.apply(recipe, library)
            said("compiling Python packages")
            debian.compile_python(cache_folder() / f"layer-{base.key}.tar", work / "root", library)
            return layers.from_tree(library, python_packages.LIBRARY, tar, ("bin", *recipe.python_without))

        patches = [text for patch in recipe.patches for text in (patch.file, patch.find, patch.replace)]
        parts = ("python", base.key, locked.requirements, *patches, "without", *recipe.python_without)
        plan.append(_Layer("Python packages", _key(*parts), dependencies))
    contents = [
        f"{item.target} {item.mode} {hashlib.sha256(item.content or b'').hexdigest()}" for item in own
    ]
    plan.append(
        _Layer("own files", _key("own", *sorted(contents)), lambda _, tar: layers.from_files(own, tar))
    )
    return plan


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join((BUILDER, *parts)).encode()).hexdigest()[:16]


def _made(cache: Path, layer: _Layer, name: str, progress: Progress) -> tuple[Path, int]:
    """The layer's tar in the cache and the bytes of its files, made now if need be."""
    target = cache / f"layer-{layer.key}.tar"
    note = target.with_suffix(".json")
    if not note.exists():
        progress(f"image {name}", layer.title)
        with _work_folder(cache) as work:
            size = layer.make(work, work / "layer")
            _publish(work / "layer", target, {"unpacked_bytes": size})
    for path in (target, note):
        path.touch()  # The time of the last use, by which layers are kept.
    size = json.loads(note.read_text())["unpacked_bytes"]
    return target, size


def _publish(made: Path, target: Path, note: dict[str, object]) -> None:
    """Put a finished tar in its place; its note, written last, says that it is whole."""
    made.replace(target)
    half = made.with_suffix(".note")
    half.write_text(json.dumps(note))
    half.replace(target.with_suffix(".json"))


def _known(target: Path) -> BuiltImage | None:
    note = target.with_suffix(".json")
    if not note.exists() or not target.exists():
        return None
    said = json.loads(note.read_text())
    return BuiltImage(said["reference"], target, said["digest"], said["unpacked_bytes"])


def _forget_predecessors(target: Path, name: str) -> None:
    """Images are large and made anew at each change of code: of a name only the newest is kept."""
    for path in target.parent.glob(f"{name}-*.*"):
        if path.stem != target.stem and len(path.stem) == len(target.stem):
            path.unlink()
    for path in target.parent.glob("layer-*"):
        if path.stat().st_mtime < time.time() - _UNUSED_LAYERS_KEPT:
            path.unlink()


@contextmanager
def _cache_locked() -> Iterator[Path]:
    """The cache folder, for one build at a time; what a killed build left in it is removed."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in cache.glob("work-*"):
            shutil.rmtree(left)
        yield cache


@contextmanager
def _work_folder(cache: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="work-", dir=cache) as folder:
        yield Path(folder)
