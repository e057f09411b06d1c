"""Copies of the log, made before a purge or before it came out whom an entry is about: erased as the log is by now."""

import sqlite3
from pathlib import Path
from typing import Any

from observe.domain.frozen import dataclass
from observe.domain.redaction import covers
from observe.store.connection import Database, in_words
from observe.store.journal import settle
from observe.store.redact import tombstones, versions


@dataclass(frozen=True, slots=True)
class Left:
    """What is otherwise in the log than in a copy by now: entries, as rows of the log, and private notes that went."""

    entries: tuple[tuple[Any, ...], ...]
    notes: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.entries or self.notes)


def left_in(database: Database, copy: Path) -> Left:
    """What purges took from the log since the copy was made. Raises Corrupt, NotSaved.

    Only a purge changes what an entry says. That the copy knows the purge is not enough to be clean: an entry that
    came later may have been the first to name the child. Numbers are compared too, as only where they are those of
    the log is the number of every purge free.
    """
    conn = database.conn
    with in_words(copy):
        conn.execute("ATTACH ? AS copy", (str(copy),))
        try:
            entries = conn.execute(
                f"SELECT {_of('log')}, log.id, log.kind, log.key FROM copy.entry AS other"
                f" JOIN main.entry AS log ON log.id = other.id WHERE ({_of('log')}) IS NOT ({_of('other')})"
            ).fetchall()
            kept = conn.execute("SELECT visit, observation FROM copy.private_note").fetchall()
        finally:
            conn.execute("DETACH copy")
    standing = tombstones(conn)
    gone = [(visit, id) for visit, id in kept if covers("note", id, _said_of(conn, visit, id), standing)]
    return Left(tuple(entries), tuple(gone))


def erase(conn: sqlite3.Connection, left: Left) -> None:
    """Make it in the copy as it is in the log, inside the caller's transaction."""
    ids = [(id,) for *_, id, _, _ in left.entries]
    conn.executemany("UPDATE entry SET seq = -pos WHERE id = ?", ids)  # two may change places
    conn.executemany(
        "UPDATE entry SET device = ?, run = ?, seq = ?, act = ?, data = ?, extra = ? WHERE id = ?",
        [row[:-2] for row in left.entries],
    )
    conn.executemany("DELETE FROM private_note WHERE visit = ? AND observation = ?", left.notes)
    for kind, key in sorted({row[-2:] for row in left.entries}):
        settle(conn, kind, key)
    conn.execute("DELETE FROM figure")


def _said_of(conn: sqlite3.Connection, visit: str, id: str) -> list[dict[str, Any]]:
    """All that the log ever said of what a private note stands beside: an observation, or a note of its own."""
    return versions(conn, "observation", id) + versions(conn, "note", f"{visit}/{id}")


def _of(table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in ("device", "run", "seq", "act", "data", "extra"))
