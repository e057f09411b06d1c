"""Tables of this device alone: settings, private notes, cached numbers. No entry, no undo, no sync."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from observe.domain.entries import dumps


def set_setting(conn: sqlite3.Connection, name: str, value: str | None) -> None:
    """Set a setting; None forgets it."""
    if value is None:
        conn.execute("DELETE FROM setting WHERE name = ?", (name,))
    else:
        conn.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, value))


def take_back(conn: sqlite3.Connection, name: str, value: str) -> None:
    """Forget a setting that still has this value."""
    conn.execute("DELETE FROM setting WHERE name = ? AND value = ?", (name, value))


def keep_private_note(conn: sqlite3.Connection, visit: str, observation: str, body: str) -> None:
    """Keep a note beside an observation or a note without words, on this device alone; none where a purge took it."""
    conn.execute(
        "INSERT OR REPLACE INTO private_note (visit, observation, body) SELECT ?1, ?2, ?3"
        " WHERE NOT EXISTS (SELECT 1 FROM tombstone WHERE kind = 'visit' AND key = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM entry JOIN tombstone ON tombstone.kind = 'student'"
        " AND tombstone.key = json_extract(entry.data, '$.student')"
        " WHERE entry.key IN (?2, ?1 || '/' || ?2) AND entry.kind IN ('observation', 'note'))",
        (visit, observation, body),
    )


def keep_tally(conn: sqlite3.Connection, visit: str, tally: Mapping[str, Any]) -> None:
    """Cache the numbers of an ended visit; any later entry of the visit drops them."""
    conn.execute("INSERT OR REPLACE INTO figure (visit, tally) VALUES (?, ?)", (visit, dumps(tally)))


def keep_span(conn: sqlite3.Connection, state: str, which: str, text: str) -> None:
    """Cache the document of a span beside the numbers of visits, whose ids hold no colon; those of other states go."""
    conn.execute("DELETE FROM figure WHERE visit GLOB 'span:*' AND visit NOT GLOB ?", (f"span:{state}:*",))
    conn.execute("INSERT OR REPLACE INTO figure (visit, tally) VALUES (?, ?)", (f"span:{state}:{which}", text))
