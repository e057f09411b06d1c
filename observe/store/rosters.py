"""Sections, students and who belongs where, as frozen values; and as rows for the matching of a new roster."""

import sqlite3
from itertools import groupby
from typing import Any

from observe.domain.model import Section, Student
from observe.domain.names import by_name, told_apart

_STUDENT = (
    "SELECT student.id, name, section, active, identified, area, grade, team, seat, letter"
    " FROM member JOIN student ON student.id = member.student"
)


def _student(row: tuple[Any, ...]) -> Student:
    id, name, section, active, identified, *rest = row
    return Student(id, name, section, bool(active), None if identified is None else bool(identified), *rest)


def sections(conn: sqlite3.Connection) -> tuple[Section, ...]:
    """All sections, by name."""
    rows = conn.execute("SELECT id, name, teacher, room, period, grade FROM section ORDER BY id")
    return tuple(sorted((Section(*row) for row in rows), key=lambda section: by_name(section.name)))


def students(conn: sqlite3.Connection, section: str | None = None) -> tuple[Student, ...]:
    """Memberships, one row each, in seat order within the section; left students too."""
    where, args = ("WHERE section = ?", (section,)) if section is not None else ("", ())
    rows = conn.execute(f"{_STUDENT} {where} ORDER BY section, seat = 0, seat, name, student.id", args)
    return tuple(_student(row) for row in rows)


def identified_students(conn: sqlite3.Connection) -> frozenset[str]:
    """Ids of the identified."""
    return frozenset(id for (id,) in conn.execute("SELECT id FROM student WHERE identified = 1"))


def student_names(conn: sqlite3.Connection) -> dict[str, str]:
    """Id to name, of everybody ever on a roster."""
    return dict(conn.execute("SELECT id, name FROM student").fetchall())


def called(conn: sqlite3.Connection) -> dict[str, str]:
    """Id to the full name for a page, with the seat behind it where a class has two of that name."""
    names = student_names(conn)
    alike: dict[str, str] = {}  # a child of two classes may have a namesake in one of them
    for _, one in groupby(students(conn), key=lambda s: s.section):
        apart = told_apart((s.id, s.name, s.seat or place) for place, s in enumerate(one, 1))
        alike |= {id: apart[id] for id in apart if apart[id] != names[id]}
    return names | alike


def is_student(conn: sqlite3.Connection, id: str) -> bool:
    """Whether this home has a student of that id."""
    return conn.execute("SELECT 1 FROM student WHERE id = ?", (id,)).fetchone() is not None


def roster_sections(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """(id, name, source id, teacher, room, period, grade) of all sections; blank is None."""
    sql = (
        "SELECT id, name, source_id, nullif(teacher, ''), nullif(room, ''), nullif(period, ''), nullif(grade, '')"
        " FROM section ORDER BY id"
    )
    return conn.execute(sql).fetchall()


def roster_students(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """(id, name, school id, source id, grade, identified, area) of all students; blank is None."""
    rows = conn.execute(
        "SELECT id, name, school_id, source_id, nullif(grade, ''), identified, nullif(area, '')"
        " FROM student ORDER BY id"
    )
    return [(*row[:5], None if row[5] is None else bool(row[5]), row[6]) for row in rows]


def roster_members(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """(section, student, active, group) of all memberships; blank is None."""
    sql = "SELECT section, student, active, nullif(team, '') FROM member ORDER BY section, student"
    return [(section, student, bool(active), team) for section, student, active, team in conn.execute(sql)]


def last_seat(conn: sqlite3.Connection, section: str) -> int:
    """The highest seat taken in a section, 0 for none."""
    seat: int | None = conn.execute("SELECT max(seat) FROM member WHERE section = ?", (section,)).fetchone()[0]
    return seat or 0


def group_said_at(conn: sqlite3.Connection, section: str) -> dict[str, tuple[int, int, str, int]]:
    """When the standing group of each member was last made another: (ms, counter, device, seq) of that entry."""
    found: dict[str, tuple[int, int, str, int]] = {}
    before: dict[str, str] = {}
    rows = conn.execute(
        "SELECT key, coalesce(json_extract(data, '$.group'), ''), ms, n, device, seq FROM entry"
        " WHERE kind = 'member' AND key >= ?1 || '/' AND key < ?1 || '0' ORDER BY ms, n, device, seq",
        (section,),
    )
    for key, group, *stamp in rows:
        student = key.rpartition("/")[2]
        if before.get(student, "") != group:
            found[student] = (stamp[0], stamp[1], stamp[2], stamp[3])
        before[student] = group
    return found
