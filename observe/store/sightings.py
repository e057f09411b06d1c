"""Who was observed and who was here, over many visits at once: what a page that opens with the app can wait for."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from observe.domain.model import Attendance
from observe.domain.timeline import Place

Seen = dict[tuple[str, str], tuple[int, int]]


def observed(conn: sqlite3.Connection, first: int, after: int, sections: Collection[str] | None = None) -> Seen:
    """Observations in person, and when the last was (ms), by section and student; of visits begun in [first, after).

    `sections`: in these alone.
    """
    rows = conn.execute(
        "SELECT visit.section, observation.student, count(*), max(observation.at)"
        " FROM visit JOIN observation ON observation.visit = visit.id"
        " WHERE visit.started_at >= ?1 AND visit.started_at < ?2 AND visit.section IS NOT NULL"
        " AND (?3 IS NULL OR visit.section IN (SELECT value FROM json_each(?3)))"
        " AND observation.student IS NOT NULL GROUP BY visit.section, observation.student",
        (first, after, None if sections is None else json.dumps(sorted(sections))),
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


def seen_between(conn: sqlite3.Connection, visit: str, edges: Sequence[Place]) -> dict[str, int]:
    """A visit's observations in person from the first of these places to the second, from the third on and so on, by
    student: an edge is within where a stretch begins, and outside where one ends; the last may have no end."""
    counted = Counter[str]()
    ends = [*edges, _NEVER] if len(edges) % 2 else edges
    for first in range(0, len(ends), _MOST):
        some = ends[first : first + _MOST]
        between = " OR ".join([_BETWEEN] * (len(some) // 2))
        rows = conn.execute(
            f"SELECT student, count(*) FROM observation WHERE visit = ? AND student <> '' AND ({between})"
            " GROUP BY student",
            (visit, *chain.from_iterable(some)),
        )
        counted.update(dict(rows.fetchall()))
    return dict(counted)


_NEVER: Place = (1 << 62, 0, 0, "", 0)
_BETWEEN = "((at, ms, n, device, seq) >= (?, ?, ?, ?, ?) AND (at, ms, n, device, seq) < (?, ?, ?, ?, ?))"
_MOST = 200
"""So many edges are asked for at once: SQLite nests no deeper than a thousand."""


def looks(conn: sqlite3.Connection, first: int, after: int, section: str | None) -> dict[str, dict[str, int]]:
    """Passes in which a student was looked at, by visit and student; of visits begun in [first, after).

    `section`: of visits to that one alone.
    """
    found: dict[str, dict[str, int]] = {}
    rows = conn.execute(
        "SELECT visit.id, observation.student, count(DISTINCT sweep)"
        " FROM visit JOIN observation ON observation.visit = visit.id"
        " WHERE visit.started_at >= ?1 AND visit.started_at < ?2 AND (?3 IS NULL OR visit.section = ?3)"
        " AND method = 'sweep' AND sweep IS NOT NULL AND student <> '' GROUP BY visit.id, observation.student",
        (first, after, section),
    )
    for visit, student, n in rows:
        found.setdefault(visit, {})[student] = n
    return found


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
