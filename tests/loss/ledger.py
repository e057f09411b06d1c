"""What a home holds, read by a connection of its own, and whether it is sound."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path

from observe.domain.entries import Entry
from observe.platform import Platform
from observe.services import visits
from observe.services.home import Home, open_home
from observe.store import queries
from observe.store.journal import rebuild
from observe.store.migrations import PROJECTIONS, projection_tables

PEOPLE = ("Ana Ruiz", "Bo Chen", "Chi Okafor", "Dov Adler", "Eve Lund", "Fay Osei")
SECTION, TEACHER = "Room 12", "Ms Okafor"


@contextmanager
def opened(path: Path) -> Iterator[Home]:
    home = open_home(path, Platform())
    try:
        yield home
    finally:
        home.close()


def roster_file(folder: Path) -> Path:
    file = folder / "roster.csv"
    rows = [f"{name},{number},{SECTION},{TEACHER}" for number, name in enumerate(PEOPLE, 1)]
    file.write_text("\n".join(["Name,Student ID,Section,Teacher", *rows, ""]), encoding="utf-8")
    return file


def new_school(path: Path, folder: Path, at: int | None = None) -> str:
    """A home with a section and a visit that is live, since `at` (ms) or now; the visit's id."""
    from observe.services import coaching, roster

    with opened(path) as home:
        roster.import_rosters(home, [roster.read_roster(roster_file(folder), None, date(2026, 11, 24))])
        home.set_setting("channels", "all")  # as with who has made some visits: no pad is dim
        coaching.agree(home, TEACHER, "logged", "What we both say and do.")
        return visits.start_visit(home, SECTION, at=at).id


def entries_of(home: Home) -> list[Entry]:
    return list(home.journal.every())


def sound(path: Path) -> list[Entry]:
    """All entries of a home that is whole: pages intact, no gap, stamps that rise, projections equal to a rebuild."""
    with opened(path) as home:
        home.conn.execute("BEGIN")  # one moment, whoever writes meanwhile
        assert home.conn.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        entries = entries_of(home)
        gapless(entries)
        assert projected(home.conn) == rebuilt(home)
        for visit in {e.key for e in entries if e.kind == "visit"}:
            in_force(home, visit, entries)
        home.conn.execute("COMMIT")
        return entries


def gapless(entries: Iterable[Entry]) -> None:
    """Each device's entries are numbered from 1 without a gap, in rising stamps; an act is one stretch of them."""
    entries = list(entries)
    assert len({e.id for e in entries}) == len(entries)
    for device in {e.device for e in entries}:
        own = [e for e in entries if e.device == device]  # in order of arrival
        assert [e.seq for e in own] == list(range(1, len(own) + 1))
        assert all((a.ms, a.n) < (b.ms, b.n) for a, b in pairwise(own))
        assert all(b.act in (a.act, b.seq) for a, b in pairwise(own))


def in_force(home: Home, visit: str, entries: Iterable[Entry]) -> None:
    """The visit as screens and commands read it has the observations that no later entry took back, each once."""
    last = {e.key: e for e in entries if e.kind == "observation" and e.data.get("visit") == visit}
    standing = sorted(key for key, entry in last.items() if entry.op == "put")
    assert sorted(o.id for o in visits.visit_log(home, visit).observations) == standing


def projected(conn: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every projection."""
    return {table: sorted(conn.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in projection_tables()}


def rebuilt(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """The same after dropping the projections and making them from the journal, in a copy."""
    device = queries.setting(home.conn, "device")
    assert device is not None
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        home.conn.backup(copy)
        copy.execute("BEGIN")
        rebuild(copy, device, projection_tables(), PROJECTIONS)
        return projected(copy)
    finally:
        copy.close()


def notes(home: Home, visit: str, entries: Iterable[Entry]) -> dict[str, str]:
    """What was written on each observation when it was logged, private notes too."""
    first = {e.key: str(e.data.get("note", "")) for e in entries if e.kind == "observation" and not e.parents}
    return first | queries.private_notes(home.conn, visit)
