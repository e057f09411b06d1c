"""The one writer. Every change is entries appended here, and the projections follow in the same transaction."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import Any

from observe.domain.entries import FAR_AHEAD_MS, Entry, dumps, tick
from observe.domain.redaction import Tombstones, covers, erase
from observe.domain.shapes import cleaned, fault, has_text
from observe.store.connection import Database
from observe.store.projections import COLUMNS, PROJECT, UNDOABLE, entry_of, observation, project, visit_of
from observe.store.redact import mark_due, redact, redact_named, tombstones, versions

INSERT = f"INSERT INTO entry ({COLUMNS}, ahead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HEADS = (
    f"SELECT {COLUMNS} FROM entry WHERE key = ? AND kind = ? AND NOT EXISTS"
    " (SELECT 1 FROM parent WHERE parent.parent = entry.id) ORDER BY ms DESC, n DESC, device DESC, seq DESC, id DESC"
)
UNFIT = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
)
"""What projecting raises for an entry that says what no table can hold."""


class Journal:
    """Appends entries as `device`. `run` names this process's stretch of time; `now` gives wall milliseconds."""

    def __init__(self, database: Database, device: str, run: int, now: Callable[[], int]) -> None:
        self.database, self.device, self.run, self.now = database, device, run, now
        self.conn = database.conn
        self._changes = 0
        self._changed: dict[str, int] = {}

    @contextmanager
    def write(self) -> Iterator["Act"]:
        """One thing she does: one transaction. Raises Busy, NotSaved."""
        with self.database.transaction():
            yield Act(self)

    def changed(self, kind: str) -> None:
        """An entry of this kind was appended through this journal."""
        self._changes += 1
        self._changed[kind] = self._changes

    def changes_since(self, mark: int) -> tuple[int, set[str]]:
        """The mark of now, and the kinds appended through this journal since an earlier one."""
        return self._changes, {kind for kind, at in self._changed.items() if at > mark}

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
        now = journal.now()
        # Another process may have given this home a new identity since: nobody writes on under the old one.
        said = dict(self._conn.execute("SELECT name, value FROM setting WHERE name IN ('device', 'heard')"))
        self._device = journal.device = said.get("device", journal.device)
        last = self._conn.execute(
            "SELECT seq, ms, n FROM entry WHERE device = ? ORDER BY seq DESC LIMIT 1", (self._device,)
        ).fetchone()
        self._seq: int = last[0] + 1 if last else 1
        stamp: tuple[int, int] = (last[1], last[2]) if last else (0, 0)
        if "heard" in said:  # the latest stamp that came from another device
            ms, n = json.loads(said["heard"])
            if ms <= now + FAR_AHEAD_MS:
                stamp = max(stamp, (ms, n)) if stamp[0] <= now + FAR_AHEAD_MS else (ms, n)
        self._stamp, self._now = stamp, now
        self.first = self._seq
        self.tombstones: Tombstones = tombstones(self._conn)

    def put(self, kind: str, key: str, data: Mapping[str, Any], *, new: bool = False) -> Entry:
        """The whole new state of an entity. `new`: the key was just drawn, so there is nothing to replace."""
        return self._append(kind, key, "put", data, () if new else self._replaced(kind, key), new)

    def void(self, kind: str, key: str, data: Mapping[str, Any]) -> Entry:
        """The end of an entity; `data` says in which visit, and why."""
        return self._append(kind, key, "void", data, self._replaced(kind, key), False)

    def resolve(self, state: Entry) -> Entry:
        """Say once more what `state` said, in the place of everything that stands for its key."""
        standing = tuple(entry.id for entry in self._journal.heads(state.kind, state.key))
        return self._append(state.kind, state.key, state.op, state.data, standing, False)

    def purge(self, kind: str, id: str) -> Counter[str]:
        """The order to erase a student or a visit, now and whatever arrives later.

        Returns how many entities of each kind were redacted; the private notes that went are "private_note".
        """
        self._append("purge", f"{kind}/{id}", "purge", {}, (), False)
        self.tombstones = self.tombstones | {(kind, id)}
        changed = redact_named(self._conn, kind, id, self.tombstones)
        for what, key in changed:
            settle(self._conn, what, key)
        return Counter(what for what, _ in changed)

    def _replaced(self, kind: str, key: str) -> tuple[str, ...]:
        winner = self._journal.winner(kind, key)
        return (winner.id,) if winner else ()

    def _append(
        self, kind: str, key: str, op: str, data: Mapping[str, Any], parents: tuple[str, ...], new: bool
    ) -> Entry:
        if self.tombstones:
            earlier = () if new else versions(self._conn, kind, key)
            rules = covers(kind, key, [data, *earlier], self.tombstones)
            data = erase(kind, data, rules)
            if rules and earlier and redact(self._conn, [(kind, key)], self.tombstones, rules):
                mark_due(self._conn)  # this version is the first to name what was purged
        self._stamp = tick(self._stamp, self._now)
        entry = Entry(
            os.urandom(16).hex(),
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
        self._journal.changed(kind)
        if new and kind == "observation":
            observation(self._conn, key, data, entry)
        else:
            settle(self._conn, kind, key, own=True)
        visit = visit_of(kind, key, data)
        if visit is not None:
            self._conn.execute("DELETE FROM figure WHERE visit = ?", (visit,))
        if kind == "undo":
            note_undone(self._conn, entry, self._device)
        elif entry.seq == self.first:
            note_act(self._conn, entry)
        return entry


def insert(conn: sqlite3.Connection, entry: Entry, *, ahead: bool) -> None:
    """The row of an entry, and of each parent it names."""
    conn.execute(INSERT, row_of(entry, ahead=ahead))
    for parent in entry.parents:
        conn.execute("INSERT OR IGNORE INTO parent (parent, child) VALUES (?, ?)", (parent, entry.id))


def row_of(entry: Entry, *, ahead: bool) -> tuple[object, ...]:
    """What `INSERT` binds. `ahead`: stamped more than a day after now."""
    return (
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
    )


def settle(conn: sqlite3.Connection, kind: str, key: str, *, own: bool = False) -> None:
    """Project the winner of a key, and remember whether others stand against it.

    `own`: this device just wrote it, so a winner that cannot be projected is an error of this program.
    From elsewhere it is kept, and shows as if it were void.
    """
    found = [entry_of(row) for row in conn.execute(_HEADS, (key, kind))]
    if not found:
        return
    if own:
        project(conn, found[0])
    else:
        _project_any(conn, found[0], project)
        if kind == "undo":
            here = conn.execute("SELECT value FROM setting WHERE name = 'device'").fetchone()
            note_undone(conn, found[0], here[0] if here else "")
    if kind != "purge" and _differ(found):
        note_conflict(conn, found[0])
    else:
        conn.execute("DELETE FROM conflict WHERE kind = ? AND key = ?", (kind, key))


def _differ(heads: list[Entry]) -> bool:
    """Whether the versions that stand say different things: the same calendar taken in twice is no conflict."""
    return any((entry.op, entry.data) != (heads[0].op, heads[0].data) for entry in heads[1:])


_TAKEN_BY_A_PURGE = {"visit.title": {"title": ""}, "reflection": {"body": ""}, "next_step": {"body": ""}}
"""Fields that a kind must have, and that a purge takes all the same."""


def fitting(entry: Entry) -> Entry:
    """An entry from elsewhere as tables may show it: its texts cleaned. Raises ValueError when it is not of its kind.

    The entry itself stays as its device signed it.
    """
    if entry.op == "void":
        return entry
    why = fault(entry.kind, entry.key, {**_TAKEN_BY_A_PURGE.get(entry.kind, {}), **entry.data})
    if why is not None:
        raise ValueError(why)
    data = entry.data
    return replace(entry, data=cleaned(entry.kind, data)) if has_text(entry.kind, data) else entry


def _project_any(conn: sqlite3.Connection, winner: Entry, how: Callable[[sqlite3.Connection, Entry], None]) -> None:
    try:
        how(conn, fitting(winner) if winner.kind in PROJECT else winner)
    except UNFIT:
        try:
            how(conn, replace(winner, op="void"))
        except UNFIT:
            pass  # nor has its key a form that rows could have


def note_conflict(conn: sqlite3.Connection, winner: Entry) -> None:
    """Remember that others stand against the winner of this key."""
    conn.execute(
        "INSERT OR REPLACE INTO conflict (kind, key, visit) VALUES (?, ?, ?)",
        (winner.kind, winner.key, visit_of(winner.kind, winner.key, winner.data)),
    )


def note_act(conn: sqlite3.Connection, first: Entry) -> None:
    """Keep what undo needs to know of an act of this device: where it happened."""
    if first.kind in UNDOABLE and (visit := visit_of(first.kind, first.key, first.data)):
        conn.execute("INSERT INTO act (visit, act) VALUES (?, ?)", (visit, first.seq))


def note_undone(conn: sqlite3.Connection, undo: Entry, device: str) -> None:
    """Whether an act of this device is taken back now, as the undo entry of its key that stands says.

    It counts whoever has numbered it: a copy of this home that took a new id may have given it one of its own.
    """
    of, _, act = undo.key.rpartition("/")
    if of == device:
        conn.execute("UPDATE act SET undone = ? WHERE act = ?", (int(undo.data.get("undone") is True), act))


def rebuild(conn: sqlite3.Connection, device: str, tables: Iterable[str], schema: str) -> None:
    """Drop the projections and make them again from the journal, inside the caller's transaction."""
    for table in tables:
        conn.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in schema.split(";\n"):
        if statement.strip():
            conn.execute(statement)
    conn.execute("DELETE FROM figure")
    fill(conn, device)


def fill(conn: sqlite3.Connection, device: str) -> None:
    """Project the whole journal into tables that are empty; `device` is the one whose acts undo reaches."""
    # Undo begins anew in another life: what was numbered again there is out of its reach.
    own = (
        f"SELECT {COLUMNS} FROM entry WHERE device = ? AND seq = act"
        " AND (extra IS NULL OR json_extract(extra, '$.was') IS NULL) ORDER BY seq"
    )
    for row in conn.execute(own, (device,)).fetchall():
        note_act(conn, entry_of(row))
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM entry WHERE NOT EXISTS (SELECT 1 FROM parent WHERE parent.parent = entry.id)"
        " ORDER BY kind, key, ms DESC, n DESC, device DESC, seq DESC, id DESC"
    )
    for (kind, _), heads in groupby(map(entry_of, rows), key=lambda entry: (entry.kind, entry.key)):
        standing = list(heads)
        winner = standing[0]
        _project_any(conn, winner, _project_into_nothing)
        if kind == "undo":
            note_undone(conn, winner, device)
        if kind != "purge" and _differ(standing):
            note_conflict(conn, winner)


def _project_into_nothing(conn: sqlite3.Connection, winner: Entry) -> None:
    if winner.kind == "observation" and winner.op == "void":
        return  # there is no row to take away
    function = PROJECT.get(winner.kind)
    if function is not None:
        function(conn, winner.key, None if winner.op == "void" else winner.data, winner)
