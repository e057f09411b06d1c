"""What the schedule asks of the journal: visits that came from a calendar, and whether anybody touched them since."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any


def planned(conn: sqlite3.Connection, first: int, after: int) -> dict[str, Mapping[str, Any]]:
    """The facts of every visit planned in this span (ms), by id, as its winning entry says them."""
    rows = conn.execute(
        "SELECT entry.key, entry.data, entry.op FROM visit JOIN entry ON entry.key = visit.id AND entry.kind = 'visit'"
        " WHERE planned_at >= ? AND planned_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM parent WHERE parent.parent = entry.id)"
        " ORDER BY entry.ms, entry.n, entry.device, entry.seq, entry.id",
        (first, after),
    )
    return {key: json.loads(data) for key, data, op in rows.fetchall() if op == "put"}


def touched(conn: sqlite3.Connection, kind: str, key: str) -> bool:
    """Whether anything but its plan was ever said of a visit or a meeting: begun, a reason, a title, a line of a plan.

    A calendar's event has one key, and may have been taken for the other kind before.
    """
    row = conn.execute(
        "SELECT 1 FROM entry WHERE kind <> ?2 AND (kind LIKE 'meeting%') = (?2 LIKE 'meeting%')"
        " AND (key = ?1 OR (key > ?1 || '/' AND key < ?1 || '0')) LIMIT 1",
        (key, kind),
    ).fetchone()
    return row is not None
