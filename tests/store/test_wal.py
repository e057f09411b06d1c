"""Confirmed frames of the write-ahead log that are gone are noticed; a power cut and a busy neighbour are no alarm."""

import subprocess
import sys
from pathlib import Path

import pytest

from observe.store import wal
from observe.store.connection import Corrupt, Database

FRAME = 24 + 4096
WRITER = """
import os, signal, sys
from pathlib import Path
from observe.store.connection import Database
database = Database(Path(sys.argv[1]))
for n in range(int(sys.argv[2])):
    with database.transaction():
        database.conn.execute("INSERT INTO setting VALUES (?, ?)", (f"{n:04}", "x" * 500))
print("ready", flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(path: Path, rows: int = 40) -> None:
    """A database whose writer died: its log holds what is in no other file."""
    writer = started(path, rows)
    writer.communicate("die\n", timeout=30)


def started(path: Path, rows: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(path), str(rows)]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def rows(path: Path) -> int:
    database = Database(path)
    count: int = database.conn.execute("SELECT count(*) FROM setting").fetchone()[0]
    database.close()
    return count


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "observe.db"


def test_a_process_that_was_killed_is_no_alarm(path: Path) -> None:
    killed(path)
    assert wal.lost(path) is None
    assert rows(path) == 40


def missing(log: Path) -> None:
    log.unlink()


def emptied(log: Path) -> None:
    log.write_bytes(b"")


def zeroed(log: Path) -> None:
    log.write_bytes(bytes(log.stat().st_size))


def cut(log: Path) -> None:
    log.write_bytes(log.read_bytes()[: -2 * FRAME])


def flipped(log: Path) -> None:
    data = bytearray(log.read_bytes())
    data[32 + 10 * FRAME + 2000] ^= 4
    log.write_bytes(data)


def headless(log: Path) -> None:
    data = bytearray(log.read_bytes())
    data[17] ^= 1
    log.write_bytes(data)


@pytest.mark.parametrize("harm", [missing, emptied, zeroed, cut, flipped, headless])
def test_confirmed_frames_that_are_gone_are_noticed_by_everyone_who_opens_it(path: Path, harm) -> None:
    killed(path)
    log = path.with_name("observe.db-wal")
    harm(log)
    left = log.read_bytes() if log.exists() else None
    for _ in range(2):
        with pytest.raises(Corrupt, match="observe doctor"):
            Database(path)
        # What there is stays as it is, for whoever reads it page by page.
        assert (log.read_bytes() if log.exists() else None) == left
    wal.forget(path)


def test_a_power_cut_that_tears_what_was_never_confirmed_is_no_alarm(path: Path) -> None:
    """The index counts what was synced; frames beyond it may be anything."""
    killed(path)
    log = path.with_name("observe.db-wal")
    log.write_bytes(log.read_bytes() + b"torn" * 3000)
    assert wal.lost(path) is None
    assert rows(path) == 40


def test_an_index_from_before_a_power_cut_is_no_alarm(path: Path) -> None:
    """The index is never synced, so after a power cut it may speak of a log that was begun anew since."""
    killed(path)
    index = path.with_name("observe.db-shm")
    old = index.read_bytes()
    rows(path)  # all of it goes into the database, and the log is closed
    killed(path, rows=0)
    writer = started(path.with_name("other.db"), 5)
    writer.communicate("die\n", timeout=30)
    path.with_name("other.db-wal").rename(path.with_name("observe.db-wal"))
    path.with_name("other.db").rename(path)
    index.write_bytes(old)
    assert wal.lost(path) is None
    assert rows(path) == 5


def test_a_busy_neighbour_is_no_alarm(path: Path) -> None:
    """Many looks while another process writes and the log starts over again and again."""
    busy = """
import sys
from pathlib import Path
from observe.store.connection import Database
database = Database(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    with database.transaction():
        database.conn.execute("INSERT OR REPLACE INTO setting VALUES ('a', hex(randomblob(900)))")
    database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
"""
    writer = subprocess.Popen([sys.executable, "-c", busy, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        for _ in range(4000):
            assert wal.lost(path) is None
    finally:
        writer.kill()
        writer.communicate()


LOCKED = """
import fcntl, sys
with open(sys.argv[1] + "-shm", "r+b") as index, open(sys.argv[1], "r+b") as database:
    for file, first, count in ((index, 128, 1), (database, 0x40000002, 510)):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, count, first)
            print("free")
        except OSError:
            print("held")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX drops a process's locks with any of its descriptors")
def test_a_database_that_this_process_has_open_keeps_its_locks(path: Path) -> None:
    """Without them the next command would take itself for the last to leave, and take the log away."""
    first = Database(path)
    with first.transaction():
        first.conn.execute("INSERT INTO setting VALUES ('a', 'b')")
    Database(path).close()
    seen = subprocess.run([sys.executable, "-c", LOCKED, str(path)], capture_output=True, text=True, check=True)
    assert seen.stdout.split() == ["held", "held"]
    first.close()
