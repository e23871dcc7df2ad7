"""
Container images without Docker: a folder with an ``image.toml`` becomes a tar that containerd imports.

All downloading happens on this machine (Debian packages by mmdebstrap, Python packages by uv, exactly as
``uv.lock`` has them); nothing that runs inside the image needs the network. Example of a recipe::

    name = "vdi-operator"                   # reference sessionproof.local/vdi-operator:0.1.0
    version = "0.1.0"

    [debian]
    packages = ["python3", "ca-certificates"]        # Debian 12, without what is only recommended
    without = ["usr/share/fonts/truetype/*Serif*"]   # globs below the root, left out of the layer

    [python]
    package = "vdi-operator"                # a member of the uv workspace: locked dependencies and source
    without = ["*/tests"]                   # globs below the library folder

    [[python.patch]]                        # fails the build if `find` is not there exactly once
    file = "selkies/ice/mdns.py"            # below the library folder
    find = "future.set_exception(asyncio.TimeoutError)"
    replace = "future.done() or future.set_exception(asyncio.TimeoutError)"
    why = "a query that was answered already must not be failed"

    [[file]]                                # owned by root
    source = "rc.xml"                       # beside the recipe
    target = "/etc/xdg/openbox/rc.xml"
    mode = "0644"                           # the default

    [run]
    entrypoint = ["python3", "-m", "vdi_operator"]
    user = "1000:1000"                      # the default
    workdir = "/"                           # the default
    env = { METRICS_PORT = "8081" }

Python packages are on the path of the image's ``python3``. The image has up to three layers (Debian, Python
dependencies, own source and files); each is cached by the content it is made from under
``~/.cache/sessionproof/images/``, so that a change of code remakes only the last.

What may not live here: anything about clusters or about what a particular image does.
"""

from sessionproof_cluster.images.building import BuiltImage, build
from sessionproof_cluster.images.errors import ImageError, RecipeError, ToolFailed, ToolMissing

__all__ = ["BuiltImage", "ImageError", "RecipeError", "ToolFailed", "ToolMissing", "build"]
