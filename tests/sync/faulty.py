"""A folder, and the machine below it, in which one call goes wrong: the nth of all that happen.

`Nth` counts what is done to the folder (before and after each call of `Folder`), what `RealFolder.publish` does below
(temp file, fsync, replace, fsync of the folder) and what the home commits; at number `at` it does what `fault` says.
"""

import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from observe.platform import Platform
from observe.store.connection import Database
from observe.sync.folder import RealFolder

Fault = Callable[[str], None]


class Nth:
    """What happens, in order; `at` is the number (from 1) of that which goes wrong, `hit` what it was.

    `only`: nothing else is counted. `lasting`: all that follows goes wrong too.
    """

    def __init__(self, at: int = 0, fault: Fault | None = None, *, only: str = "", lasting: bool = False) -> None:
        self.at, self.fault, self.only, self.lasting = at, fault, only, lasting
        self.seen: list[str] = []
        self.hit = ""
        self._lock = threading.Lock()  # files are read by several threads

    def __call__(self, what: str) -> bool:
        """Count it; whether it is to be cut short."""
        with self._lock:
            if self.only not in ("", what):
                return False
            self.seen.append(what)
            now = len(self.seen) == self.at or (self.lasting and 0 < self.at < len(self.seen))
        if now:
            self.hit = what
            if self.fault is not None:
                self.fault(what)
        return now and self.fault is None


def failing(code: int) -> Fault:
    """The system's refusal, by its number."""

    def fail(what: str) -> None:
        raise OSError(code, os.strerror(code), what)

    return fail


def kill(what: str) -> None:
    """The machine loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)


class Hang:
    """A call that gives no answer until the test is over."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def __call__(self, what: str) -> None:
        self.over.wait(30)
        raise OSError(errno.EIO, os.strerror(errno.EIO), what)


class Faulty:
    """A `Folder` on a real directory. A call that is cut short gives or leaves half of what it should."""

    def __init__(self, folder: RealFolder, nth: Nth) -> None:
        self.folder, self.nth = folder, nth

    def marker(self) -> bytes | None:
        cut = self.nth("marker")
        found = self.folder.marker()
        return found[: len(found) // 2] if cut and found is not None else found

    def begin(self, marker: bytes) -> None:
        self.nth("begin")
        self.folder.begin(marker)
        self.nth("begin, done")

    def list(self) -> list[str]:
        cut = self.nth("list")
        found = self.folder.list()
        return found[: len(found) // 2] if cut else found

    def read(self, path: str, limit: int) -> bytes:
        cut = self.nth("read")
        data = self.folder.read(path, limit)
        return data[: len(data) // 2] if cut else data

    def publish(self, path: str, data: bytes) -> None:
        if self.nth("publish"):  # a share that is lost in the middle, where no temp file helped
            target = self.folder.top / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data[: len(data) // 2])
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)
        self.folder.publish(path, data)
        self.nth("publish, done")

    def remove(self, path: str) -> None:
        if self.nth("remove"):
            return
        self.folder.remove(path)
        self.nth("remove, done")


class Machine(Platform):
    """This machine at a moment of the test's, whose disk may fail."""

    __slots__ = ("ms", "nth")

    def __init__(self, ms: int, nth: Nth | None = None) -> None:
        super().__init__()
        self.ms, self.nth = ms, nth or Nth()

    def wall_ms(self) -> int:
        return self.ms

    def monotonic_ms(self) -> int:
        return self.ms

    def zone(self) -> str:
        return "UTC"

    def sync_folder_reason(self, path: Path) -> str | None:
        return None

    def fsync_file(self, fd: int) -> None:
        self.nth("fsync of a file")
        super().fsync_file(fd)
        self.nth("fsync of a file, done")

    def fsync_dir(self, path: Path) -> None:
        self.nth("fsync of a folder")
        super().fsync_dir(path)
        self.nth("fsync of a folder, done")


@contextmanager
def seams(nth: Nth, *, home: bool = False) -> Iterator[None]:
    """Count the renames of this process too; `home`: and what it commits to its database."""
    replace, transaction = os.replace, Database.transaction

    def counted(source: Any, target: Any) -> None:
        nth("replace")
        replace(source, target)
        nth("replace, done")

    @contextmanager
    def committed(self: Database) -> Iterator[None]:
        with transaction(self):
            yield
            nth("commit")
        nth("commit, done")

    os.replace = counted  # type: ignore[assignment]  # the seam itself
    if home:
        Database.transaction = committed  # type: ignore[method-assign]
    try:
        yield
    finally:
        os.replace, Database.transaction = replace, transaction  # type: ignore[method-assign]
