"""Other processes of this program beside the app: the app's own never waits for a folder."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from pathlib import Path


def _line(home: Path, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "observe", "--home", str(home), *arguments]


async def start(home: Path, arguments: Sequence[str]) -> Process:
    """Start `observe ARGUMENTS` on a home; its standard streams are pipes. Raises OSError."""
    import asyncio
    from asyncio.subprocess import PIPE

    return await asyncio.create_subprocess_exec(*_line(home, arguments), stdin=PIPE, stdout=PIPE, stderr=PIPE)


def run_briefly(home: Path, arguments: Sequence[str], seconds: float) -> None:
    """Run `observe ARGUMENTS` on a home for so long at the most; what it says goes nowhere. Raises OSError."""
    import subprocess
    from subprocess import DEVNULL

    process = subprocess.Popen(_line(home, arguments), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # in a call that no signal ends: it is left to the system
            process.wait(0.1)
