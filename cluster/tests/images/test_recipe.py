"""A recipe is understood whole or refused with the file, the key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessionproof_cluster.images.errors import RecipeError
from sessionproof_cluster.images.recipe import read

WHOLE = """
name = "thing"
version = "1.2.3"
[debian]
packages = ["python3"]
without = ["usr/share/perl"]
[python]
package = "thing"
[[python.patch]]
file = "a/b.py"
find = "x"
replace = "y"
why = "z"
[[file]]
source = "rc.xml"
target = "/etc/rc.xml"
mode = "0755"
[run]
entrypoint = ["python3", "-m", "thing"]
env = { A = "1" }
"""
LEAST = 'name = "thing"\nversion = "1"\n[run]\nentrypoint = ["/thing"]\n'


def written(folder: Path, text: str) -> Path:
    (folder / "image.toml").write_text(text)
    (folder / "rc.xml").write_text("<rc/>")
    return folder


def test_whole_recipe_is_read(tmp_path: Path) -> None:
    """Every key of the format has its place."""
    recipe = read(written(tmp_path, WHOLE))

    assert recipe.reference == "sessionproof.local/thing:1.2.3"
    assert recipe.files[0].mode == 0o755
    assert recipe.files[0].source == tmp_path / "rc.xml"
    assert recipe.patches[0].why == "z"
    assert recipe.env == {"A": "1"}


def test_least_recipe_runs_as_an_ordinary_user(tmp_path: Path) -> None:
    """What is not said is safe: no root, no Python."""
    recipe = read(written(tmp_path, LEAST))

    assert (recipe.user, recipe.python_package, recipe.packages) == ("1000:1000", None, ())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('name = "thing"\n', "version: is missing"),
        (LEAST.replace("thing", "Thing"), "name: 'Thing' does not have the form"),
        (LEAST + "entry = 1\n", "run.entry: is not a known key; did you mean 'entrypoint'?"),
        (LEAST + 'user = "user"\n', "run.user: 'user' does not have the form"),
        (
            LEAST + '[debian]\npackages = "python3"\n',
            "debian.packages: must be a list of texts, found 'python3'",
        ),
        (LEAST + '[[file]]\nsource = "no"\ntarget = "/x"\n', "file[0].source: "),
        (
            LEAST + '[[file]]\nsource = "rc.xml"\ntarget = "x"\n',
            "file[0].target: 'x' is not an absolute path",
        ),
        (LEAST + '[[python.patch]]\nfile = "a"\n', "python.patch[0].find: is missing"),
        ("name =", "not valid TOML"),
        ('name = "thing"\nversion = "1"\n', "run.entrypoint: is missing or empty"),
    ],
)
def test_wrong_recipe_is_refused_with_file_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    """Whoever wrote it finds the place."""
    with pytest.raises(RecipeError) as refusal:
        read(written(tmp_path, text))

    assert str(refusal.value).startswith(str(tmp_path / "image.toml"))
    assert complaint in str(refusal.value)


def test_folder_without_recipe_is_named(tmp_path: Path) -> None:
    """A wrong path is not a traceback."""
    with pytest.raises(RecipeError, match="there is no such file"):
        read(tmp_path)
