"""What the lower layers ask of the system they run on; `observe.platform` is the real one.

It is handed in, never imported: tests, the simulation and a browser build hand in another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path


class Platform(Protocol):
    """Clock, zone and the few file operations that differ between systems."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC by the system's clock, which may jump."""

    def monotonic_ms(self) -> int:
        """Milliseconds since some fixed moment of this run; never runs backwards, and goes on through a suspend."""

    def zone(self) -> str:
        """IANA name of this machine's zone, the same answer for the whole run."""

    def fsync_file(self, fd: int) -> None:
        """Bring what was written to an open file onto the disk itself. Raises OSError."""

    def fsync_dir(self, path: Path) -> None:
        """Bring a rename or a new name in this folder onto the disk, where the system can. Raises OSError."""

    def private_dir(self, path: Path) -> None:
        """Make the folder if need be, and let its owner alone into it. Raises OSError."""

    def private_file(self, path: Path) -> None:
        """Make the file (empty) if need be, and let its owner alone read and write it. Raises OSError."""

    def secret(self, path: Path) -> bytes:
        """What `keep_secret` kept under this name. Raises OSError."""

    def keep_secret(self, path: Path, data: bytes) -> None:
        """Keep a secret where only this user gets at it: the system's keyring, or this file. Raises OSError."""

    def alone(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """A database file (made if need be), to be read and written while no process has it open in SQLite.

        Whoever opens it meanwhile waits as for any writer. This process must have no other view of it.
        Raises BlockingIOError when some process has it open, OSError when it cannot be opened.
        """

    def sync_folder_reason(self, path: Path) -> str | None:
        """Which sync program carries this path and from where, in words; None when none is known to."""

    def free_bytes(self, path: Path) -> int:
        """Room left for this user where the path lies (or would lie). Raises OSError."""

    async def start(self, home: Path, arguments: Sequence[str]) -> Process:
        """Start a command of this program on a home, its input and output piped.

        Raises OSError, and NotImplementedError where there are no processes.
        """

    def run_briefly(self, home: Path, arguments: Sequence[str], seconds: float) -> None:
        """Run a command of this program on a home without a word; end it when it takes longer. Raises as `start`."""
