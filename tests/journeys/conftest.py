"""Fixtures of the journeys."""

import sys

# Windows has no pseudo-terminals in the standard library; the same journey is made without one beside it.
collect_ignore_glob = ["*_pty.py"] if sys.platform == "win32" else []
