"""Opening the app. Knows no command line parser: loading one costs the first frame a tenth of its time."""

import os
import sys
from pathlib import Path

from observe.domain.errors import Refused
from observe.platform import Platform


def asked_for(args: list[str]) -> Path | None:
    """The home of a command line that asks for the app and nothing else; None for every other one.

    What is odd about it (a home that is a file, an empty name) is the parser's to say, so it is None too.
    """
    if "_OBSERVE_COMPLETE" in os.environ:
        return None  # a shell asks how a line could go on
    if not args:
        named = os.environ.get("OBSERVE_HOME")
    elif len(args) == 2 and args[0] == "--home":
        named = args[1]
    else:
        return None
    if named is None:
        return Platform().default_home()
    try:
        named.encode()
        return Path(named) if named and not Path(named).is_file() else None
    except (UnicodeEncodeError, OSError, ValueError):
        return None


def run_app(path: Path, platform: Platform) -> int:
    """Open the app on a home; its exit status."""
    needs_terminal()
    from observe.running import run

    return run(path, platform)


def needs_terminal() -> None:
    """Where nobody can tap or read, the app would wait for ever. Raises Refused."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    # A driver named by whoever starts the app (a browser's) has its own way in and out.
    if "TEXTUAL_DRIVER" not in os.environ and not all(s is not None and s.isatty() for s in streams):
        raise Refused("the app was not opened", "it needs a terminal", "see `observe --help` for commands without one")
