"""Copies of the log, made before a purge or before it came out whom an entry is about: erased as the log is by now."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from observe.domain.redaction import covers
from observe.store.connection import Database, in_words
from observe.store.journal import settle
from observe.store.redact import numbers_of, tombstones, versions


@dataclass(frozen=True, slots=True)
class Left:
    """What a copy holds and the log does not any more: what entries say there, by id, and whose private notes went."""

    entries: Mapping[str, str]
    notes: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.entries or self.notes)


def left_in(database: Database, copy: Path) -> Left:
    """What the log has lost since the copy was made. Raises Corrupt, NotSaved.

    Nothing but a purge changes what an entry says, so any difference is its doing. That the copy knows the purge is
    not enough: an entry that came later may have been the first to name the child.
    """
    conn = database.conn
    with in_words(copy):
        conn.execute("ATTACH ? AS copy", (str(copy),))
        try:
            entries = dict(
                conn.execute(
                    "SELECT log.id, log.data FROM copy.entry AS other JOIN main.entry AS log ON log.id = other.id"
                    " WHERE log.data <> other.data OR json_remove(coalesce(log.extra, '{}'), '$.was')"
                    " <> json_remove(coalesce(other.extra, '{}'), '$.was')"
                ).fetchall()
            )
            kept = conn.execute("SELECT visit, observation FROM copy.private_note").fetchall()
        finally:
            conn.execute("DETACH copy")
    standing = tombstones(conn)
    gone = [n for n in kept if covers("observation", n[1], versions(conn, "observation", n[1]), standing)]
    return Left(entries, tuple(gone))


def erase(conn: sqlite3.Connection, left: Left) -> None:
    """Take it from the copy too, inside the caller's transaction."""
    ids = json.dumps(list(left.entries))
    rows = conn.execute(
        "SELECT id, kind, key, extra FROM entry WHERE id IN (SELECT value FROM json_each(?))", (ids,)
    ).fetchall()
    for id, _, _, extra in rows:
        conn.execute("UPDATE entry SET data = ?, extra = ? WHERE id = ?", (left.entries[id], numbers_of(extra), id))
    conn.executemany("DELETE FROM private_note WHERE visit = ? AND observation = ?", left.notes)
    for kind, key in sorted({(kind, key) for _, kind, key, _ in rows}):
        settle(conn, kind, key)
    conn.execute("DELETE FROM figure")
