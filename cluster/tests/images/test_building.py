"""An image is made again when what it is made of changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessionproof_cluster.images import building, debian, patching, python_packages, running
from sessionproof_cluster.images.errors import ImageError, RecipeError, ToolFailed, ToolMissing
from sessionproof_cluster.images.layers import Placed, from_files
from sessionproof_cluster.images.recipe import read

TEXT = """
name = "thing"
version = "1"
[debian]
packages = ["python3"]
[[file]]
source = "a.txt"
target = "/a.txt"
[run]
entrypoint = ["/bin/true"]
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A folder with a recipe and its file."""
    folder = tmp_path / "thing"
    folder.mkdir()
    (folder / "image.toml").write_text(TEXT)
    (folder / "a.txt").write_text("one")
    return folder


@pytest.fixture
def debootstrapped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A cache of its own and a stand-in for Debian; the list tells how often that was asked."""
    asked: list[str] = []

    def base_layer(_: Path, tar: Path, packages: tuple[str, ...], *__: object) -> int:
        asked.append(",".join(packages))
        return from_files([Placed("/bin/true", b"#!", 0o755)], tar)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(debian, "base_layer", base_layer)
    monkeypatch.setattr(running, "require_root", lambda: None)
    return asked


def test_second_build_finds_the_first(recipe: Path, debootstrapped: list[str]) -> None:
    """Nothing changed, nothing done."""
    assert building.build(recipe) == building.build(recipe)
    assert debootstrapped == ["python3"]


def test_changed_file_remakes_the_image_but_not_its_base(recipe: Path, debootstrapped: list[str]) -> None:
    """A change of code costs no new root file system, and the old image is not kept."""
    first = building.build(recipe)
    (recipe / "a.txt").write_text("two")

    second = building.build(recipe)

    assert first.digest != second.digest
    assert (first.path.exists(), second.path.exists()) == (False, True)
    assert debootstrapped == ["python3"]


@pytest.mark.parametrize(
    ("old", "new", "bases"),
    [
        ('"python3"', '"python3", "procps"', 2),
        ('"/bin/true"', '"/bin/false"', 1),
        ('version = "1"', 'version = "2"', 1),
        ("[debian]", '[debian]\nwithout = ["usr/share/x"]', 2),
    ],
)
def test_changed_recipe_gives_another_image(
    recipe: Path, debootstrapped: list[str], old: str, new: str, bases: int
) -> None:
    """Everything the recipe says is part of the key, and of the layers' keys where it concerns them."""
    first = building.build(recipe)
    (recipe / "image.toml").write_text(TEXT.replace(old, new))

    assert building.build(recipe).path != first.path
    assert len(debootstrapped) == bases


def test_interrupted_build_leaves_nothing_half(
    recipe: Path, debootstrapped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache holds whole layers and whole images only, and the next build succeeds."""

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(debian, "base_layer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            building.build(recipe)
    assert [path.name for path in building.cache_folder().iterdir()] == ["lock"]

    (building.cache_folder() / "work-killed").mkdir()
    building.build(recipe)

    assert not (building.cache_folder() / "work-killed").exists()
    assert debootstrapped == ["python3"]


def test_patch_whose_text_is_gone_stops_the_build(recipe: Path, tmp_path: Path) -> None:
    """A new release of the package is noticed, not silently left unpatched."""
    patch = '[[python.patch]]\nfile = "p/m.py"\nfind = "old"\nreplace = "new"\nwhy = "it wedged"\n'
    (recipe / "image.toml").write_text(TEXT + patch)
    module = tmp_path / "p" / "m.py"
    module.parent.mkdir()
    module.write_text("call(old)")

    patching.apply(read(recipe), tmp_path)
    assert module.read_text() == "call(new)"

    with pytest.raises(RecipeError, match=r"python\.patch\[0\]\.find: 'old' is 0 times in p/m\.py"):
        patching.apply(read(recipe), tmp_path)


def test_missing_tool_is_explained() -> None:
    """The message has the name and the remedy."""
    with pytest.raises(ToolMissing, match=r"no-such-tool is neither on PATH .*; install it"):
        running.find("no-such-tool", "install it")


def test_failed_tool_is_quoted() -> None:
    """The last words of the tool are in the message."""
    with pytest.raises(ToolFailed, match=r"(?s)fetching failed: sh ended with status 3.*no route") as failure:
        running.run("fetching", ["sh", "-c", "echo no route >&2; exit 3"])

    assert failure.value.status == 3


def test_recipe_outside_a_workspace_is_refused(tmp_path: Path) -> None:
    """Locked dependencies need a lock file."""
    with pytest.raises(ImageError, match=r"no folder above it holds a uv\.lock"):
        python_packages.workspace_of(tmp_path)


def test_members_give_their_packages_without_leftovers(tmp_path: Path) -> None:
    """Source and data of the package, no byte code, no tests beside it."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.hatch.build.targets.wheel]\npackages = ["pkg"]\n', encoding="utf-8"
    )
    for name in ("pkg/__init__.py", "pkg/page.html", "pkg/__pycache__/x.pyc", "tests/t.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")

    placed = python_packages.sources((tmp_path,))

    library = python_packages.LIBRARY
    assert [item.target for item in placed] == [f"{library}/pkg/__init__.py", f"{library}/pkg/page.html"]


@pytest.mark.machine
def test_interruption_takes_mounts_and_processes_with_it(tmp_path: Path) -> None:
    """What a tool mounted is never seen by this machine, so that clean-up cannot walk into it."""
    (tmp_path / "proc").mkdir()
    seen: list[str] = []

    def interrupt(line: str) -> None:
        seen.append(line)
        raise KeyboardInterrupt

    script = f"mount -t proc proc {tmp_path}/proc; sleep 60 & echo mounted; wait"
    with pytest.raises(KeyboardInterrupt):
        running.run("mounting", [*running.CONTAINED, "sh", "-c", script], said=interrupt)

    assert seen == ["mounted"]
    assert str(tmp_path) not in Path("/proc/mounts").read_text()
    assert list((tmp_path / "proc").iterdir()) == []
