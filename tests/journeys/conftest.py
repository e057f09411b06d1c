"""Fixtures of the journeys."""

import sys

from ..ui.conftest import _no_longer_than_needed as _no_longer_than_needed

# Windows has no pseudo-terminals in the standard library; the same journey is made without one beside it.
collect_ignore_glob = ["*_pty.py"] if sys.platform == "win32" else []
