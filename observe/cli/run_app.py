"""`observe` without a command: the app."""

import os
import sys
from pathlib import Path

from observe.domain.errors import Refused
from observe.platform import Platform


def run_app(path: Path, platform: Platform) -> int:
    """Open the app on a home; its exit status."""
    needs_terminal()
    from observe.app import run

    return run(path, platform)


def needs_terminal() -> None:
    """Where nobody can tap or read, the app would wait for ever. Raises Refused."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    # A driver named by whoever starts the app (a browser's) has its own way in and out.
    if "TEXTUAL_DRIVER" not in os.environ and not all(s is not None and s.isatty() for s in streams):
        raise Refused("the app was not opened", "it needs a terminal", "see `observe --help` for commands without one")
