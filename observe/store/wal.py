"""The write-ahead log as bytes: whether confirmed frames of it are gone, and the pages it holds.

SQLite takes a log that stops verifying for one whose last write was torn, and goes on without the rest; a
log that is missing, for an empty one. Both are right after a power cut, when nothing of it was
confirmed. The index that the last process left beside it (`-shm`) counts a frame only once it was
synced, so it can tell the two apart. Formats: https://sqlite.org/walformat.html
"""

import os
import sqlite3
import struct
from pathlib import Path

from observe.domain.frozen import dataclass

_HEADER, _FRAME_HEADER = 32, 24
_INDEX = 48
_VERSION = 3007000
_MARK = "-lost"
_MAGIC = (0x377F0682, 0x377F0683)

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What opening a database may raise: the driver wants SQLite's words in UTF-8, and they quote what is damaged."""


@dataclass(frozen=True, slots=True)
class _Index:
    """What `-shm` says: committed frames, how many of them are in the database too, and of which log."""

    frames: int
    copied: int
    page_size: int
    salts: bytes


def beside(path: Path, suffix: str) -> Path:
    """The database's `-wal` or `-shm`."""
    return path.with_name(path.name + suffix)


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, and whose close leaves the log as it is."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def lost(path: Path) -> str | None:
    """Why confirmed frames are gone, None when none are known to be. Once said, it is said until `forget`.

    Only for a database that this process has not opened: closing any view of `-shm` would drop the locks
    that SQLite holds on it.
    """
    try:
        return beside(path, _MARK).read_text() or None
    except OSError:
        fault = _lost(path)
    if fault is not None:
        try:
            # Looking made SQLite write the index anew, so the next one to look would find nothing wrong.
            with open(os.open(beside(path, _MARK), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(fault)
        except OSError:
            pass  # a disk that takes no mark takes no entry either
    return fault


def forget(path: Path) -> None:
    """What was lost has been dealt with."""
    beside(path, _MARK).unlink(missing_ok=True)


def _lost(path: Path) -> str | None:
    index = _index(path)
    while index is not None and index.frames > index.copied:
        fault = _fault(path, index)
        if fault is None:
            return "part of its write-ahead log is damaged" if _readable(path, index) < index.frames else None
        again = _index(path)
        if again == index:
            return fault
        index = again  # another process is at work on it
    return None


def _index(path: Path) -> _Index | None:
    try:
        with beside(path, "-shm").open("rb") as file:
            head = file.read(2 * _INDEX + 4)
    except OSError:
        return None
    if len(head) < 2 * _INDEX + 4 or head[:_INDEX] != head[_INDEX : 2 * _INDEX]:
        return None
    version, ready, page_size, frames = struct.unpack_from("=I8xBxHI", head)
    if version != _VERSION or not ready:
        return None
    (copied,) = struct.unpack_from("=I", head, 2 * _INDEX)
    return _Index(frames, copied, 65536 if page_size == 1 else page_size, head[32:40])


def _fault(path: Path, index: _Index) -> str | None:
    log = beside(path, "-wal")
    try:
        with log.open("rb") as file:
            header = file.read(_HEADER)
        size = log.stat().st_size
    except FileNotFoundError:
        return "its write-ahead log is missing"
    except OSError:
        return None  # opening it will say why
    if not _valid(header):
        return None if _copied(path, index) else "its write-ahead log is damaged"
    if header[16:24] != index.salts:
        return None  # a later log: the index is from before a power cut
    whole = _HEADER + index.frames * (_FRAME_HEADER + index.page_size)
    return "its write-ahead log was cut short" if size < whole else None


def _copied(path: Path, index: _Index) -> bool:
    """Whether the database has every page of the log already.

    A log is begun anew only then, and the power may go in the middle of its new header, with an index left from before.
    """
    latest = pages(path, index.page_size)
    try:
        with path.open("rb") as file:
            for number, page in latest.items():
                file.seek((number - 1) * index.page_size)
                if file.read(index.page_size) != page:
                    return False
    except OSError:
        return False
    return bool(latest)


def _valid(header: bytes) -> bool:
    if len(header) < _HEADER:
        return False
    magic, version = struct.unpack_from(">II", header)
    if magic not in _MAGIC or version != _VERSION:
        return False
    first = second = 0
    words = struct.unpack_from((">" if magic & 1 else "<") + "6I", header)
    for a, b in zip(words[::2], words[1::2], strict=True):
        first = (first + a + second) & 0xFFFFFFFF
        second = (second + b + first) & 0xFFFFFFFF
    return (first, second) == struct.unpack_from(">II", header, 24)


def _readable(path: Path, index: _Index) -> int:
    """How many of the frames SQLite can read. It looks when the first connection comes, and not before."""
    try:
        probe = read_only(path)
        try:
            probe.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            after = _index(path)
        finally:
            probe.close()
    except UNREADABLE:
        return index.frames  # whatever it is, opening it will say so
    if after is None or after.salts != index.salts:
        return index.frames
    return after.frames


def pages(path: Path, page_size: int) -> dict[int, bytes]:
    """The latest committed image of each page in the log of `path`, by page number, checksums left aside.

    A frame that does not verify may still hold rows that do; who reads them judges them one by one.
    """
    try:
        log = beside(path, "-wal").read_bytes()
    except OSError:
        return {}
    step = _FRAME_HEADER + page_size
    starts = range(_HEADER, len(log) - step + 1, step)
    salts = log[16:24] if _valid(log[:_HEADER]) else log[_HEADER + 8 : _HEADER + 16]
    frames = [start for start in starts if log[start + 8 : start + 16] == salts]
    commits = [start for start in frames if log[start + 4 : start + 8] != b"\0\0\0\0"]
    found: dict[int, bytes] = {}
    for start in frames:
        if commits and start <= commits[-1]:
            found[int.from_bytes(log[start : start + 4], "big")] = log[start + _FRAME_HEADER : start + step]
    return found
