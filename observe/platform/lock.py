"""One app in a home at a time, and how a second one finds and relieves the first."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from observe.domain.codec import iso
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass

_LOCK_FILE = "app.lock"
_REQUEST_FILE = "app.leave"
# What a file system answers that knows no locks.
_NO_LOCKS = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOLCK}


@dataclass(frozen=True, slots=True)
class Holder:
    """An app that is open somewhere. `since` is UTC (`...Z`); `where` a terminal, or "" when it has none."""

    pid: int
    host: str
    since: str
    where: str

    @classmethod
    def read(cls, data: Any) -> Holder:
        """From what a lock file says; whatever is missing or damaged is left empty."""
        data = data if isinstance(data, dict) else {}
        pid = data.get("pid")
        return cls(
            pid if isinstance(pid, int) else 0,
            *(value if isinstance(value := data.get(name), str) else "" for name in ("host", "since", "where")),
        )


class AppHeld(Refused):
    """The home is open in another app; `holder` says which one."""

    def __init__(self, holder: Holder) -> None:
        at = f" at {holder.where}" if holder.where else ""
        super().__init__(
            "observe is already open",
            f"on {holder.host or 'this machine'}{at} (process {holder.pid or 'unknown'})",
            "close it there or take over",
        )
        self.holder = holder


class AppLock:
    """The home, held for this app until `release` or the end of the process, however it ends.

    It guards comfort, not data: other processes may always log. So where a file system knows no
    locks, the app opens all the same.
    """

    def __init__(self, home: Path, fd: int, holder: Holder) -> None:
        self._home, self._fd, self.holder = home, fd, holder
        if hasattr(os, "register_at_fork"):
            # A forked helper would share the lock and keep it when the app is killed.
            os.register_at_fork(after_in_child=self._close)

    def asked_to_leave(self) -> Holder | None:
        """Who wants to take over, or None. Costs one look at a file: ask about once a second."""
        request = _read_json(self._home / _REQUEST_FILE)
        if request is None:
            return None
        to, by = Holder.read(request.get("to")), Holder.read(request.get("by"))
        # A request left behind by somebody who gave up names an earlier holder.
        return by if not to.pid or (to.pid, to.since) == (self.holder.pid, self.holder.since) else None

    def release(self) -> None:
        """Give the home back. Doing it twice is harmless."""
        self._close()

    def _close(self) -> None:
        # Closing frees it. The file stays: removing it would let two apps lock two files of one name.
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> AppLock:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()


def myself(wall_ms: int, where: str = "") -> Holder:
    """This process, since now; `where` by default its terminal."""
    import socket  # only for the name that people gave this machine

    return Holder(os.getpid(), socket.gethostname(), iso(wall_ms), where or _terminal())


def take_over(home: Path, me: Holder, wait_s: float) -> AppLock:
    """Take the home as soon as its app has left, having asked it to. Raises AppHeld after `wait_s` seconds."""
    until = time.monotonic() + wait_s
    asked: Holder | None = None
    while True:
        try:
            return acquire(home, me)
        except AppHeld as held:
            if time.monotonic() >= until:
                (home / _REQUEST_FILE).unlink(missing_ok=True)
                raise
            if held.holder != asked:
                asked = held.holder
                _write_aside(home / _REQUEST_FILE, {"to": asdict(asked), "by": asdict(me)})
        time.sleep(0.05)


def acquire(home: Path, me: Holder) -> AppLock:
    """Take the home. Raises AppHeld when another app has it, OSError when the home cannot be written."""
    path = home / _LOCK_FILE
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock_fd(fd):
            raise AppHeld(_holder(path))
        os.ftruncate(fd, 0)
        os.write(fd, json.dumps(asdict(me)).encode())
        (home / _REQUEST_FILE).unlink(missing_ok=True)
    except BaseException:
        os.close(fd)
        raise
    return AppLock(home, fd, me)


def only_one(path: Path) -> int | None:
    """A file held by this process alone, until it is closed or the process ends; None when another holds it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if _lock_fd(fd):
        return fd
    os.close(fd)
    return None


def _lock_fd(fd: int) -> bool:
    """Whether the open file is now this process's; False when another one has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # Windows keeps others from reading a locked byte, so lock one far behind the text.
            os.lseek(fd, 1 << 20, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
            os.lseek(fd, 0, os.SEEK_SET)
        else:
            # flock, not lockf: lockf's lock is lost as soon as this process closes any view of the file.
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:  # a browser's Python has no locks, and one app only
        return True
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
            return False
        if error.errno not in _NO_LOCKS:
            raise
    return True


def _holder(path: Path) -> Holder:
    # Its app may be between taking the lock and writing its name; that takes a moment only.
    for _ in range(10):
        data = _read_json(path)
        if data is not None:
            return Holder.read(data)
        time.sleep(0.02)
    return Holder(0, "", "", "")


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def _write_aside(path: Path, data: dict[str, Any]) -> None:
    # Written aside and renamed, so that the other app never reads half a request.
    aside = path.with_suffix(f".{os.getpid()}")
    fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, json.dumps(data).encode())
    finally:
        os.close(fd)
    os.replace(aside, path)


def _terminal() -> str:
    if sys.platform == "win32":
        return ""
    for fd in (0, 1, 2):
        try:
            return os.ttyname(fd)
        except OSError:
            continue
    return ""
