"""Erasing in place what a purge names, inside the caller's transaction. `journal` projects anew what changed."""

import json
import os
import sqlite3
from collections.abc import Iterable, Set
from typing import Any

from observe.domain.entries import Entry, dumps
from observe.domain.redaction import Tombstones, covers, erase

REDACTION_DUE = "redaction_due"
"""Setting: the log is redacted, but not yet the write-ahead log, the backups and what was set aside."""

SEGMENTS_DUE = "segments_due"
"""Setting: the log is redacted, but not yet this device's files in the shared folder."""

Keys = Iterable[tuple[str, str]]


def tombstones(conn: sqlite3.Connection) -> Tombstones:
    """Everything that was ever purged."""
    return frozenset(conn.execute("SELECT kind, key FROM tombstone").fetchall())


def versions(conn: sqlite3.Connection, kind: str, key: str) -> list[dict[str, Any]]:
    """All that entries ever said of a key."""
    return [
        json.loads(data) for (data,) in conn.execute("SELECT data FROM entry WHERE key = ? AND kind = ?", (key, kind))
    ]


def purged_by(entry: Entry) -> tuple[str, str]:
    """What a purge entry names: ("student" | "visit", id)."""
    kind, _, id = entry.key.partition("/")
    return kind, id


def naming(conn: sqlite3.Connection, id: str) -> set[tuple[str, str]]:
    """(kind, key) of every entity some version of which names a student or a visit."""
    quoted = dumps(id)[1:-1]
    sql = "SELECT DISTINCT kind, key FROM entry WHERE instr(key, ?) OR instr(data, ?)"
    return set(conn.execute(sql, (id, quoted)).fetchall())


def redact(
    conn: sqlite3.Connection, keys: Keys, standing: Tombstones, rules: Set[str] = frozenset()
) -> set[tuple[str, str]]:
    """Erase what the tombstones cover of these entities, private notes too.

    `rules`: what is known to cover them already. Returns (kind, key) of what changed; ("private_note", key)
    where such a note went.
    """
    changed: set[tuple[str, str]] = set()
    for kind, key in sorted(keys):
        rows = conn.execute("SELECT id, data, extra FROM entry WHERE key = ? AND kind = ?", (key, kind)).fetchall()
        said = [json.loads(data) for _, data, _ in rows]
        reached = rules | covers(kind, key, said, standing)
        if not reached:
            continue
        for (id, _, extra), data in zip(rows, said, strict=True):
            clean = erase(kind, data, reached)
            kept = _numbers_of(extra)
            if clean is not data or extra != kept:
                conn.execute("UPDATE entry SET data = ?, extra = ? WHERE id = ?", (dumps(clean), kept, id))
                changed.add((kind, key))
        name = key.rpartition("/")[2]  # a note of its own has its visit in front of it
        for visit in {data["visit"] for data in said if isinstance(data.get("visit"), str)}:
            notes = conn.execute("DELETE FROM private_note WHERE visit = ? AND observation = ?", (visit, name)).rowcount
            if notes:
                changed.add(("private_note", name))
            conn.execute("DELETE FROM figure WHERE visit = ?", (visit,))
    if changed:
        conn.execute("DELETE FROM figure WHERE visit GLOB 'span:*'")  # what is kept of spans has their words in it
    return changed


def _numbers_of(extra: str | None) -> str | None:
    """Of the fields of a later version none stays; the number an entry had before says nothing of anybody."""
    said = json.loads(extra) if extra else {}
    return dumps({"was": said["was"]}) if "was" in said else None


def redact_named(conn: sqlite3.Connection, kind: str, id: str, standing: Tombstones) -> set[tuple[str, str]]:
    """Erase one student or visit wherever the log names it."""
    changed = redact(conn, naming(conn, id), standing)
    if kind == "visit" and conn.execute("DELETE FROM private_note WHERE visit = ?", (id,)).rowcount:
        changed.add(("private_note", id))
    mark_due(conn)
    return changed


def mark_due(conn: sqlite3.Connection) -> None:
    """Note that files may hold what the log no longer does.

    Each time in another word: whoever has cleaned them takes back the word he began with, and none that came since.
    """
    word = os.urandom(4).hex()
    for what in (REDACTION_DUE, SEGMENTS_DUE):
        conn.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (what, word))
