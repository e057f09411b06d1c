"""Where names lie on the disk: in the roster's entries and table, and in no other page, byte or row of a home."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import apsw
import pytest

from observe.cli.log import Lines
from observe.domain.errors import Refused
from observe.platform import Platform
from observe.services import roster, visits
from observe.services.home import open_home

# None of their longer words comes up by chance: in ids, in the scheme, in a megabyte of random bytes.
PEOPLE = ("Quillon Vexworth", "Zsófia Brödnik", "Ng Thaddeus", "Okonkwo-Ybarra Izzbrak", "Łucjan Dziędziel")
WORDS = tuple(word.encode() for name in PEOPLE for word in name.split() if len(word) > 4)
WITH_NAMES = {"student"}
"""Tables whose pages may hold names, beside `entry`, and kinds of entries that may."""


def lesson() -> Iterator[dict[str, object]]:
    """Every way a line can name a student; some of them are refused, with the name in the reason."""
    a, b, c, d, e = PEOPLE
    yield {"present": [a, b, c], "absent": [d]}
    for number in range(60):
        who = PEOPLE[number % len(PEOPLE)]
        yield {"channel": "engagement", "code": "active", "student": who, "note": f"tried again, {number} times"}
        yield {"channel": "questioning", "code": "apply", "modifiers": {"asker": "teacher", "answered_by": who}}
        yield {"channel": "role", "code": "group", "with": [who, PEOPLE[(number + 1) % len(PEOPLE)]]}
    yield {"channel": "spark", "code": "insight", "student": a.upper(), "note": "to myself", "private": True}
    yield {"sweep_start": 1, "order": "seat", "students": [a, b, c]}
    yield {"channel": "engagement", "code": "deep", "student": b, "method": "sweep", "sweep": 1}
    yield {"sweep_skip": c, "sweep": 1}
    yield {"sweep_end": 1}
    yield {"undo": True}
    yield {"channel": "engagement", "code": "active", "student": f"{e} and {a}"}
    yield {"channel": e, "code": "active"}
    yield {"channel": "engagement", "code": a}
    yield {"channel": "engagement", "code": "active", "modifiers": {b: c}}
    yield {d: "active"}


def test_names_lie_in_the_roster_alone(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "class.csv"
    rows = [f"{name},{number},Room 12" for number, name in enumerate(PEOPLE)]
    file.write_text("\n".join(["Name,Student ID,Section", *rows, ""]), encoding="utf-8")
    here = open_home(home, Platform())
    try:
        roster.import_rosters(here, [roster.read_roster(file, None, date(2026, 11, 24))])
        visit = visits.start_visit(here, "Room 12", present_all=True).id
        lines, refused = Lines(here, visit), 0
        for line in lesson():
            try:
                lines.take(json.dumps(line).encode())
            except Refused:
                refused += 1
        assert refused == 5
        visits.end_visit(here, visit)
        with_log = tmp_path / "open"
        shutil.copytree(home, with_log)  # as it lies while she works: much is in the write-ahead log alone
    finally:
        here.close()
    for place in (with_log, home):
        only_in_the_roster(place)
    assert (with_log / "observe.db-wal").stat().st_size > 100_000
    assert {p.name for p in home.iterdir()} == {"observe.db", "ballast", "device.key"}


def only_in_the_roster(place: Path) -> None:
    for file in place.iterdir():
        if not file.name.startswith("observe.db"):
            assert not named(file.read_bytes()), file
    raw, log = place / "observe.db", place / "observe.db-wal"
    frames = dict.fromkeys(frames_of(log.read_bytes())) if log.exists() else {}
    # Read through SQLite from a copy: opening the database would move the log into it.
    copy = shutil.copytree(place, place.with_name(f"{place.name}-read"))
    conn = apsw.Connection(str(copy / "observe.db"))
    try:
        in_rows = rows_with_names(conn)
        owner = dict(conn.execute("SELECT pageno, name FROM dbstat"))
        page_size = conn.pragma("page_size")
    finally:
        conn.close()
    if log.exists():
        for number, page in frames:
            assert owner.get(number) in {*WITH_NAMES, "entry"} or not named(page), f"{owner.get(number)} in the log"
        return
    data = raw.read_bytes()
    in_entries = dict.fromkeys(WORDS, 0)
    for number in range(1, len(data) // page_size + 1):
        page = data[(number - 1) * page_size : number * page_size]
        if owner.get(number) == "entry":
            for word in WORDS:
                in_entries[word] += page.count(word)
        elif owner.get(number) not in WITH_NAMES:
            assert not named(page), f"page {number} of {owner.get(number, 'no table')}"
    # No more of each than its rows hold: nothing is left over in the free room of these pages.
    assert in_entries == in_rows


def rows_with_names(conn: apsw.Connection) -> dict[bytes, int]:
    """How often each word stands in the entries of the roster; it must stand in no other row."""
    tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert {"entry", "observation", "attendance", "act", "figure", "setting", "private_note"} <= set(tables)
    for table in set(tables) - WITH_NAMES:
        where = "WHERE kind NOT IN ('student')" if table == "entry" else ""
        for row in conn.execute(f"SELECT * FROM {table} {where}"):
            assert not named(json.dumps(row, ensure_ascii=False, default=repr).encode()), (table, row)
    found = dict.fromkeys(WORDS, 0)
    for (data,) in conn.execute("SELECT data FROM entry WHERE kind = 'student'"):
        for word in WORDS:
            found[word] += data.encode().count(word)
    assert all(found.values())
    return found


def frames_of(log: bytes) -> Iterator[tuple[int, bytes]]:
    """Page number and page of each frame of a write-ahead log."""
    size = int.from_bytes(log[8:12], "big")
    for start in range(32, len(log) - size - 23, size + 24):
        yield int.from_bytes(log[start : start + 4], "big"), log[start + 24 : start + 24 + size]


def named(data: bytes) -> list[bytes]:
    """The words of names in these bytes, in capitals too."""
    folded = data.lower()
    return [word for word in WORDS if word in data or word.lower() in folded]


def test_this_file_finds_a_name_where_it_must_not_be(home: Path, tmp_path: Path) -> None:
    """A mistake here would look like privacy."""
    home.mkdir(parents=True)
    (home / "device.key").write_text("of QUILLON")
    with pytest.raises(AssertionError, match=r"device\.key"):
        only_in_the_roster(home)
