"""The command line: reads arguments, calls the library, prints.

Results go to stdout, diagnostics to stderr. The exit code is 0 for success, 1 for a negative verdict, 2 for an error.
The commands are listed in the order in which their modules are imported here.
"""

from atlasgen.cli import building, serving, playing, auditing, documents  # isort: skip
from atlasgen.cli.app import app, main

__all__ = ["app", "auditing", "building", "documents", "main", "playing", "serving"]
