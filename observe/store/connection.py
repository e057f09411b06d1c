"""Opening the database: one connection, set up so that what is committed is on the disk."""

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from observe.domain.errors import Busy, DiskFull, NotSaved, Refused
from observe.store import migrations, wal

COMMAND_WAIT_MS = 5000
APP_WAIT_MS = 50
SOON_S, LATER_S = 0.0005, 0.004
"""Seconds from one try for the write lock to the next: as long as a tap may be waiting, and after that."""

_open_here: Counter[Path] = Counter()
"""How many connections this process has to a database."""


SQLError = sqlite3.Error
"""What a query may raise; `in_words` makes a Refused of it. Named here for those who may not know sqlite3."""


class Corrupt(Refused):
    """The database cannot be read; `services.recovery` moves it aside and rebuilds it."""


class Database:
    """An open database. `read_only` when a newer version wrote it."""

    def __init__(self, path: Path, wait_ms: int = COMMAND_WAIT_MS) -> None:
        self.path, self.wait_ms = path, wait_ms
        if not _open_here[path]:
            fault = wal.lost(path)
            if fault is not None:
                raise damaged(path, fault)
        try:
            self.conn = connect(path, wait_ms)
        except wal.UNREADABLE as error:
            raise translated(error, path) from error
        _open_here[path] += 1
        self._closed = False
        try:
            with in_words(path):
                self.read_only = self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> bool:
        applied = applied_steps(self.conn)
        if applied == migrations.NAMES:
            return False
        if newer(applied):
            self.conn.execute("PRAGMA query_only=ON")
            return True
        if applied != migrations.NAMES[: len(applied)]:
            raise damaged(self.path, "it was not made by the steps of any version")
        from sqlite_utils import Database as Tables

        tables = Tables(self.conn, strict=True, execute_plugins=False)
        # Several processes may start at once, the first time or after an update: one takes the steps, and the
        # others, having waited here, find them taken.
        self.conn.execute("BEGIN IMMEDIATE")
        try:
            migrations.migrate(tables)
            self.conn.execute("COMMIT")
        except BaseException as error:
            if self.conn.in_transaction:
                self.conn.execute("ROLLBACK")
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:  # a table is there before its step
                raise damaged(self.path, str(error)) from error
            raise
        return False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One write: durable when the block ends, or nothing of it.

        Raises Busy when another process holds the database for longer than this connection waits, and
        NotSaved when the disk does not take it.
        """
        if self.read_only:
            raise NotSaved(
                "nothing was changed", "a newer version of observe wrote this home", "update observe on this device"
            )
        try:
            self._begin()
            try:
                yield
                self.conn.execute("COMMIT")
            except BaseException:
                if self.conn.in_transaction:
                    self.conn.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def _begin(self) -> None:
        """Take the write lock. It is the one thing in a write that waits: with it, nothing up to the commit does.

        SQLite itself would wait in ever longer steps (1, 2, 5, 10, 15 ms), so that a tap which meets a write of 4 ms
        waited 8, and one of 9 ms 18. Asked each half millisecond, a tap waits for the write and hardly longer.
        """
        conn, began = self.conn, time.monotonic()
        conn.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    conn.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    waited = time.monotonic() - began
                    left = self.wait_ms / 1000 - waited
                    if not _is_busy(error) or left <= 0:
                        raise
                time.sleep(min(left, SOON_S if waited < APP_WAIT_MS / 1000 else LATER_S))
        finally:
            self._be_patient()

    def wait(self, ms: int) -> None:
        """How long this connection waits for another writer."""
        self.wait_ms = int(ms)
        self._be_patient()

    def _be_patient(self) -> None:
        """What is no write of ours (a vacuum, emptying the write-ahead log) waits as SQLite does."""
        self.conn.execute(f"PRAGMA busy_timeout = {self.wait_ms}")

    def spare_room(self) -> None:
        """On a disk that is full: let the write-ahead log be used again from its start after a few taps.

        Its room stays this database's; SQLite's own 1000 pages would let it grow by 4 MB first.
        """
        self.conn.execute("PRAGMA wal_autocheckpoint = 64")

    def close(self) -> None:
        """Close it; the next one to open it reads the rest of the write-ahead log."""
        self.conn.close()
        if not self._closed:
            self._closed = True
            _open_here[self.path] -= 1


def connect(path: Path, wait_ms: int) -> sqlite3.Connection:
    """A connection with the settings every door uses.

    WAL with synchronous FULL: NORMAL would lose confirmed taps at a power loss. secure_delete: what a
    purge removes is overwritten, not just forgotten.
    """
    conn = sqlite3.connect(path, timeout=wait_ms / 1000, isolation_level=None, check_same_thread=False)
    try:
        _journal_ahead(conn, wait_ms)
        for pragma in (
            "synchronous=FULL",
            "fullfsync=ON",
            "foreign_keys=ON",
            "secure_delete=ON",
            "cache_size=-16000",
        ):
            conn.execute(f"PRAGMA {pragma}")
    except wal.UNREADABLE:
        conn.close()
        raise
    return conn


def _journal_ahead(conn: sqlite3.Connection, wait_ms: int) -> None:
    """WAL. SQLite does not wait by itself while another process makes the same change to a new database."""
    until = time.monotonic() + wait_ms / 1000
    while True:
        try:
            conn.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
        time.sleep(0.005)


def _is_busy(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def applied_steps(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Names of the steps this database went through, in order. Plain SQL: most starts have nothing to do."""
    try:
        rows = conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set='observe' ORDER BY id").fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return ()
    return tuple(name for (name,) in rows)


def newer(applied: tuple[str, ...]) -> bool:
    """Whether a newer version of this program wrote the database: it takes the same steps and goes on from there."""
    return len(applied) > len(migrations.NAMES) and applied[: len(migrations.NAMES)] == migrations.NAMES


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Around all that reads the database at `path`: what SQLite raises comes out as a Refused, a torn text too."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise damaged(path, "an entry in it is not whole") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) is None and not _is_no_text(error):
            raise  # not the database's word but a mistake of this program
        raise translated(error, path) from error


def damaged(path: Path, why: str) -> Corrupt:
    """The refusal of a database that is not whole."""
    return Corrupt(f"{path} is damaged", why, "run `observe doctor` to move it aside and rebuild it")


def _is_no_text(error: Exception) -> bool:
    """Whether bytes that are no text stand where text belongs: in the schema, or (the driver gives no code) a value."""
    return isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(error)


def translated(error: Exception, path: Path) -> Refused:
    """The error in words: what happened, what is safe, what to do."""
    if _is_no_text(error):
        return damaged(path, "it holds bytes that are no text")
    code = getattr(error, "sqlite_errorcode", None)
    primary = (code or 0) & 0xFF
    text = str(error)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy("not saved", "another program is writing to this home", "try again in a moment")
    if primary == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return DiskFull("not saved", "the disk is full", "free some space; what was confirmed before is safe")
    if primary == sqlite3.SQLITE_READONLY or "query_only" in text:
        return NotSaved("not saved", f"the folder is read-only: {path.parent}", "check its permissions")
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, text)
    if "no such table" in text or "no such column" in text:
        todo = "update observe if a newer version wrote it, else run `observe doctor`"
        return Refused(f"{path} cannot be read", text, todo)
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        # In a folder where nothing may be written SQLite cannot read either, and does not say why.
        shut = path.parent.is_dir() and not os.access(path.parent, os.W_OK)
        why = f"{path.parent} is read-only" if shut else f"{path} ({text})"
        return NotSaved(
            "the log cannot be opened", why, "what was logged is safe; check the folder and its permissions"
        )
    return NotSaved("not saved", f"the disk answered with an error ({text})", "check the disk, then try again")
