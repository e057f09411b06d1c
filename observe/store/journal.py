"""The one writer. Every change is entries appended here, and the projections follow in the same transaction."""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from observe.domain.entries import FAR_AHEAD_MS, Entry, dumps, tick
from observe.domain.redaction import Tombstones, redact
from observe.store.connection import Database
from observe.store.projections import COLUMNS, UNDOABLE, entry_of, observation, project, visit_of

_INSERT = f"INSERT INTO entry ({COLUMNS}, ahead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HEADS = (
    f"SELECT {COLUMNS} FROM entry WHERE key = ? AND kind = ? AND NOT EXISTS"
    " (SELECT 1 FROM parent WHERE parent.parent = entry.id) ORDER BY ms DESC, n DESC, device DESC, seq DESC, id DESC"
)


class Journal:
    """Appends entries as `device`. `run` names this process's stretch of time; `now` gives wall milliseconds."""

    def __init__(self, database: Database, device: str, run: int, now: Callable[[], int]) -> None:
        self.database, self.device, self.run, self.now = database, device, run, now
        self.conn = database.conn

    @contextmanager
    def write(self) -> Iterator["Act"]:
        """One thing she does: one transaction. Raises Busy, NotSaved."""
        with self.database.transaction():
            yield Act(self)

    def heads(self, kind: str, key: str) -> list[Entry]:
        """The entries of this key that nothing replaced, the winner first; more than one is a conflict."""
        return [entry_of(row) for row in self.conn.execute(_HEADS, (key, kind))]

    def winner(self, kind: str, key: str) -> Entry | None:
        """The entry that decides what `key` is now, a void too."""
        row = self.conn.execute(_HEADS + " LIMIT 1", (key, kind)).fetchone()
        return entry_of(row) if row else None

    def entry(self, id: str) -> Entry | None:
        """The entry of that id."""
        row = self.conn.execute(f"SELECT {COLUMNS} FROM entry WHERE id = ?", (id,)).fetchone()
        return entry_of(row) if row else None

    def history(self, kind: str, key: str) -> list[Entry]:
        """Every entry of this key, oldest first: the trail."""
        sql = f"SELECT {COLUMNS} FROM entry WHERE key = ? AND kind = ? ORDER BY ms, n, device, seq, id"
        return [entry_of(row) for row in self.conn.execute(sql, (key, kind))]

    def act(self, first: int) -> list[Entry]:
        """The entries of this device's act that begins with seq `first`."""
        sql = f"SELECT {COLUMNS} FROM entry WHERE device = ? AND seq >= ? AND act = ? ORDER BY seq"
        return [entry_of(row) for row in self.conn.execute(sql, (self.device, first, first))]

    def every(self) -> Iterator[Entry]:
        """All entries, in order of arrival."""
        for row in self.conn.execute(f"SELECT {COLUMNS} FROM entry ORDER BY pos"):
            yield entry_of(row)


class Act:
    """The entries of one act, inside its transaction. Made by `Journal.write` alone."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._conn = journal, journal.conn
        self._device = journal.device
        now = journal.now()
        last = self._conn.execute(
            "SELECT seq, ms, n FROM entry WHERE device = ? ORDER BY seq DESC LIMIT 1", (self._device,)
        ).fetchone()
        self._seq: int = last[0] + 1 if last else 1
        stamp: tuple[int, int] = (last[1], last[2]) if last else (0, 0)
        heard = self._conn.execute("SELECT value FROM setting WHERE name = 'heard'").fetchone()
        if heard:  # the latest stamp that came from another device
            ms, n = json.loads(heard[0])
            if ms <= now + FAR_AHEAD_MS:
                stamp = max(stamp, (ms, n)) if stamp[0] <= now + FAR_AHEAD_MS else (ms, n)
        self._stamp, self._now = stamp, now
        self.first = self._seq
        self.tombstones: Tombstones = frozenset(self._conn.execute("SELECT kind, key FROM tombstone").fetchall())

    def put(self, kind: str, key: str, data: Mapping[str, Any], *, new: bool = False) -> Entry:
        """The whole new state of an entity. `new`: the key was just drawn, so there is nothing to replace."""
        return self._append(kind, key, "put", data, () if new else self._replaced(kind, key), new)

    def void(self, kind: str, key: str, data: Mapping[str, Any]) -> Entry:
        """The end of an entity; `data` says in which visit, and why."""
        return self._append(kind, key, "void", data, self._replaced(kind, key), False)

    def purge(self, kind: str, id: str) -> Entry:
        """The order to erase a student or a visit, now and whatever arrives later."""
        entry = self._append("purge", f"{kind}/{id}", "purge", {}, (), False)
        self.tombstones = self.tombstones | {(kind, id)}
        redact_entries(self._conn, self.tombstones)
        return entry

    def _replaced(self, kind: str, key: str) -> tuple[str, ...]:
        winner = self._journal.winner(kind, key)
        return (winner.id,) if winner else ()

    def _append(
        self, kind: str, key: str, op: str, data: Mapping[str, Any], parents: tuple[str, ...], new: bool
    ) -> Entry:
        if self.tombstones:
            data = redact(kind, key, data, self.tombstones)
        self._stamp = tick(self._stamp, self._now)
        entry = Entry(
            secrets.token_hex(16),
            self._device,
            self._journal.run,
            self._seq,
            *self._stamp,
            self.first,
            kind,
            key,
            op,
            parents,
            data,
        )
        self._seq += 1
        insert(self._conn, entry, ahead=False)
        if new and kind == "observation":
            observation(self._conn, key, data, entry)
        else:
            settle(self._conn, kind, key)
        visit = visit_of(kind, key, data)
        if visit is not None:
            self._conn.execute("DELETE FROM figure WHERE visit = ?", (visit,))
        if entry.seq == self.first:
            note_act(self._conn, entry)
        return entry


def insert(conn: sqlite3.Connection, entry: Entry, *, ahead: bool) -> None:
    """The row of an entry, and of each parent it names."""
    conn.execute(
        _INSERT,
        (
            entry.id,
            entry.v,
            entry.device,
            entry.run,
            entry.seq,
            entry.ms,
            entry.n,
            entry.act,
            entry.kind,
            entry.key,
            entry.op,
            json.dumps(entry.parents) if entry.parents else None,
            dumps(entry.data),
            dumps(entry.extra) if entry.extra else None,
            1 if ahead else None,
        ),
    )
    for parent in entry.parents:
        conn.execute("INSERT OR IGNORE INTO parent (parent, child) VALUES (?, ?)", (parent, entry.id))


def settle(conn: sqlite3.Connection, kind: str, key: str) -> None:
    """Project the winner of a key, and remember whether others stand against it."""
    found = [entry_of(row) for row in conn.execute(_HEADS, (key, kind))]
    if not found:
        return
    project(conn, found[0])
    if len(found) > 1 and kind != "purge":
        visit = visit_of(kind, key, found[0].data)
        conn.execute("INSERT OR REPLACE INTO conflict (kind, key, visit) VALUES (?, ?, ?)", (kind, key, visit))
    else:
        conn.execute("DELETE FROM conflict WHERE kind = ? AND key = ?", (kind, key))


def note_act(conn: sqlite3.Connection, first: Entry) -> None:
    """Keep what undo needs to know of an act of this device: where it happened, or which act it took back."""
    if first.kind == "undo":
        conn.execute(
            "UPDATE act SET undone = ? WHERE visit = ? AND act = ?",
            (int(bool(first.data.get("undone"))), first.data["visit"], int(first.key.rpartition("/")[2])),
        )
    elif first.kind in UNDOABLE and (visit := visit_of(first.kind, first.key, first.data)):
        conn.execute("INSERT INTO act (visit, act) VALUES (?, ?)", (visit, first.seq))


def receive(conn: sqlite3.Connection, entries: Iterable[Entry], now_ms: int) -> list[Entry]:
    """Append entries that another device, or this one in another life, wrote; those known already are left alone.

    Runs inside the caller's transaction. One stamped more than a day ahead is kept and flagged, and
    does not advance the clock. Returns those that were new.
    """
    tombstones: Tombstones = frozenset(conn.execute("SELECT kind, key FROM tombstone").fetchall())
    heard = (0, 0)
    new = []
    for entry in entries:
        if conn.execute("SELECT 1 FROM entry WHERE id = ?", (entry.id,)).fetchone():
            continue
        ahead = entry.ms > now_ms + FAR_AHEAD_MS
        if not ahead:
            heard = max(heard, (entry.ms, entry.n))
        insert(conn, entry, ahead=ahead)
        new.append(entry)
        if entry.op == "purge":
            kind, _, name = entry.key.partition("/")
            tombstones = tombstones | {(kind, name)}
    before = conn.execute("SELECT value FROM setting WHERE name = 'heard'").fetchone()
    if heard > (tuple(json.loads(before[0])) if before else (0, 0)):
        conn.execute("INSERT OR REPLACE INTO setting (name, value) VALUES ('heard', ?)", (json.dumps(heard),))
    if tombstones:
        redact_entries(conn, tombstones)
    for kind, key in sorted({(entry.kind, entry.key) for entry in new}):
        settle(conn, kind, key)
    for visit in {visit_of(entry.kind, entry.key, entry.data) for entry in new} - {None}:
        conn.execute("DELETE FROM figure WHERE visit = ?", (visit,))
    return new


def redact_entries(conn: sqlite3.Connection, tombstones: Tombstones) -> int:
    """Erase in place what the tombstones cover, and project it anew; private notes go too. Returns how many entries."""
    changed: set[tuple[str, str]] = set()
    count = 0
    about = {
        key
        for kind, id in tombstones
        if kind == "student"
        for (key,) in conn.execute(
            "SELECT key FROM entry WHERE kind = 'observation' AND json_extract(data, '$.student') = ?", (id,)
        )
    }
    for row in conn.execute(f"SELECT {COLUMNS} FROM entry").fetchall():
        entry = entry_of(row)
        clean = redact(entry.kind, entry.key, entry.data, tombstones, about)
        if clean is not entry.data:
            conn.execute("UPDATE entry SET data = ? WHERE id = ?", (dumps(clean), entry.id))
            changed.add((entry.kind, entry.key))
            count += 1
    for kind, key in sorted(changed):
        settle(conn, kind, key)
    for kind, id in tombstones:
        if kind == "visit":
            conn.execute("DELETE FROM private_note WHERE visit = ?", (id,))
            conn.execute("DELETE FROM figure WHERE visit = ?", (id,))
        else:
            conn.execute(
                "DELETE FROM private_note WHERE (visit, observation) IN"
                " (SELECT visit, id FROM observation WHERE student = ?)",
                (id,),
            )
    return count


def rebuild(conn: sqlite3.Connection, device: str, tables: Iterable[str], schema: str) -> None:
    """Drop the projections and make them again from the journal, inside the caller's transaction."""
    for table in tables:
        conn.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in schema.split(";\n"):
        if statement.strip():
            conn.execute(statement)
    conn.execute("DELETE FROM figure")
    for kind, key in conn.execute("SELECT DISTINCT kind, key FROM entry ORDER BY kind, key").fetchall():
        settle(conn, kind, key)
    own = f"SELECT {COLUMNS} FROM entry WHERE device = ? AND seq = act ORDER BY seq"
    for row in conn.execute(own, (device,)).fetchall():
        note_act(conn, entry_of(row))
