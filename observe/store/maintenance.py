"""What keeps the database safe: the canonical dump, checks, copies, and the clean-up after a purge."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from observe.domain.entries import Entry, dumps
from observe.domain.frozen import dataclass
from observe.store import local, migrations, queries, wal
from observe.store.connection import Corrupt, Database, applied_steps, in_words, newer, translated
from observe.store.intake import take
from observe.store.journal import fill, rebuild
from observe.store.projections import COLUMNS, entry_of

KNOWN_GAPS = "known_gaps"
_AT_ONCE = 5000
_OWN = frozenset({"act"})
"""Projections of this device's own acts: what another device makes of the same entries differs."""


# -- reading -------------------------------------------------------------------------------------------


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own that changes nothing, for use beside an open home. Raises Corrupt, NotSaved."""
    try:
        conn = wal.read_only(path)
        try:
            yield conn
        finally:
            conn.close()
    except wal.UNREADABLE as error:
        raise translated(error, path) from error


def dump(conn: sqlite3.Connection, *, local: bool = False) -> Iterator[str]:
    """The projections as text, a line a row, tables and rows sorted: equal for equal sets of entries.

    Nothing in it depends on who received what when. `local`: with this device's own acts.
    """
    for table in _tables(local):
        for row in _sorted_rows(conn, "main", table):
            yield f"{table} {dumps(row)}"


def fingerprints(conn: sqlite3.Connection, schema: str = "main") -> dict[str, str]:
    """A hash of each projection's part of the local dump, by table."""
    found = {}
    for table in _tables(local=True):
        digest = hashlib.sha256()
        for row in _sorted_rows(conn, schema, table):
            digest.update(repr(row).encode())
        found[table] = digest.hexdigest()
    return found


def _tables(local: bool) -> list[str]:
    return sorted(table for table in migrations.projection_tables() if local or table not in _OWN)


def _sorted_rows(conn: sqlite3.Connection, schema: str, table: str) -> Iterator[tuple[Any, ...]]:
    columns = [row[0] for row in conn.execute("SELECT name FROM pragma_table_info(?, ?)", (table, schema))]
    yield from conn.execute(f"SELECT * FROM {schema}.{table} ORDER BY {', '.join(columns)}")


def quick_check(path: Path) -> list[str]:
    """What SQLite finds wrong with the database, in its words; empty when it is whole. May run in a thread."""
    try:
        with reading(path) as conn:
            found = [text for (text,) in conn.execute("PRAGMA quick_check")]
    except Corrupt as error:
        return [error.why]
    return [] if found == ["ok"] else found


def is_newer(conn: sqlite3.Connection) -> bool:
    """Whether a newer version of this program wrote the database."""
    return newer(applied_steps(conn))


def is_ours(conn: sqlite3.Connection) -> bool:
    """Whether it is a database of this program at all, of whatever version."""
    return migrations.NAMES[0] in applied_steps(conn)


def gaps(conn: sqlite3.Connection) -> dict[str, list[list[int]]]:
    """Numbers that are missing between the first and the last entry of each device: [first, last], ..."""
    found: dict[str, list[list[int]]] = {}
    sql = (
        "SELECT device, before + 1, seq - 1 FROM (SELECT device, seq,"
        " lag(seq, 1, 0) OVER (PARTITION BY device ORDER BY seq) AS before FROM entry) WHERE seq > before + 1"
    )
    for device, first, last in conn.execute(sql):
        found.setdefault(device, []).append([first, last])
    return found


def counts(conn: sqlite3.Connection) -> tuple[int, int | None, int]:
    """How many entries there are, the latest stamp (ms) that is no more than a day ahead, and how many are."""
    entries, ahead, latest = conn.execute(
        "SELECT count(*), count(ahead), max(CASE WHEN ahead IS NULL THEN ms END) FROM entry"
    ).fetchone()
    return entries, latest, ahead


def every(conn: sqlite3.Connection, kind: str | None = None) -> Iterator[Entry]:
    """All entries, or those of a kind, in order of arrival."""
    where, args = ("WHERE kind = ?", (kind,)) if kind is not None else ("", ())
    for row in conn.execute(f"SELECT {COLUMNS} FROM entry {where} ORDER BY pos", args):
        yield entry_of(row)


# -- checking and remaking the projections -------------------------------------------------------------


def remake(database: Database, device: str) -> list[str]:
    """Drop the projections and make them again, in one transaction; names of those that came out different."""
    with database.transaction():
        before = fingerprints(database.conn)
        rebuild(database.conn, device, migrations.projection_tables(), migrations.PROJECTIONS)
        after = fingerprints(database.conn)
    return _differing(before, after)


def differing(path: Path, scratch: Path, device: str) -> list[str]:
    """Names of projections that a rebuild would change. Made in the empty file `scratch`; nobody waits for it."""
    try:
        conn = sqlite3.connect(scratch.absolute().as_uri(), uri=True, isolation_level=None)
        try:
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=ON"):
                conn.execute(f"PRAGMA {pragma}")
            conn.execute("ATTACH ? AS live", (f"{path.absolute().as_uri()}?mode=ro",))
            conn.execute("BEGIN")
            for statement in migrations.PROJECTIONS.split(";\n"):
                conn.execute(statement)
            # Tables that are not in `scratch`, the journal's, are found in the attached one.
            fill(conn, device)
            return _differing(fingerprints(conn, "live"), fingerprints(conn))
        finally:
            conn.close()
    except wal.UNREADABLE as error:
        raise translated(error, path) from error


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(table for table in one if one[table] != other[table])


# -- copying -------------------------------------------------------------------------------------------


def copy_into(path: Path, target: Path) -> None:
    """A compact copy of the database in the empty file `target`. Raises Corrupt, DiskFull, NotSaved."""
    with reading(path) as conn:
        conn.execute("VACUUM INTO ?", (str(target),))


def empty_log(database: Database) -> bool:
    """Bring all of the write-ahead log into the database and empty it; False while another process reads or writes."""
    with in_words(database.path):
        busy, _, _ = database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def compact(database: Database) -> None:
    """Write the database anew, so that no page holds what was deleted from it. Raises DiskFull, NotSaved, Busy."""
    with in_words(database.path):
        database.conn.execute("VACUUM")


def seal(database: Database) -> None:
    """Make it a single file, which can be moved and read without others appearing beside it."""
    with in_words(database.path):
        database.conn.execute("PRAGMA journal_mode=DELETE")


# -- another life ----------------------------------------------------------------------------------------


def merge(database: Database, entries: Iterable[Entry], device: str, now_ms: int) -> bool:
    """Take entries of earlier lives in, unprojected; whether a purge reached any.

    Where two of them have one number, the later to come gets one of `device`: both were observed.
    """
    reached = False
    entries = iter(entries)
    while some := list(islice(entries, _AT_ONCE)):
        with database.transaction():
            reached |= bool(take(database.conn, _renumbered(database.conn, some, device), now_ms)[1])
    return reached


def _renumbered(conn: sqlite3.Connection, entries: Iterable[Entry], device: str) -> Iterator[Entry]:
    given: dict[tuple[str, int], str] = {}
    last = conn.execute("SELECT coalesce(max(seq), 0) FROM entry WHERE device = ?", (device,)).fetchone()[0]
    for entry in entries:
        number = (entry.device, entry.seq)
        row = conn.execute("SELECT id FROM entry WHERE device = ? AND seq = ?", number).fetchone()
        owner = row[0] if row else given.setdefault(number, entry.id)
        if owner == entry.id:
            yield entry
        elif not conn.execute("SELECT 1 FROM entry WHERE id = ?", (entry.id,)).fetchone():
            last += 1
            yield replace(entry, device=device, seq=last, act=last)


def unknown_in(database: Database, other: Path) -> Iterator[Entry]:
    """The entries of another database that this one has not got. Raises Corrupt."""
    conn = database.conn
    with in_words(other):
        conn.execute("ATTACH ? AS other", (str(other),))
        try:
            pos = 0
            sql = (
                f"SELECT pos, {COLUMNS} FROM other.entry AS entry WHERE pos > ?"
                " AND id NOT IN (SELECT id FROM main.entry) ORDER BY pos LIMIT ?"
            )
            while rows := conn.execute(sql, (pos, _AT_ONCE)).fetchall():
                pos = rows[-1][0]
                yield from (entry_of(row[1:]) for row in rows)
        finally:
            conn.execute("DETACH other")


def new_life(database: Database, device: str, settings: Mapping[str, str | None]) -> None:
    """Make the database this device's under an id whose numbers nobody has used, and project it anew.

    Numbers that are missing now are noted as known to be: they went with an earlier life.
    """
    new_device(database, device)
    with database.transaction():
        conn = database.conn
        rebuild(conn, device, migrations.projection_tables(), migrations.PROJECTIONS)
        for name, value in settings.items():
            local.set_setting(conn, name, value)
        note_gaps(conn)


def new_device(database: Database, device: str) -> None:
    """Write under another id from here on; the clock goes on from the latest entry, and undo begins anew."""
    with database.transaction():
        become(database.conn, device)


def become(conn: sqlite3.Connection, device: str) -> None:
    """As `new_device`, inside the caller's transaction."""
    latest = conn.execute("SELECT ms, n FROM entry WHERE ahead IS NULL ORDER BY ms DESC, n DESC LIMIT 1").fetchone()
    local.set_setting(conn, "heard", dumps(latest) if latest else None)
    local.set_setting(conn, "device", device)
    conn.execute("DELETE FROM act")


def note_gaps(conn: sqlite3.Connection) -> None:
    """Numbers that are missing now are known to be: nobody need look for them."""
    local.set_setting(conn, KNOWN_GAPS, dumps(gaps(conn)))


def keep_private_notes(database: Database, notes: Mapping[tuple[str, str], str]) -> None:
    """Keep notes that an earlier life had; none where a purge took them away."""
    with database.transaction():
        for (visit, observation), body in notes.items():
            local.keep_private_note(database.conn, visit, observation, body)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a database holds beside its entries. `gaps`: numbers known to be missing, as `gaps` gives them."""

    newer: bool
    device: str | None
    settings: dict[str, str]
    notes: dict[tuple[str, str], str]
    gaps: dict[str, list[list[int]]]


def beside_entries(path: Path) -> Beside:
    """What another life of this home takes over from a database. Raises Corrupt, NotSaved."""
    with reading(path) as conn:
        settings = queries.settings(conn)
        device, _ = settings.pop("device", None), settings.pop("heard", None)
        known = _gaps_noted(settings.pop(KNOWN_GAPS, None))
        notes = {(visit, id): body for visit, id, body in conn.execute("SELECT * FROM private_note")}
        return Beside(is_newer(conn), device, settings, notes, known)


def _gaps_noted(text: str | None) -> dict[str, list[list[int]]]:
    try:
        found: dict[str, list[list[int]]] = json.loads(text or "{}")
    except ValueError:  # it may come from a damaged page
        return {}
    return found


def unknown_gaps(conn: sqlite3.Connection) -> dict[str, list[list[int]]]:
    """Missing numbers that no earlier loss explains, as `gaps` gives them."""
    known = _gaps_noted(queries.setting(conn, KNOWN_GAPS))
    now = {device: [gap for gap in some if gap not in known.get(device, [])] for device, some in gaps(conn).items()}
    return {device: some for device, some in now.items() if some}


def notable(conn: sqlite3.Connection) -> set[tuple[str, str]]:
    """(visit, id) of all that a private note may stand beside: every observation and note there ever was."""
    sql = "SELECT DISTINCT json_extract(data, '$.visit'), key FROM entry WHERE kind IN ('observation', 'note')"
    return {(visit, key.removeprefix(f"{visit}/")) for visit, key in conn.execute(sql)}


# -- looking for a name ----------------------------------------------------------------------------------


def names_of(conn: sqlite3.Connection, student: str) -> set[str]:
    """Every name that the roster ever had for a student."""
    sql = "SELECT DISTINCT json_extract(data, '$.name') FROM entry WHERE kind = 'student' AND key = ?"
    return {name for (name,) in conn.execute(sql, (student,)) if name}


def written(conn: sqlite3.Connection, kinds: Iterable[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(kind, key, data) of these kinds, in whatever version, and private notes with `body`.

    Of observations only those with words: a plain tap has none, and there are many.
    """
    asked = tuple(kinds)
    words = " OR ".join(f"json_extract(data, '$.{name}') IS NOT NULL" for name in ("note", "reason", "group"))
    sql = (
        f"SELECT kind, key, data FROM entry WHERE kind IN ({', '.join('?' * len(asked))})"
        f" AND (kind <> 'observation' OR {words})"
    )
    for kind, key, data in conn.execute(sql, asked):
        yield kind, key, json.loads(data)
    for visit, observation, body in conn.execute("SELECT visit, observation, body FROM private_note"):
        yield "private_note", observation, {"visit": visit, "body": body}
