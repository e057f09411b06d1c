"""Fixtures of the journeys."""

import sys

# Windows has no pseudo-terminals in the standard library; the same journey is made without one beside it.
PTY = ["test_day_killed_pty.py", "test_every_pad_pty.py", "test_live_pty.py", "test_welcome_pty.py"]
collect_ignore = PTY if sys.platform == "win32" else []
