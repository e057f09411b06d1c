"""Who was observed and who was here, over many visits at once: what a page that opens with the app can wait for."""

import sqlite3
from collections.abc import Iterable

from observe.domain.model import Attendance

Seen = dict[tuple[str, str], tuple[int, int]]


def observed(conn: sqlite3.Connection, first: int, after: int) -> Seen:
    """Observations in person, and when the last was (ms), by section and student; of visits begun in [first, after)."""
    rows = conn.execute(
        "SELECT visit.section, observation.student, count(*), max(observation.at)"
        " FROM visit JOIN observation ON observation.visit = visit.id"
        " WHERE visit.started_at >= ? AND visit.started_at < ? AND visit.section IS NOT NULL"
        " AND observation.student IS NOT NULL GROUP BY visit.section, observation.student",
        (first, after),
    )
    return {(section, student): (n, last) for section, student, n, last in rows}


def last_seen(conn: sqlite3.Connection, section: str, students: Iterable[str], before: int) -> dict[str, int]:
    """When each of these was last observed (ms) in visits to a section that began before that."""
    wanted = sorted(students)
    marks = ", ".join("?" * len(wanted))
    rows = conn.execute(
        "SELECT observation.student, max(observation.at)"
        " FROM visit JOIN observation ON observation.visit = visit.id"
        f" WHERE visit.section = ? AND visit.started_at < ? AND observation.student IN ({marks})"
        " GROUP BY observation.student",
        (section, before, *wanted),
    )
    return dict(rows.fetchall())


def attendance(conn: sqlite3.Connection, first: int, after: int) -> dict[str, dict[str, Attendance]]:
    """What was said of who is here, by visit and student; of visits begun in [first, after)."""
    found: dict[str, dict[str, Attendance]] = {}
    rows = conn.execute(
        "SELECT attendance.visit, attendance.student, present, roll"
        " FROM visit JOIN attendance ON attendance.visit = visit.id WHERE started_at >= ? AND started_at < ?",
        (first, after),
    )
    for visit, student, present, roll in rows:
        found.setdefault(visit, {})[student] = Attendance(bool(present), bool(roll))
    return found
