"""Entries that came from elsewhere: appended once, erased as purges say, projected as if they had always been here."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from observe.domain.codec import MAX_MS
from observe.domain.entries import FAR_AHEAD_MS, Entry, dumps
from observe.domain.errors import Refused
from observe.domain.redaction import Tombstones, covers, erase
from observe.domain.shapes import is_plain_look
from observe.store.journal import INSERT, UNFIT, fitting, row_of, settle
from observe.store.projections import COLUMNS, OBSERVATION, entry_of, observation_row, project, visit_of
from observe.store.redact import mark_due, purged_by, redact, redact_named, tombstones

WAS = "was"
"""Field of an entry that was given another number: the [device, seq] it had, which a copy of its home used too."""

Keys = set[tuple[str, str]]


class NotTaken(Refused):
    """These entries cannot stand beside those that are here."""


def receive(conn: sqlite3.Connection, entries: Iterable[Entry], now_ms: int) -> list[Entry]:
    """Append entries that another device, or this one in another life, wrote; those known already are left alone.

    Runs inside the caller's transaction. Returns those that were new. Raises as `take` does.
    """
    new, changed = take(conn, entries, now_ms)
    keys = {(entry.kind, entry.key) for entry in new} | changed
    keys -= _plainly_projected(conn, new, changed)
    for kind, key in sorted(keys):
        settle(conn, kind, key)
    for visit in {visit_of(entry.kind, entry.key, entry.data) for entry in new} - {None}:
        conn.execute("DELETE FROM figure WHERE visit = ?", (visit,))
    return new


def take(conn: sqlite3.Connection, entries: Iterable[Entry], now_ms: int) -> tuple[list[Entry], Keys]:
    """Append what is new of these, erased as the purges known by then say, without projecting it.

    One stamped more than a day ahead is kept and flagged, and does not advance the clock. Returns the new
    entries, and (kind, key) of whatever was redacted or renumbered. Raises NotTaken when a device used a number
    twice, or an id that is another entry's.
    """
    known = tombstones(conn)
    new, changed = _unknown(conn, list(entries))
    purged = {purged_by(entry) for entry in new if entry.kind == "purge"}
    standing = known | purged
    if standing:
        new = [_erased(entry, standing) for entry in new]
    heard = (0, 0)
    rows, parents = [], []
    for entry in new:
        ahead = entry.ms > now_ms + FAR_AHEAD_MS
        if not ahead:
            heard = max(heard, (entry.ms, entry.n))
        rows.append(row_of(entry, ahead=ahead))
        parents += [(parent, entry.id) for parent in entry.parents]
    try:
        conn.executemany(INSERT, rows)
    except sqlite3.IntegrityError as error:
        raise NotTaken(*_twice(conn, new)) from error
    conn.executemany("INSERT OR IGNORE INTO parent (parent, child) VALUES (?, ?)", parents)
    for entry in new:
        if entry.kind == "purge":
            project(conn, entry)  # what arrives next is erased by it
    before = conn.execute("SELECT value FROM setting WHERE name = 'heard'").fetchone()
    if heard > (tuple(json.loads(before[0])) if before else (0, 0)):
        conn.execute("INSERT OR REPLACE INTO setting (name, value) VALUES ('heard', ?)", (json.dumps(heard),))
    for kind, id in sorted(purged - known):
        changed |= redact_named(conn, kind, id, standing)
    if standing:
        late = redact(conn, {(entry.kind, entry.key) for entry in new}, standing)
        if late:
            mark_due(conn)
        changed |= late
    return new, changed


def _unknown(conn: sqlite3.Connection, entries: list[Entry]) -> tuple[list[Entry], Keys]:
    """Those whose id is not here yet, once each; and the keys of entries here that turned out to have been renumbered.

    Of an entry that came under two numbers the one it was given later counts, so that all devices agree.
    """
    by_id: dict[str, Entry] = {}
    for entry in entries:
        if entry.id not in by_id or _renumbering(entry) > _renumbering(by_id[entry.id]):
            by_id[entry.id] = entry
    sql = f"SELECT extra, {COLUMNS} FROM entry WHERE id IN (SELECT value FROM json_each(?))"
    changed: Keys = set()
    for extra, *row in conn.execute(sql, (json.dumps(list(by_id)),)).fetchall():
        here = entry_of(tuple(row))
        id, device, seq = here.id, here.device, here.seq
        entry = by_id.pop(id)
        if not _same(here, entry):
            raise NotTaken(f"entry {id} was not taken", "it has the id of another, and says something else")
        had = _rank(device, seq, json.loads(extra) if extra else {})
        if _renumbering(entry) > had and WAS in entry.extra:
            merged = {**(json.loads(extra) if extra else {}), WAS: entry.extra[WAS]}
            conn.execute(
                "UPDATE entry SET device = ?, run = ?, seq = ?, act = ?, extra = ? WHERE id = ?",
                (entry.device, entry.run, entry.seq, entry.act, dumps(merged), id),
            )
            # An act that has another number now is out of undo's reach, as in a rebuild.
            own = "(SELECT value FROM setting WHERE name = 'device')"
            conn.execute(f"DELETE FROM act WHERE act = ? AND ? = {own}", (seq, device))
            changed.add((entry.kind, entry.key))
    return list(by_id.values()), changed


def _same(here: Entry, there: Entry) -> bool:
    """Whether these are one entry: numbered anew perhaps, and on either side as a purge left it."""
    for name in ("kind", "key", "op", "ms", "n", "parents", "v"):
        if getattr(here, name) != getattr(there, name):
            return False
    some, others = (_forms(entry.kind, entry.data) for entry in (here, there))
    return here.data in others or there.data in some or (some[-1] == others[-1] and here.data in some[1:])


def _forms(kind: str, data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What an entry says, and what purges leave of it, the least last."""
    some: tuple[frozenset[str], ...] = tuple(map(frozenset, ((), ("student",), ("visit",), ("student", "visit"))))
    return [erase(kind, data, rules) for rules in some]


def former_numbers(entries: Iterable[Entry]) -> Iterator[tuple[str, int]]:
    """(device, number) that each of these had before it was given another, where it says so."""
    for entry in entries:
        was = entry.extra.get(WAS)
        if isinstance(was, list) and len(was) == 2 and isinstance(was[0], str) and type(was[1]) is int:
            yield was[0], was[1]


def _renumbering(entry: Entry) -> tuple[bool, str, int]:
    return _rank(entry.device, entry.seq, entry.extra)


def _rank(device: str, seq: int, extra: object) -> tuple[bool, str, int]:
    return (isinstance(extra, dict) and WAS in extra, device, seq)


def _twice(conn: sqlite3.Connection, new: list[Entry]) -> tuple[str, str]:
    used = Counter((entry.device, entry.seq) for entry in new)
    for entry in new:
        row = conn.execute("SELECT id FROM entry WHERE device = ? AND seq = ?", (entry.device, entry.seq)).fetchone()
        if used[entry.device, entry.seq] > 1 or (row and row[0] != entry.id):
            return f"entry {entry.id} was not taken", f"device {entry.device} used its number {entry.seq} twice"
    return "these entries were not taken", "they are not what a device writes"


def _erased(entry: Entry, standing: Tombstones) -> Entry:
    """Without what its own words show to be purged: not even the write-ahead log is to hold it."""
    rules = covers(entry.kind, entry.key, [entry.data], standing)
    if not rules:
        return entry
    kept = {WAS: entry.extra[WAS]} if WAS in entry.extra else {}
    return replace(entry, data=erase(entry.kind, entry.data, rules), extra=kept)


def _plainly_projected(conn: sqlite3.Connection, new: list[Entry], changed: Keys) -> Keys:
    """Project in one go the observations that nothing else is said of; (kind, key) of each."""
    candidates = {}
    once = Counter(entry.key for entry in new)
    for entry in new:
        if entry.kind == "observation" and entry.op == "put" and once[entry.key] == 1 and not entry.parents:
            candidates[entry.key] = entry
    if not candidates:
        return set()
    several = "SELECT key FROM entry WHERE key IN (SELECT value FROM json_each(?)) GROUP BY key HAVING count(*) > 1"
    replaced = "SELECT parent FROM parent WHERE parent IN (SELECT value FROM json_each(?))"
    gone = {id for (id,) in conn.execute(replaced, (json.dumps([entry.id for entry in candidates.values()]),))}
    for (key,) in conn.execute(several, (json.dumps(list(candidates)),)):
        del candidates[key]
    rows, done = [], set()
    for entry in _plain(candidates.values(), gone, changed):
        try:
            entry = entry if is_plain_look(entry.key, entry.data) else fitting(entry)
            row = observation_row(entry.key, entry.data, entry)
        except UNFIT:
            continue
        if 0 <= row[2] < MAX_MS:
            rows.append(row)
            done.add((entry.kind, entry.key))
    try:
        conn.execute("SAVEPOINT plainly")
        conn.executemany(OBSERVATION, rows)
    except UNFIT:  # one of them says what the table cannot hold: each by itself, then
        conn.execute("ROLLBACK TO plainly")
        done = set()
    conn.execute("RELEASE plainly")
    return done


def _plain(entries: Iterable[Entry], gone: set[str], changed: Keys) -> Iterator[Entry]:
    return (entry for entry in entries if entry.id not in gone and (entry.kind, entry.key) not in changed)
