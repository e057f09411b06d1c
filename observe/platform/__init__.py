"""All that differs between systems: home, clock, zone, durable and private files, the app's lock.

Made once by the command line or the app and handed down as one object (`observe.domain.ports.Platform`
is the part that lower layers see). Nothing POSIX-only or Windows-only is imported before it is needed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from observe.platform.lock import AppLock

# What a file system answers that cannot do the thing at all, as against one that failed.
_NOT_SUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
# Python's monotonic clock stands still in a suspend on Linux and macOS, and goes on on Windows; a lid
# closed between two visits must not shift the times of the next.
_BOOT_CLOCK: int | None = getattr(
    time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None) if sys.platform == "darwin" else None
)


class Platform:
    """This machine. One is made per start: what it was told once (the zone) stays."""

    __slots__ = ("_zone",)

    def __init__(self) -> None:
        self._zone = ""

    def default_home(self) -> Path:
        """The folder for user data on this system, with `observe` in it. Nothing is created."""
        import platformdirs  # 3 ms that a command with --home does not owe

        return platformdirs.user_data_path("observe", appauthor=False)

    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Milliseconds of a clock that nobody sets and that goes on through a suspend."""
        if _BOOT_CLOCK is not None:
            return time.clock_gettime_ns(_BOOT_CLOCK) // 1_000_000
        return time.monotonic_ns() // 1_000_000

    def zone(self) -> str:
        """IANA name of this machine's zone; `UTC` when the system does not say."""
        if not self._zone:
            from observe.platform.zone import machine_zone

            self._zone = machine_zone()
        return self._zone

    def fsync_file(self, fd: int) -> None:
        """Bring an open file onto the disk itself.

        On macOS a plain fsync stops at the drive's own cache. Raises OSError.
        """
        if sys.platform == "darwin":
            import fcntl

            try:
                fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
                return
            except OSError as error:  # network shares know fsync only
                if error.errno not in {*_NOT_SUPPORTED, errno.ENOTTY}:
                    raise
        os.fsync(fd)

    def fsync_dir(self, path: Path) -> None:
        """Bring a folder's names onto the disk; nothing on Windows, which has no such call. Raises OSError."""
        if sys.platform == "win32":
            return
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        except OSError as error:  # some network and FUSE file systems refuse it for folders
            if error.errno not in _NOT_SUPPORTED:
                raise
        finally:
            os.close(fd)

    def private_dir(self, path: Path) -> None:
        """Make the folder if need be; mode 0700. On Windows the user's own folders are private already."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _only_mine(path, 0o700)

    def private_file(self, path: Path) -> None:
        """Make the file if need be; mode 0600. SQLite gives its -wal and -shm the mode of the database.

        One that is there is not opened: on POSIX, closing any descriptor of a file drops every lock this process
        has on it, and a database that is open without its locks loses its write-ahead log to the next command.
        """
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            pass
        _only_mine(path, 0o600)

    def secret(self, path: Path) -> bytes:
        """What `keep_secret` kept under this name. Raises OSError."""
        from observe.platform import secret

        return secret.read(path)

    def keep_secret(self, path: Path, data: bytes) -> None:
        """Keep a secret: in the system's keyring where there is one, else in this file, for its owner alone."""
        from observe.platform import secret

        secret.keep(path, data)
        self.fsync_dir(path.parent)

    def alone(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """A database file while no process has it open in SQLite. Raises BlockingIOError when one has."""
        from observe.platform.alone import alone

        return alone(path)

    def sync_folder_reason(self, path: Path) -> str | None:
        """Which sync program carries this path (`Dropbox carries /home/mia/Dropbox`), None when none is known to."""
        from observe.platform.sync_folders import reason

        return reason(path)

    def free_bytes(self, path: Path) -> int:
        """Bytes this user may still write where the path lies; the path itself need not exist yet."""
        import shutil

        while not path.exists() and path != path.parent:
            path = path.parent
        return shutil.disk_usage(path).free

    async def start(self, home: Path, arguments: Sequence[str]) -> Process:
        """Start a command of this program on a home, its input and output piped.

        Raises OSError, and NotImplementedError where there are no processes.
        """
        from observe.platform import beside

        return await beside.start(home, arguments)

    def run_briefly(self, home: Path, arguments: Sequence[str], seconds: float) -> None:
        """Run a command of this program on a home without a word; end it when it takes longer. Raises as `start`."""
        from observe.platform import beside

        beside.run_briefly(home, arguments, seconds)

    def lock_app(self, home: Path, where: str = "") -> AppLock:
        """Take the home for the app. Raises AppHeld when another app has it.

        `where` tells a later app where this one is; by default the terminal's name.
        """
        from observe.platform import lock

        return lock.acquire(home, lock.myself(self.wall_ms(), where))

    @contextlib.contextmanager
    def one_sync(self, home: Path) -> Iterator[bool]:
        """Whether this is the only sync of a home; for as long as the block lasts, if so. Raises OSError."""
        from observe.platform import lock

        held = lock.only_one(home / "sync.lock")
        try:
            yield held is not None
        finally:
            if held is not None:
                os.close(held)

    def take_over(self, home: Path, where: str = "", wait_s: float = 5.0) -> AppLock:
        """Ask the app that has the home to leave, and take it as soon as it has.

        A killed app holds nothing any more, so this succeeds at once. Raises AppHeld when the other
        one has not left after `wait_s` seconds. Blocks meanwhile.
        """
        from observe.platform import lock

        return lock.take_over(home, lock.myself(self.wall_ms(), where), wait_s)


def _only_mine(path: Path, mode: int) -> None:
    if sys.platform == "win32" or path.stat().st_mode & 0o777 == mode:
        return
    try:
        path.chmod(mode)
    except OSError as error:  # FAT and some shares know no owners; `doctor` reports the mode that is there
        if error.errno not in {*_NOT_SUPPORTED, errno.EPERM}:
            raise
