"""
The ``sessionproof`` command. Each command parses, calls one function and shows what came of it.

Nothing is decided here. Modules import what they call inside their functions: ``--help`` and shell
completion answer in a tenth of a second, whatever the rest of the library needs.
"""

from sessionproof.cli.main import main

__all__ = ["main"]
