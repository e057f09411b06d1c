"""Who observed, and which device began a visit."""

import sqlite3
from collections.abc import Sequence

_SAID_BY = (
    "SELECT 1 FROM entry WHERE entry.key = {} AND kind = {} AND op = 'put' AND device IN ({}) AND NOT EXISTS ("
    "SELECT 1 FROM entry AS first WHERE first.device = entry.device AND first.seq = entry.act"
    " AND first.kind = 'import' AND json_extract(first.data, '$.what') = 'visits')"
)
"""Whether a device said so itself: what it took in from a file of visits was said elsewhere."""


def _said_by(key: str, kind: str, devices: Sequence[str]) -> str:
    return _SAID_BY.format(key, kind, ", ".join("?" * len(devices)))


def begun_by(conn: sqlite3.Connection, visit: str, devices: Sequence[str]) -> bool:
    """Whether the visit was begun on one of these devices."""
    return put_by(conn, "visit.start", visit, devices)


def put_by(conn: sqlite3.Connection, kind: str, key: str, devices: Sequence[str]) -> bool:
    """Whether one of these devices ever said what this entity is."""
    sql = f"{_said_by('?', '?', devices)} LIMIT 1"
    return conn.execute(sql, (key, kind, *devices)).fetchone() is not None


def observers(conn: sqlite3.Connection) -> list[str]:
    """Everybody whom a visit names as its observer."""
    rows = conn.execute("SELECT DISTINCT observer FROM visit WHERE observer <> '' ORDER BY observer")
    return [observer for (observer,) in rows]


def ended_visits(conn: sqlite3.Connection, others: Sequence[str] = (), devices: Sequence[str] = ()) -> int:
    """How many visits were held and have ended, without those of `others` that none of `devices` began."""
    by_her = _said_by("visit.id", "'visit.start'", devices)
    (n,) = conn.execute(
        "SELECT count(*) FROM visit WHERE started_at IS NOT NULL AND ended_at IS NOT NULL"
        f" AND (observer NOT IN ({', '.join('?' * len(others))}) OR EXISTS ({by_her}))",
        (*others, *devices),
    ).fetchone()
    return int(n)
