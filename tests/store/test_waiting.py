"""Two who write at once: one waits for the other and hardly longer, never past its limit, and without spinning."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain.errors import Busy, NotSaved
from observe.store import local
from observe.store.connection import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "observe.db", wait_ms=50)
    yield opened
    opened.close()


@pytest.fixture
def other(database: Database) -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)
    yield conn
    conn.close()


def tries(database: Database) -> list[str]:
    """Each try for the write lock from here on."""
    found: list[str] = []
    database.conn.set_trace_callback(lambda sql: found.append(sql) if sql == "BEGIN IMMEDIATE" else None)
    return found


class Waits:
    """The time that passes while the lock is waited for, and nothing else: a busy machine would add its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.free_at, self.let_go = float("inf"), lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        if self.now < self.free_at <= self.now + seconds:
            self.let_go()
        self.now += seconds


@pytest.fixture
def waits(database: Database, monkeypatch: pytest.MonkeyPatch) -> Waits:
    made = Waits()
    monkeypatch.setattr("observe.store.connection.time", made)
    return made


@pytest.mark.parametrize(("held", "late"), [(0.004, 0.0005), (0.0092, 0.0005), (0.0492, 0.0005), (0.3, 0.004)])
def test_the_lock_is_taken_soon_after_it_is_free(
    database: Database, other: sqlite3.Connection, waits: Waits, held: float, late: float
) -> None:
    database.wait(5000)
    other.execute("BEGIN IMMEDIATE")
    waits.free_at, waits.let_go = held, lambda: other.execute("COMMIT")
    with database.transaction():
        taken = waits.now
    assert held <= taken + 1e-9
    assert taken < held + late + 1e-9


@pytest.mark.parametrize("limit", [0, 50, 120])
def test_it_is_busy_after_the_limit_and_not_later(
    database: Database, other: sqlite3.Connection, waits: Waits, limit: int
) -> None:
    database.wait(limit)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), database.transaction():
        raise AssertionError("two write at once")
    assert waits.now * 1000 == pytest.approx(limit)
    other.execute("ROLLBACK")
    with database.transaction():
        local.set_setting(database.conn, "observer", "Marta")


def test_who_may_wait_long_does_not_spin(database: Database, other: sqlite3.Connection, waits: Waits) -> None:
    database.wait(450)
    other.execute("BEGIN IMMEDIATE")
    asked = tries(database)
    with pytest.raises(Busy), database.transaction():
        pass
    assert waits.now == pytest.approx(0.45)
    assert len(asked) <= 50 / 0.5 + 400 / 4 + 3


def test_the_wait_is_one_of_the_real_clock(database: Database, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(Busy), database.transaction():
        pass
    assert time.monotonic() - began >= 0.049


def test_nobody_in_the_way_is_one_try(database: Database) -> None:
    asked = tries(database)
    with database.transaction():
        pass
    assert len(asked) == 1


def test_what_is_not_a_matter_of_waiting_is_said_at_once(database: Database) -> None:
    database.wait(5000)
    asked = tries(database)
    with pytest.raises(NotSaved) as said, database.transaction(), database.transaction():
        pass
    assert not isinstance(said.value, Busy)
    assert len(asked) == 2


def test_everything_else_waits_as_it_did(database: Database, other: sqlite3.Connection) -> None:
    def patience() -> int:
        found: int = database.conn.execute("PRAGMA busy_timeout").fetchone()[0]
        return found

    assert patience() == 50
    database.wait(70)
    with database.transaction():
        assert patience() == 70
    assert patience() == 70
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), database.transaction():
        pass
    assert patience() == 70


def test_a_commit_waits_for_nobody(database: Database, other: sqlite3.Connection) -> None:
    """Somebody reads, and every commit would like to bring the write-ahead log into the database."""
    database.wait(5000)
    database.conn.execute("PRAGMA wal_autocheckpoint = 1")
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM setting").fetchone()
    began = time.monotonic()
    for n in range(20):
        with database.transaction():
            local.set_setting(database.conn, "observer", f"Marta {n}")
    assert time.monotonic() - began < 5  # the first that waited would take as long
    other.execute("COMMIT")
