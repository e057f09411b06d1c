"""Plans, groups, meetings, compacting, coaching: the kinds of few and small entities, as frozen values."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from observe.domain.programme import (
    Alone,
    Commitment,
    Compacting,
    Data,
    Grouping,
    Meeting,
    Move,
    Pattern,
    PlanLine,
    Sent,
)

Stamp = tuple[int, int, str, int]
"""(ms, counter, device, seq) of an entry: which of two is the newer."""


def items(
    conn: sqlite3.Connection,
    kind: str,
    *,
    visit: str | None = None,
    section: str | None = None,
    student: str | None = None,
    first: int | None = None,
    after: int | None = None,
) -> Iterator[tuple[str, Data]]:
    """Key and data of every entity of a kind that stands, in order of time, then of writing.

    `visit`, `section`, `student`: only those of it; `first` and `after`: only those at that time (ms).
    """
    given = {"visit = ?": visit, "section = ?": section, "student = ?": student, "at >= ?": first, "at < ?": after}
    asked = {sql: value for sql, value in given.items() if value is not None}
    where = "".join(f" AND {sql}" for sql in asked)
    rows = conn.execute(
        f"SELECT key, body FROM item WHERE kind = ?{where} ORDER BY at, ms, n, device, seq", (kind, *asked.values())
    )
    return ((key, json.loads(body)) for key, body in rows.fetchall())


def item(conn: sqlite3.Connection, kind: str, key: str) -> Data | None:
    """One of them."""
    row = conn.execute("SELECT body FROM item WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    return json.loads(row[0]) if row else None


def plan(conn: sqlite3.Connection, visit: str) -> tuple[PlanLine, ...]:
    """The lines of a visit's plan, by place within their part."""
    found = [PlanLine.of(*one) for one in items(conn, "plan", visit=visit)]
    return tuple(sorted(found, key=lambda line: (line.place, line.id)))


def planned_visits(conn: sqlite3.Connection) -> frozenset[str]:
    """Ids of the visits that have a plan."""
    return frozenset(visit for (visit,) in conn.execute("SELECT DISTINCT visit FROM item WHERE kind = 'plan'"))


def grouped_visits(conn: sqlite3.Connection) -> frozenset[str]:
    """Ids of the visits of which it was said who is in which group."""
    rows = conn.execute("SELECT DISTINCT visit FROM item WHERE kind IN ('groups', 'move')")
    return frozenset(visit for (visit,) in rows)


def grouping(conn: sqlite3.Connection, visit: str) -> Grouping:
    """Who was in which group in a visit."""
    start = item(conn, "groups", visit) or {}
    return Grouping(start.get("groups") or {}, tuple(Move.of(*one) for one in items(conn, "move", visit=visit)))


def last_grouped(conn: sqlite3.Connection, section: str, before: int) -> str | None:
    """Of the visits to a section that began before that time (ms) the last one that says who was in which group."""
    row = conn.execute(
        "SELECT id FROM visit WHERE section = ? AND started_at < ? AND EXISTS"
        " (SELECT 1 FROM item WHERE item.visit = visit.id AND kind IN ('groups', 'move'))"
        " ORDER BY started_at DESC, id LIMIT 1",
        (section, before),
    ).fetchone()
    return row[0] if row else None


def grouped_at(conn: sqlite3.Connection, visit: str) -> tuple[Stamp | None, dict[str, Stamp]]:
    """When it was written who is in which group as the visit began, and when the last move of each student was."""
    begun: Stamp | None = None
    moved: dict[str, Stamp] = {}
    sql = (
        "SELECT kind, student, ms, n, device, seq FROM item WHERE visit = ? AND kind IN ('groups', 'move')"
        " ORDER BY at, ms, n, device, seq"
    )
    for kind, student, ms, n, device, seq in conn.execute(sql, (visit,)):
        if kind == "groups":
            begun = (ms, n, device, seq)
        else:
            moved[student] = (ms, n, device, seq)
    return begun, moved


def cues(conn: sqlite3.Connection, visit: str) -> tuple[int, ...]:
    """When the cues of a visit were shown (ms)."""
    rows = conn.execute("SELECT at FROM item WHERE kind = 'cue' AND visit = ? ORDER BY at", (visit,))
    return tuple(at for (at,) in rows)


def compacting(conn: sqlite3.Connection, **of: Any) -> tuple[Compacting, ...]:
    """Agreements, ended ones too. `of`: as in `items`."""
    return tuple(
        Compacting.of(key, data, item(conn, "compacting.end", key)) for key, data in items(conn, "compacting", **of)
    )


def meetings(conn: sqlite3.Connection, **of: Any) -> tuple[Meeting, ...]:
    """Co-planning meetings. `of`: as in `items`."""
    return tuple(
        Meeting.of(key, data, item(conn, "meeting.held", key), item(conn, "meeting.missed", key))
        for key, data in items(conn, "meeting", **of)
    )


def patterns(conn: sqlite3.Connection, section: str | None = None) -> tuple[Pattern, ...]:
    """What comes every week, from Monday on."""
    found = [Pattern.of(*one) for one in items(conn, "pattern", section=section)]
    return tuple(sorted(found, key=lambda p: (p.weekday, p.time, p.id)))


def alone(conn: sqlite3.Connection, section: str | None = None) -> tuple[Alone, ...]:
    """What teachers said they ran without her, by day."""
    return tuple(sorted((Alone.of(*one) for one in items(conn, "alone", section=section)), key=lambda a: (a.day, a.id)))


def commitments(conn: sqlite3.Connection, **of: Any) -> tuple[Commitment, ...]:
    """Promises of either side, ended ones too. `of`: as in `items`."""
    return tuple(
        Commitment.of(key, data, item(conn, "commitment.end", key)) for key, data in items(conn, "commitment", **of)
    )


def sent(conn: sqlite3.Connection, **of: Any) -> tuple[Sent, ...]:
    """What went to whom. `of`: as in `items`."""
    return tuple(Sent.of(*one) for one in items(conn, "sent", **of))


def limit(conn: sqlite3.Connection, section: str) -> int | None:
    """Minutes of extra hands a visit that were agreed on for a section."""
    found = item(conn, "limit", section)
    return found["minutes"] if found else None


def agreement(conn: sqlite3.Connection, teacher_key: str) -> dict[str, str]:
    """The working agreement with a teacher, by field."""
    mark = f"{teacher_key}/"
    return {key[len(mark) :]: data["body"] for key, data in items(conn, "agreement") if key.startswith(mark)}
