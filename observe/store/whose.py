"""Who observed, and which device began a visit."""

import sqlite3
from collections.abc import Sequence

_BEGUN_BY = "SELECT 1 FROM entry WHERE entry.key = {} AND kind = 'visit.start' AND op = 'put' AND device IN ({})"


def begun_by(conn: sqlite3.Connection, visit: str, devices: Sequence[str]) -> bool:
    """Whether one of these devices wrote that the visit began."""
    sql = _BEGUN_BY.format("?", ", ".join("?" * len(devices)))
    return conn.execute(f"{sql} LIMIT 1", (visit, *devices)).fetchone() is not None


def put_by(conn: sqlite3.Connection, kind: str, key: str, devices: Sequence[str]) -> bool:
    """Whether one of these devices ever said what this entity is."""
    marks = ", ".join("?" * len(devices))
    sql = f"SELECT 1 FROM entry WHERE key = ? AND kind = ? AND op = 'put' AND device IN ({marks}) LIMIT 1"
    return conn.execute(sql, (key, kind, *devices)).fetchone() is not None


def observers(conn: sqlite3.Connection) -> list[str]:
    """Everybody whom a visit names as its observer."""
    rows = conn.execute("SELECT DISTINCT observer FROM visit WHERE observer <> '' ORDER BY observer")
    return [observer for (observer,) in rows]


def ended_visits(conn: sqlite3.Connection, others: Sequence[str] = (), devices: Sequence[str] = ()) -> int:
    """How many visits were held and have ended, without those of `others` that none of `devices` began."""
    by_her = _BEGUN_BY.format("visit.id", ", ".join("?" * len(devices)))
    (n,) = conn.execute(
        "SELECT count(*) FROM visit WHERE started_at IS NOT NULL AND ended_at IS NOT NULL"
        f" AND (observer NOT IN ({', '.join('?' * len(others))}) OR EXISTS ({by_her}))",
        (*others, *devices),
    ).fetchone()
    return int(n)
