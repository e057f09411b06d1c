"""Holding a database file while no connection to it exists anywhere, so that its bytes may be replaced."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

# Where SQLite locks a database file, the same on every system (https://sqlite.org/lockingv3.html). In WAL
# mode each connection holds a shared lock there as long as it is open, idle or not.
_FIRST, _BYTES = 0x40000000, 512


@contextmanager
def alone(path: Path) -> Iterator[BinaryIO]:
    """The file, to be read and written; whoever opens it in SQLite meanwhile waits as for any writer.

    This process must have no other view of the file: closing one would end the lock. Raises
    BlockingIOError when some process has it open, OSError when it cannot be opened.
    """
    with open(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b") as file:
        _lock(file.fileno())
        yield file


def _lock(fd: int) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(fd, _FIRST, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, _BYTES)
            os.lseek(fd, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, _BYTES, _FIRST)
    except ImportError:  # a browser's Python has no locks, and one process only
        pass
    except OSError as error:
        if isinstance(error, PermissionError | BlockingIOError):  # what a held lock answers, by system
            raise BlockingIOError(error.errno, "another process has it open") from error
        raise
