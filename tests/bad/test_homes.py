"""Homes in a bad state: what reads says it in one line, what writes changes nothing."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ..cli.commands import Observe, at

READS = (
    ["sections"],
    ["students"],
    ["visits", "--json"],
    ["summary"],
    ["day", "--json"],
    ["trends", "--json"],
    ["export", "jsonl"],
)
READS += (["export", "csv"], ["settings"], ["protocols"])
WRITES = (["start"], ["end", "last", "--at", at(40)], ["settings", "observer", "x"], ["void", "x"])
TAP = '{"channel": "engagement", "code": "deep"}\n'


def files(home: Path) -> dict[str, bytes]:
    """What lies in the home, but for SQLite's own files beside the database."""
    skip = ("-wal", "-shm")
    return {
        str(file.relative_to(home)): file.read_bytes()
        for file in sorted(home.rglob("*"))
        if file.is_file() and not file.name.endswith(skip)
    }


# -- no database, or none that can be read ------------------------------------------------------------------


def test_a_home_that_is_not_there_is_made(observe: Observe) -> None:
    assert observe.json("sections") == []
    assert (observe.home / "observe.db").is_file()


def test_an_empty_folder_and_an_empty_database_are_a_new_home(observe: Observe) -> None:
    observe.home.mkdir(parents=True)
    (observe.home / "observe.db").touch()
    assert observe.json("sections") == []


def lost(db: Path) -> None:
    db.unlink()


def empty(db: Path) -> None:
    db.write_bytes(b"")


def text(db: Path) -> None:
    db.write_text("Name,Section\nAna Ruiz,Room 12\n" * 100)


def zeros(db: Path) -> None:
    db.write_bytes(b"\0" * db.stat().st_size)


def half(db: Path) -> None:
    db.write_bytes(db.read_bytes()[: db.stat().st_size // 2])


def head(db: Path) -> None:
    data = bytearray(db.read_bytes())
    data[:100] = b"x" * 100
    db.write_bytes(data)


DAMAGE = {damage.__name__: damage for damage in (lost, empty, text, zeros, half, head)}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_database_that_is_lost_or_damaged_is_left_as_it_is_and_doctor_is_named(live: Observe, damage: str) -> None:
    DAMAGE[damage](live.home / "observe.db")
    before = files(live.home)
    for args in (*READS, *WRITES):
        said = live.refused(*args)
        assert "observe doctor" in said, args
        assert "damaged" in said or "missing" in said, args
    ran = live("log", "last", stdin=TAP)
    assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert files(live.home) == before


def test_a_page_that_is_damaged_is_met_in_the_middle(live: Observe) -> None:
    live.log(*({"channel": "engagement", "code": "deep", "note": f"{n} " * 99, "at": at(1)} for n in range(300)))
    live.end()
    db = live.home / "observe.db"
    with sqlite3.connect(db) as conn:
        [root] = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'observation'").fetchone()
        [size] = conn.execute("PRAGMA page_size").fetchone()
    conn.close()
    data = bytearray(db.read_bytes())
    data[(root - 1) * size : root * size] = os.urandom(size)
    db.write_bytes(data)
    before = files(live.home)
    table = live.home.parent / "table.csv"
    for args in (["summary"], ["visits"], ["export", "csv", "-o", str(table)]):
        assert "observe doctor" in live.refused(*args)
    assert not [path for path in table.parent.iterdir() if table.name in path.name]  # nor a part of it
    assert files(live.home) == before


def test_a_folder_in_the_place_of_the_database(at_school: Observe) -> None:
    db = at_school.home / "observe.db"
    db.unlink()
    db.mkdir()
    for args in (*READS, *WRITES):
        assert str(at_school.home) in at_school.refused(*args)
    assert db.is_dir()


# -- a newer version ----------------------------------------------------------------------------------------


def newer(observe: Observe, *sql: str) -> None:
    with sqlite3.connect(observe.home / "observe.db") as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('observe', 'later', '2099-01-01')"
        )
        for statement in sql:
            conn.execute(statement)
    conn.close()


def test_a_home_of_a_newer_version_is_read_and_never_written(live: Observe) -> None:
    live.log({"channel": "engagement", "code": "deep", "at": at(1)})
    newer(live)
    before = live.dump()
    for args in READS:
        live.ok(*args)
    assert live.json("summary")["channels"]["engagement"]["by_method"]["tap"]["n"] == 1
    for args in (*WRITES[1:3], ["start", "--end-open"]):
        assert "update observe" in live.refused(*args)
    ran = live("log", "last", stdin='{"channel": "engagement", "code": "deep"}\n{"pause": true}\n')
    assert (ran.status, ran.err) == (1, "")
    assert all("a newer version of observe wrote this home" in answer["error"] for answer in ran.lines)
    assert len(ran.lines) == 2
    assert live.dump() == before


def test_a_newer_version_with_other_tables(live: Observe) -> None:
    newer(live, "ALTER TABLE observation RENAME TO observation2", "ALTER TABLE section DROP COLUMN teacher")
    before = live.dump()
    for args in (["summary"], ["sections"]):
        assert "update observe" in live.refused(*args)
    assert live.dump() == before


# -- in use -------------------------------------------------------------------------------------------------


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Another program that writes and does not come to an end."""
    other = sqlite3.connect(home / "observe.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def test_a_home_in_use_can_be_read_and_says_so_when_written(live: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("observe.services.home.open_home.__defaults__", (200,))  # wait no 5 s for each
    before = live.dump()
    with held(live.home):
        for args in READS:
            live.ok(*args)
        for args in (["start", "--end-open"], ["end", "last"], ["settings", "observer", "x"]):
            assert "another program is writing to this home" in live.refused(*args)
        ran = live("log", "last", stdin=TAP)
        assert (ran.status, ran.err) == (1, "")
        assert "another program is writing" in ran.lines[0]["error"]
    assert live.dump() == before
    live.log({"channel": "engagement", "code": "deep", "at": at(1)})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_database_that_may_only_be_read(live: Observe) -> None:
    before = live.dump()
    live.home.chmod(0o500)
    (live.home / "observe.db").chmod(0o400)
    try:
        said = live("settings", "observer", "x")
        assert said.status in (0, 1)
        assert "Traceback" not in said.err
    finally:
        live.home.chmod(0o700)
    assert live.dump() == before or said.status == 0


# -- what lies beside it ------------------------------------------------------------------------------------


def test_what_lies_beside_the_database_is_no_matter(live: Observe) -> None:
    live.log({"channel": "engagement", "code": "deep", "at": at(1)})
    (live.home / "notes.txt").write_text("x")
    (live.home / "ballast").unlink()
    (live.home / "ballast").mkdir()
    (live.home / "trace.log").mkdir()
    for args in READS:
        live.ok(*args)
    live.log({"channel": "engagement", "code": "deep", "at": at(2)})


def test_a_home_that_was_copied_works_in_its_new_place(live: Observe, tmp_path: Path) -> None:
    live.log({"channel": "engagement", "code": "deep", "at": at(1)})
    live.end()
    shutil.copytree(live.home, tmp_path / "copy")
    assert live.json("summary", home=tmp_path / "copy") == live.json("summary")


# -- backups and demo homes ---------------------------------------------------------------------------------


def a_backup(observe: Observe, folder: Path) -> Path:
    observe.log({"channel": "engagement", "code": "deep", "at": at(1)})
    observe.ok("backup", "-o", folder / "good.db")
    return folder / "good.db"


def no_log(db: Path) -> None:
    db.unlink()
    with sqlite3.connect(db) as conn:
        conn.execute("CREATE TABLE entry (x)")
    conn.close()


def of_a_newer_version(db: Path) -> None:
    with sqlite3.connect(db) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('observe', 'later', '2099-01-01')"
        )
    conn.close()


BACKUPS = {f.__name__: f for f in (empty, text, zeros, half, head, no_log, of_a_newer_version)}


@pytest.mark.parametrize("damage", BACKUPS)
def test_a_backup_that_is_none_changes_nothing(live: Observe, tmp_path: Path, damage: str) -> None:
    backup = a_backup(live, tmp_path)
    BACKUPS[damage](backup)
    before, there, bytes_ = live.dump(), files(live.home), backup.read_bytes()
    said = live.refused("restore", backup, "--yes")
    assert str(backup) in said
    assert live.dump() == before
    assert files(live.home) == there
    assert backup.read_bytes() == bytes_


def test_nobody_to_ask_is_a_no(live: Observe, tmp_path: Path) -> None:
    backup = a_backup(live, tmp_path)
    live.log({"channel": "engagement", "code": "off", "at": at(2)})
    before = live.dump()
    assert "--yes" in live.refused("restore", backup)
    assert "--yes" in live.refused("purge", "Ana Ruiz")
    assert live.dump() == before


def test_a_backup_replaces_no_file(live: Observe, tmp_path: Path) -> None:
    backup = a_backup(live, tmp_path)
    before = backup.read_bytes()
    assert "exists" in live.refused("backup", "-o", backup)
    assert backup.read_bytes() == before


def test_doctor_makes_no_home(observe: Observe) -> None:
    assert "is no home" in observe.refused("doctor")
    assert not observe.home.exists()


@pytest.mark.parametrize("what", ["a file in it", "a home"])
def test_a_demo_is_made_in_no_folder_with_something_in_it(live: Observe, tmp_path: Path, what: str) -> None:
    folder = live.home if what == "a home" else tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    if what != "a home":
        (folder / "x").write_text("x")
    before, there = live.dump(), files(folder)
    assert str(folder) in live.refused("demo", "--make", folder)
    assert files(folder) == there
    assert live.dump() == before


def test_a_demo_without_a_terminal_is_not_even_made(
    live: Observe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = files(live.home)
    assert "it needs a terminal" in live.refused("demo")
    assert not (tmp_path / "data").exists()
    assert files(live.home) == before
