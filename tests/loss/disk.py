"""A disk that forgets what was not synced when the power goes, and the real store on it.

Python's own `sqlite3` cannot be given another file layer, so the store's one call of `sqlite3.connect` is
answered by APSW, which brings a copy of SQLite of its own: journal, recorder and command line are the
real ones, the statements they send are the real ones, and what SQLite then writes, cuts, syncs and
deletes is recorded call by call (the files themselves are real, so locks and shared memory are too).

What a power cut leaves is worked out from that record. A file holds what it held at its last sync, plus
any of the writes since: each 512-byte sector of each write may have arrived or not, in any order, or
in half, or as garbage. A name in the folder is bound to any file it was bound to since the folder was
last synced. Which of these it is, a seed decides.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw

SECTOR = 512
PAGE = 4096  # of memory


@dataclass(frozen=True, slots=True)
class Write:
    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    file: int
    folder: bool
    """Whether the folder is synced too, as SQLite does with the first sync of a new journal."""


@dataclass(frozen=True, slots=True)
class Bind:
    """A name begins to mean a file, or (None) nothing."""

    name: str
    file: int | None
    synced: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """What the index of a write-ahead log (`-shm`) holds now: memory that the system may write to the disk whenever
    it likes, page by page, and that nobody syncs."""

    file: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """Something was acknowledged to whoever asked for it: not a matter of the disk, but of when."""

    number: int


Event = Write | Cut | Sync | Bind | Shared | Said


@dataclass
class Disk:
    """What was done to the files of one folder, in order; `names` are those that are there now."""

    events: list[Event] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    files: int = 0
    said: int = 0
    keyed: int | None = None
    """Since which event the home has its key, which is no business of SQLite's and is written through to the disk."""

    def holding(self, files: dict[str, bytes]) -> "Disk":
        """Files that were there before, safely, in a home with a key."""
        self.keyed = 0
        for name, data in sorted(files.items(), reverse=True):  # the log before its index
            if name.endswith("-shm"):
                self.events.append(Shared(self.names[name.removesuffix("-shm") + "-wal"], data))
                continue
            number = self.bind(name, synced=True)
            self.events += [Write(number, 0, data), Sync(number, folder=True)]
        return self

    def bind(self, name: str, synced: bool = False) -> int:
        self.files += 1
        self.names[name] = self.files
        self.events.append(Bind(name, self.files, synced))
        return self.files

    def unbind(self, name: str, synced: bool) -> None:
        if self.names.pop(name, None) is not None:
            self.events.append(Bind(name, None, synced))

    def look_for_key(self, home: Path) -> None:
        if self.keyed is None and (home / "device.key").exists():
            self.keyed = len(self.events)

    def look_at(self, index: Path, file: int) -> None:
        # Closing it drops this process's locks on it, which matters where other processes are: here are none.
        if index.exists() and file == self.names.get(index.name.removesuffix("-shm") + "-wal"):
            self.events.append(Shared(file, index.read_bytes()))

    def acknowledge(self) -> None:
        self.said += 1
        self.events.append(Said(self.said))


class RecordedFile(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name)
        self._disk, new = disk, not path.exists()
        journal = bool(flags[0] & (apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL))
        super().__init__("", name, flags)
        if path.name not in disk.names:
            disk.bind(path.name)
        self._file = disk.names[path.name]
        self._index = path.with_name(path.name.removesuffix("-wal") + "-shm")
        self._folder_too = journal and new

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.look_for_key(self._index.parent)
        self._disk.events.append(Write(self._file, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self._disk.events.append(Cut(self._file, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._disk.events.append(Sync(self._file, self._folder_too))
        self._folder_too = False
        self._disk.look_at(self._index, self._file)


class RecordedFiles(apsw.VFS):
    """The system's own file layer, written down on a `Disk`."""

    def __init__(self, disk: Disk) -> None:
        self.name, self._disk = f"recorded-{id(disk)}", disk
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None:  # a temporary file, gone with its process
            return apsw.VFSFile("", name, flags)
        return RecordedFile(self._disk, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:
        super().xDelete(name, syncdir)
        self._disk.unbind(Path(name).name, synced=syncdir)


class Rows:
    """A cursor as `sqlite3` gives it."""

    lastrowid = 0
    rowcount = -1

    def __init__(self, connection: apsw.Connection, sql: str, values: Sequence[Any]) -> None:
        columns: list[str] = []

        def describe(cursor: apsw.Cursor, sql: str, values: object) -> bool:
            columns.extend(name for name, _ in cursor.get_description())
            return True

        # No way back from the cursor to these rows: like `sqlite3`, a cursor nobody holds ends its statement at once.
        self._cursor = connection.cursor()
        self._cursor.exec_trace = describe
        with as_sqlite3_says():
            self._cursor.execute(sql, tuple(values))
        self._cursor.exec_trace = None
        self.description = tuple((name, None, None, None, None, None, None) for name in columns) or None
        self.lastrowid = connection.last_insert_rowid()

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        with as_sqlite3_says():
            yield from self._cursor

    def fetchone(self) -> tuple[Any, ...] | None:
        with as_sqlite3_says():
            return next(self._cursor, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self)


class Connection:
    """As much of `sqlite3.Connection` as the store and its migrations use."""

    def __init__(self, vfs: RecordedFiles, path: Path, timeout: float, instead: dict[str, str]) -> None:
        self._instead, self._vfs = instead, vfs
        with as_sqlite3_says():
            self._apsw = apsw.Connection(str(path), vfs=vfs.name)
        self._apsw.set_busy_timeout(int(timeout * 1000))

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        return Rows(self._apsw, self._instead.get(sql, sql), values)

    @property
    def in_transaction(self) -> bool:
        return self._apsw.in_transaction

    @property
    def total_changes(self) -> int:
        return self._apsw.total_changes()

    def close(self) -> None:
        with as_sqlite3_says():
            self._apsw.close()


@contextmanager
def as_sqlite3_says() -> Iterator[None]:
    """APSW's errors as those of `sqlite3`."""
    try:
        yield
    except apsw.ExecutionCompleteError:
        raise
    except apsw.Error as error:
        said = sqlite3.OperationalError(str(error))
        said.sqlite_errorcode = getattr(error, "extendedresult", 1)
        raise said from error


def sqlite3_on(disk: Disk, instead: dict[str, str] | None = None) -> SimpleNamespace:
    """What `observe.store.connection` finds under the name `sqlite3`; `instead` swaps statements it sends."""
    vfs = RecordedFiles(disk)

    def connect(path: Path, timeout: float, isolation_level: None, check_same_thread: bool) -> Connection:
        return Connection(vfs, path, timeout, instead or {})

    return SimpleNamespace(**{**vars(sqlite3), "connect": connect})


@dataclass
class _File:
    safe: bytearray = field(default_factory=bytearray)
    loose: list[Write | Cut] = field(default_factory=list)


class PowerCuts:
    """Walks through a record once; at each event asks what a cut right after it would leave."""

    def __init__(self, disk: Disk) -> None:
        self._events, self._keyed = disk.events, disk.keyed
        self._at = 0
        self._files: dict[int, _File] = {}
        self._names: dict[str, list[int | None]] = {}
        self._shared: dict[int, list[bytes]] = {}
        self.said = 0

    def after(self, event: int, rng: random.Random) -> dict[str, bytes]:
        """The files after a power cut behind event number `event`, which must not go back."""
        while self._at <= event:
            self._apply(self._events[self._at])
            self._at += 1
        left = {}
        for name, bound in sorted(self._names.items()):
            file = rng.choice(bound)
            if file is not None:
                left[name] = _left(self._files[file], rng.choice(MANNERS), rng)
                left |= self._index(name, file, rng)
        return left

    def _index(self, name: str, file: int, rng: random.Random) -> dict[str, bytes]:
        """Beside a log its index may be there, each page of it from any time of that log. (It comes after the log and
        goes before it, and file systems keep the order of names.)"""
        ever = self._shared.get(file)
        if not ever or rng.random() < 0.3:
            return {}
        pages = []
        for start in range(0, len(ever[-1]), PAGE):
            version = ever[-1] if rng.random() < 0.5 else rng.choice(ever)
            pages.append(version[start : start + PAGE].ljust(PAGE, b"\0"))
        return {name.removesuffix("-wal") + "-shm": b"".join(pages)}

    def keyed(self, event: int) -> bool:
        """Whether the home had its key by then."""
        return self._keyed is not None and event >= self._keyed

    def _apply(self, event: Event) -> None:
        match event:
            case Bind(name, file, synced):
                if file is not None:
                    self._files[file] = _File()
                self._names.setdefault(name, [None]).append(file)
                if synced:
                    self._sync_folder()
            case Write(file) | Cut(file):
                self._files[file].loose.append(event)
            case Sync(file, folder):
                whole = self._files[file]
                for change in whole.loose:
                    _put(whole.safe, change)
                whole.loose.clear()
                if folder:
                    self._sync_folder()
            case Shared(file, data):
                self._shared.setdefault(file, []).append(data)
            case Said(number):
                self.said = number

    def _sync_folder(self) -> None:
        self._names = {name: bound[-1:] for name, bound in self._names.items() if bound[-1] is not None}


MANNERS = ("nothing", "everything", "the first few", "some", "sectors", "torn")
"""What of the unsynced writes arrives. `torn`: sectors, some by half or as garbage."""


def _left(file: _File, manner: str, rng: random.Random) -> bytes:
    data = bytearray(file.safe)
    few = rng.randrange(len(file.loose) + 1)
    odds = rng.random()
    for number, change in enumerate(file.loose):
        if manner == "nothing" or (manner == "the first few" and number >= few):
            break
        if manner in ("everything", "the first few"):
            _put(data, change)
        elif isinstance(change, Cut) or manner == "some":
            if rng.random() < odds:
                _put(data, change)
        else:
            for piece in _sectors(change):
                if rng.random() < odds:
                    _put(data, _torn(piece, rng) if manner == "torn" and rng.random() < 0.2 else piece)
    return bytes(data)


def _sectors(write: Write) -> Iterator[Write]:
    start = 0
    while start < len(write.data):
        end = min(len(write.data), start + SECTOR - (write.offset + start) % SECTOR)
        yield Write(write.file, write.offset + start, write.data[start:end])
        start = end


def _torn(piece: Write, rng: random.Random) -> Write:
    kept = rng.randrange(len(piece.data))
    rest = rng.randbytes(len(piece.data) - kept) if rng.random() < 0.5 else b""
    return Write(piece.file, piece.offset, piece.data[:kept] + rest)


def _put(data: bytearray, change: Write | Cut) -> None:
    size = change.size if isinstance(change, Cut) else change.offset + len(change.data)
    if isinstance(change, Cut):
        del data[size:]
        return
    if len(data) < size:
        data.extend(bytes(size - len(data)))
    data[change.offset : size] = change.data
