"""Reading a damaged database page by page: all that is on sound pages, and nothing that was not written."""

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.entries import Entry
from observe.store import maintenance, salvage
from observe.store.connection import Database
from observe.store.journal import Journal
from observe.store.local import keep_private_note

PAGE = 4096
NOON = 1_800_000_000_000


def filled(path: Path, count: int = 400, seed: int = 1) -> list[Entry]:
    """A log with entries of every size, some longer than a page."""
    rng = random.Random(seed)
    database = Database(path)
    journal = Journal(database, "dev", 1, lambda: NOON)
    for n in range(count):
        with journal.write() as act:
            size = rng.choice([0, 10, 200, 2000, 5000, 30_000] if n % 40 == 0 else [0, 10, 200])
            data = {"visit": "v", "at": "2026-11-24T10:00:00.000Z", "channel": "c", "code": "ü" * 3, "note": "n" * size}
            act.put("observation", f"o{n}", data, new=n % 7 != 0)
            if n % 5 == 0:
                keep_private_note(database.conn, "v", f"o{n}", f"private {n}" + "p" * rng.choice([0, 3000]))
    entries = list(journal.every())
    database.close()
    return entries


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Entry]]:
    path = tmp_path_factory.mktemp("whole") / "observe.db"
    return path, filled(path)


def test_of_a_sound_database_it_reads_exactly_what_sqlite_reads(whole: tuple[Path, list[Entry]]) -> None:
    path, entries = whole
    assert salvage.entries(path) == entries
    beside = maintenance.beside_entries(path)
    assert salvage.private_notes(path, {("v", e.key) for e in entries}) == beside.notes
    assert len(beside.notes) == 80


def test_pages_of_another_size(tmp_path: Path, whole: tuple[Path, list[Entry]]) -> None:
    """A build of SQLite may have another size for new files."""
    path, entries = whole
    for size in (1024, 16384, 65536):
        other = tmp_path / f"{size}.db"
        conn = sqlite3.connect(path, isolation_level=None)
        conn.execute(f"PRAGMA page_size = {size}")
        conn.execute("VACUUM INTO ?", (str(other),))
        conn.close()
        assert other.read_bytes()[16:18] == (size % 65535).to_bytes(2, "big")
        assert salvage.entries(other) == entries


@given(st.randoms(use_true_random=False), st.integers(1, 6), st.sampled_from([b"\0", b"\xff", None]))
def test_damage_costs_what_lies_on_the_damaged_pages_and_invents_nothing(
    whole: tuple[Path, list[Entry]], rnd: random.Random, pages: int, byte: bytes | None
) -> None:
    path, entries = whole
    data = bytearray(path.read_bytes())
    hurt = {rnd.randrange(len(data) // PAGE) + 1 for _ in range(pages)}
    for page in hurt:
        data[(page - 1) * PAGE : page * PAGE] = rnd.randbytes(PAGE) if byte is None else byte * PAGE
    damaged = path.with_name("damaged.db")
    damaged.write_bytes(data)
    found = salvage.entries(damaged)
    written = {e.id: e for e in entries}
    assert all(written[e.id] == e for e in found)
    lying_on = pages_of(path)
    safe = {id for id, its in lying_on.items() if not its & hurt}
    assert safe <= {e.id for e in found}


def pages_of(path: Path) -> dict[str, set[int]]:
    """Which pages each entry lies on: those without which it cannot be read."""
    if path not in _PAGES:
        data = path.read_bytes()
        found: dict[str, set[int]] = {}
        for page in range(1, len(data) // PAGE + 1):
            blank = path.with_name("blank.db")
            blank.write_bytes(data[: (page - 1) * PAGE] + bytes(PAGE) + data[page * PAGE :])
            left = {e.id for e in salvage.entries(blank)}
            for entry in salvage.entries(path):
                found.setdefault(entry.id, set())
                if entry.id not in left:
                    found[entry.id].add(page)
        _PAGES[path] = found
    return _PAGES[path]


_PAGES: dict[Path, dict[str, set[int]]] = {}


@given(st.data())
def test_single_wrong_bytes_never_make_it_fail(whole: tuple[Path, list[Entry]], data: st.DataObject) -> None:
    path, _ = whole
    text = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=30)):
        text[place] ^= data.draw(st.integers(1, 255))
    damaged = path.with_name("bytes.db")
    damaged.write_bytes(text)
    assert len(salvage.entries(damaged)) >= 400 - 40 * 30
    salvage.private_notes(damaged, {("v", "o0")})


@pytest.mark.parametrize("size", [0, 1, 100, PAGE - 1, PAGE, PAGE + 50, "half", "all but a byte"])
def test_a_file_that_was_cut_short_gives_what_is_left(whole: tuple[Path, list[Entry]], size: int | str) -> None:
    path, entries = whole
    data = path.read_bytes()
    kept = {"half": len(data) // 2 + 7, "all but a byte": len(data) - 1}.get(size, size)
    cut = path.with_name("cut.db")
    cut.write_bytes(data[:kept])
    found = {e.id for e in salvage.entries(cut)}
    assert found <= {e.id for e in entries}
    assert (len(found) > 100) == isinstance(size, str)


KILLED = """
import os, signal, sys
from pathlib import Path
from observe.store.connection import Database
from observe.store.journal import Journal
database = Database(Path(sys.argv[1]))
journal = Journal(database, "dev", 1, lambda: 1_800_000_000_000)
data = {"visit": "v", "at": "2026-11-24T10:00:00.000Z", "channel": "c", "code": "x"}
for n in range(60):
    with journal.write() as act:
        act.put("observation", f"k{n}", data, new=True)
database.conn.execute("PRAGMA cache_size = 1")
database.conn.execute("PRAGMA cache_spill = 1")
database.conn.execute("BEGIN IMMEDIATE")
for n in range(500):
    database.conn.execute("INSERT INTO entry (id, v, device, run, seq, ms, n, act, kind, key, op, data) VALUES"
        " (?, 1, 'dev', 1, ?, 1, 0, ?, 'observation', ?, 'put', '{}')", (f"torn{n}", 1000 + n, 1000 + n, f"t{n}"))
print("ready", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_write_ahead_log_counts_and_what_was_never_committed_does_not(tmp_path: Path) -> None:
    path = tmp_path / "observe.db"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True, check=False)
    log = path.with_name("observe.db-wal")
    assert b"torn499" in log.read_bytes() + b"torn499"  # whether it was spilled is SQLite's choice
    found = salvage.entries(path)
    assert [e.key for e in found] == [f"k{n}" for n in range(60)]


def test_a_log_whose_frames_do_not_verify_still_gives_the_rows_on_them(tmp_path: Path) -> None:
    path = tmp_path / "observe.db"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True, check=False)
    log = path.with_name("observe.db-wal")
    data = bytearray(log.read_bytes())
    data[32 + 4 * (24 + PAGE) + 24 + 3000] ^= 1  # in the fifth frame, early
    log.write_bytes(data)
    seen = {e.key for e in salvage.entries(path)}
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    by_sqlite = conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    conn.close()
    assert by_sqlite == 0  # to SQLite the log ends before the first table was made
    assert len(seen) >= 59
