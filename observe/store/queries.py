"""The one way out: projections as frozen values. Every query that any screen or command needs is here."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from observe.domain.entries import Entry
from observe.domain.model import Attendance, Note, Observation, Pause, Student, Sweep, Visit, VisitLog
from observe.domain.protocol import Protocol
from observe.store import items, rosters
from observe.store.projections import COLUMNS, entry_of

_VISIT = (
    "SELECT visit.id, visit.section, coalesce(section.name, ''), coalesce(section.teacher, ''), observer, title,"
    " protocol_id, protocol_version, zone, planned_at, planned_minutes, started_at, ended_at, estimated_end, roster,"
    " coalesce((SELECT body FROM reflection WHERE reflection.visit = visit.id AND field = 'missed'), ''),"
    " coalesce((SELECT body FROM reflection WHERE reflection.visit = visit.id AND field = 'flag'), '')"
    " FROM visit LEFT JOIN section ON section.id = visit.section"
)
_OBSERVATION = "SELECT id, at, channel, code, student, method, sweep, state, more, ms, n, device, seq FROM observation"


def _visit(row: tuple[Any, ...]) -> Visit:
    estimated_end, roster, *said = row[13:]
    return Visit(*row[:13], bool(estimated_end), tuple(json.loads(roster)), *said)  # type: ignore[call-arg]  # reason: 13 columns


_PLAIN: Mapping[str, Any] = {}
"""What is said beside a plain tap. One for all of them: a year has two hundred thousand."""


def _observation(row: tuple[Any, ...]) -> Observation:
    id, at, channel, code, student, method, sweep, state, more, *order = row
    on = None if state is None else bool(state)
    place = (order[0], order[1], order[2], order[3])
    if not more:
        return Observation(id, at, channel, code, student, method, sweep, on, (), _PLAIN, "", place)
    rest = json.loads(more)
    return Observation(
        id,
        at,
        channel,
        code,
        student,
        method,
        sweep,
        on,
        tuple(rest.get("with", ())),
        rest.get("modifiers", {}),
        rest.get("note", ""),
        place,
        rest.get("group", ""),
        rest.get("plan", ""),
    )


def visit(conn: sqlite3.Connection, id: str) -> Visit | None:
    """The visit of that id."""
    row = conn.execute(f"{_VISIT} WHERE visit.id = ?", (id,)).fetchone()
    return _visit(row) if row else None


def visits(conn: sqlite3.Connection, first: int = 0, after: int | None = None) -> tuple[Visit, ...]:
    """Visits that began, or were planned, from `first` on and before `after` (ms), in order of time."""
    rows = conn.execute(
        f"{_VISIT} WHERE coalesce(started_at, planned_at) >= ? AND coalesce(started_at, planned_at) < ?"
        " ORDER BY coalesce(started_at, planned_at), visit.id",
        (first, after if after is not None else 1 << 62),
    )
    return tuple(_visit(row) for row in rows)


def open_visits(conn: sqlite3.Connection) -> tuple[Visit, ...]:
    """Visits that began and have not ended, the latest first."""
    rows = conn.execute(
        f"{_VISIT} WHERE started_at IS NOT NULL AND ended_at IS NULL ORDER BY started_at DESC, visit.id"
    )
    return tuple(_visit(row) for row in rows)


def begun(conn: sqlite3.Connection) -> Iterator[Visit]:
    """Visits that began, the latest first, read as far as they are asked for."""
    rows = conn.execute(f"{_VISIT} WHERE started_at IS NOT NULL ORDER BY started_at DESC, visit.id")
    return (_visit(row) for row in rows)


def latest_visit(conn: sqlite3.Connection) -> Visit | None:
    """The visit that began last, whosever it is."""
    return next(begun(conn), None)


def overlapping(conn: sqlite3.Connection, section: str, start: int, end: int, now: int) -> tuple[Visit, ...]:
    """Visits to a section that lasted at some time from `start` to `end` (ms), an open one up to `now`.

    One that began more than a day before `start` was forgotten, and overlaps nothing.
    """
    rows = conn.execute(
        f"{_VISIT} WHERE visit.section = ? AND started_at > ? AND started_at < ? AND coalesce(ended_at, ?) > ?"
        " ORDER BY started_at, visit.id",
        (section, start - 86_400_000, end, now, start),
    )
    return tuple(_visit(row) for row in rows)


def visits_with_prefix(conn: sqlite3.Connection, prefix: str) -> list[str]:
    """Ids of at most three visits that begin with `prefix`."""
    rows = conn.execute("SELECT id FROM visit WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 3", (prefix,))
    return [id for (id,) in rows]


def observation_counts(conn: sqlite3.Connection) -> dict[str, int]:
    """Observations that stand, by visit."""
    return dict(conn.execute("SELECT visit, count(*) FROM observation GROUP BY visit").fetchall())


def pauses(conn: sqlite3.Connection) -> dict[str, tuple[Pause, ...]]:
    """The pauses of every visit that has some."""
    found: dict[str, tuple[Pause, ...]] = {}
    for visit, *pause in conn.execute("SELECT visit, id, start_at, end_at FROM pause ORDER BY visit, start_at, id"):
        found[visit] = (*found.get(visit, ()), Pause(*pause))
    return found


def protocol(conn: sqlite3.Connection, id: str, version: int | None = None) -> Protocol | None:
    """A protocol this home keeps; the newest version of it when none is named."""
    row = conn.execute(
        "SELECT parsed FROM protocol WHERE id = ?1 AND (?2 IS NULL OR version = ?2) ORDER BY version DESC LIMIT 1",
        (id, version),
    ).fetchone()
    return _parsed(row[0]) if row else None


@lru_cache(maxsize=32)
def _parsed(text: str) -> Protocol:
    """A kept protocol never changes, and every reading of a visit asks for its own."""
    return Protocol.from_json(json.loads(text))


def protocols(conn: sqlite3.Connection) -> tuple[Protocol, ...]:
    """Every protocol and version this home keeps."""
    rows = conn.execute("SELECT parsed FROM protocol ORDER BY id, version")
    return tuple(_parsed(parsed) for (parsed,) in rows)


def visit_log(conn: sqlite3.Connection, id: str) -> VisitLog | None:
    """All of a visit, read in one snapshot."""
    with snapshot(conn):
        found = visit(conn, id)
        if found is None:
            return None
        coding = protocol(conn, found.protocol_id, found.protocol_version)
        return VisitLog(
            found,
            coding or Protocol(found.protocol_id, found.protocol_version, "", ()),
            _people(conn, found),
            attendance(conn, id),
            observations(conn, id),
            tuple(
                Pause(*row)
                for row in conn.execute(
                    "SELECT id, start_at, end_at FROM pause WHERE visit = ? ORDER BY start_at, id", (id,)
                )
            ),
            _sweeps(conn, id),
            conflict_count(conn, id),
            notes(conn, id),
            ran(conn, id),
            items.plan(conn, id),
            items.grouping(conn, id),
            items.cues(conn, id),
        )


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """All that is read within is of one moment. Nothing may be written within."""
    own = not conn.in_transaction
    if own:
        conn.execute("BEGIN")
    try:
        yield
    finally:
        if own:
            conn.execute("COMMIT")


def _people(conn: sqlite3.Connection, visit: Visit) -> tuple[Student, ...]:
    """The section's members in seat order, then guests: others that the visit marked present."""
    members = rosters.students(conn, visit.section) if visit.section is not None else ()
    known = {student.id for student in members}
    sql = (
        "SELECT id, name, grade, identified, area FROM student"
        " WHERE id IN (SELECT student FROM attendance WHERE visit = ?)"
    )
    guests = tuple(
        Student(id, name, "", True, None if identified is None else bool(identified), area, grade)
        for id, name, grade, identified, area in conn.execute(sql + " ORDER BY name, id", (visit.id,))
        if id not in known
    )
    return members + guests


def attendance(conn: sqlite3.Connection, visit: str) -> dict[str, Attendance]:
    """What was said of who is here, by student."""
    rows = conn.execute("SELECT student, present, roll FROM attendance WHERE visit = ? ORDER BY student", (visit,))
    return {student: Attendance(bool(present), bool(roll)) for student, present, roll in rows}


def observations(
    conn: sqlite3.Connection, visit: str, wanted: Mapping[str, Sequence[str]] | None = None
) -> tuple[Observation, ...]:
    """The visit's observations in order of (at, stamp, device, seq).

    `wanted`: of these channels alone, and of the codes beside each, () for any.
    """
    where, given = "", [visit]
    if wanted is not None:
        codes = {name: f" AND code IN ({', '.join('?' * len(keys))})" if keys else "" for name, keys in wanted.items()}
        where = f" AND ({' OR '.join(f'channel = ?{of}' for of in codes.values()) or 'FALSE'})"
        given += (text for name, keys in wanted.items() for text in (name, *keys))
    rows = conn.execute(f"{_OBSERVATION} WHERE visit = ?{where} ORDER BY at, ms, n, device, seq", given)
    return tuple(_observation(row) for row in rows)


def _sweeps(conn: sqlite3.Connection, visit: str) -> tuple[Sweep, ...]:
    skipped: dict[int, list[str]] = {}
    for number, student in conn.execute(
        "SELECT number, student FROM sweep_skip WHERE visit = ? ORDER BY number, student", (visit,)
    ):
        skipped.setdefault(number, []).append(student)
    ended = dict(conn.execute("SELECT number, ended_at FROM sweep_end WHERE visit = ?", (visit,)).fetchall())
    begun = {
        number: (ordering, tuple(json.loads(people)), at, seed)
        for number, ordering, people, at, seed in conn.execute(
            "SELECT number, ordering, students, started_at, seed FROM sweep WHERE visit = ?", (visit,)
        )
    }
    none: tuple[str, tuple[str, ...], int | None, int | None] = ("", (), None, None)
    return tuple(
        Sweep(
            number,
            *begun.get(number, none)[:2],
            tuple(skipped.get(number, ())),
            begun.get(number, none)[2],
            ended.get(number),
            begun.get(number, none)[3],
        )
        for number in sorted(skipped.keys() | ended.keys() | begun.keys())
    )


def observation(conn: sqlite3.Connection, visit: str, id: str) -> Observation | None:
    """One observation that stands."""
    row = conn.execute(f"{_OBSERVATION} WHERE visit = ? AND id = ?", (visit, id)).fetchone()
    return _observation(row) if row else None


def running(conn: sqlite3.Connection, visit: str, channel: str, at: int, code: str | None = None) -> Observation | None:
    """The last observation of a channel (and code, for toggles) at or before `at`: what is on then."""
    row = conn.execute(
        f"{_OBSERVATION} WHERE visit = ?1 AND channel = ?2 AND at <= ?3 AND (?4 IS NULL OR code = ?4)"
        " ORDER BY at DESC, ms DESC, n DESC, device DESC, seq DESC LIMIT 1",
        (visit, channel, at, code),
    ).fetchone()
    return _observation(row) if row else None


def last_observed_at(conn: sqlite3.Connection, visit: str) -> int | None:
    """When the visit's latest observation happened."""
    at: int | None = conn.execute("SELECT max(at) FROM observation WHERE visit = ?", (visit,)).fetchone()[0]
    return at


def last_saved_at(conn: sqlite3.Connection, device: str) -> int | None:
    """When this device last wrote an entry; None before the first."""
    row = conn.execute("SELECT ms FROM entry WHERE device = ? ORDER BY seq DESC LIMIT 1", (device,)).fetchone()
    return row[0] if row else None


def began_at(conn: sqlite3.Connection) -> int | None:
    """When the oldest entry of the log was written (ms), on whichever device."""
    row = conn.execute("SELECT min(ms) FROM entry").fetchone()
    return row[0] if row else None


def open_pauses(conn: sqlite3.Connection, visit: str) -> list[str]:
    """Keys of the pauses that last."""
    rows = conn.execute("SELECT id FROM pause WHERE visit = ? AND end_at IS NULL ORDER BY id", (visit,))
    return [f"{visit}/{id}" for (id,) in rows]


def acts(conn: sqlite3.Connection, visit: str) -> tuple[int | None, int | None]:
    """The act of this device that undo would take back in this visit, and the one that redo would do again."""
    undo = conn.execute("SELECT max(act) FROM act WHERE visit = ? AND undone = 0", (visit,)).fetchone()[0]
    # An act that came after one was taken back ends what could be done again, also when it is taken back itself.
    redo = conn.execute(
        "SELECT min(act) FROM act WHERE visit = ?1 AND undone = 1 AND act > ?2 AND"
        " (SELECT max(seq) FROM entry, setting WHERE setting.name = 'device' AND entry.device = setting.value"
        " AND kind = 'undo' AND key = setting.value || '/' || act.act) > (SELECT max(act) FROM act WHERE visit = ?1)",
        (visit, undo or 0),
    ).fetchone()[0]
    return undo, redo


def setting(conn: sqlite3.Connection, name: str) -> str | None:
    """A local setting of this device."""
    row = conn.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def settings(conn: sqlite3.Connection) -> dict[str, str]:
    """All of them."""
    return dict(conn.execute("SELECT name, value FROM setting ORDER BY name").fetchall())


def data_version(conn: sqlite3.Connection) -> int:
    """A number that changes when another connection wrote."""
    version: int = conn.execute("PRAGMA data_version").fetchone()[0]
    return version


def private_notes(conn: sqlite3.Connection, visit: str) -> dict[str, str]:
    """Notes that never leave this device, by observation."""
    return dict(
        conn.execute(
            "SELECT observation, body FROM private_note WHERE visit = ? ORDER BY observation", (visit,)
        ).fetchall()
    )


def reflection(conn: sqlite3.Connection, visit: str) -> dict[str, str]:
    """What she wrote about the visit, by field."""
    return dict(conn.execute("SELECT field, body FROM reflection WHERE visit = ? ORDER BY field", (visit,)).fetchall())


def visit_of_observation(conn: sqlite3.Connection, id: str) -> str | None:
    """The visit an observation, standing or voided, belongs to."""
    row = conn.execute(
        "SELECT json_extract(data, '$.visit') FROM entry WHERE key = ? AND kind = 'observation' LIMIT 1", (id,)
    ).fetchone()
    return row[0] if row else None


def cached_tally(conn: sqlite3.Connection, visit: str) -> dict[str, Any] | None:
    """The numbers of an ended visit as computed before, if nothing changed since."""
    row = conn.execute("SELECT tally FROM figure WHERE visit = ?", (visit,)).fetchone()
    return json.loads(row[0]) if row else None


def kept_span(conn: sqlite3.Connection, state: str, which: str) -> str | None:
    """The document of a span that was made in this state, as `local.keep_span` got it."""
    row = conn.execute("SELECT tally FROM figure WHERE visit = ?", (f"span:{state}:{which}",)).fetchone()
    return row[0] if row else None


def last_written(conn: sqlite3.Connection) -> int:
    """Place of the last entry in the log: another number means that something was written."""
    place: int | None = conn.execute("SELECT max(pos) FROM entry").fetchone()[0]
    return place or 0


def presence(conn: sqlite3.Connection, visit: str, student: str) -> tuple[bool | None, bool]:
    """What was said of this student (None: nothing), and whether the roll was taken."""
    present, taken = conn.execute(
        "SELECT (SELECT present FROM attendance WHERE visit = ?1 AND student = ?2),"
        " EXISTS (SELECT 1 FROM attendance WHERE visit = ?1 AND roll = 1)",
        (visit, student),
    ).fetchone()
    return (None if present is None else bool(present)), bool(taken)


def conflict_count(conn: sqlite3.Connection, visit: str) -> int:
    """How many keys of the visit have more than one version standing."""
    count: int = conn.execute("SELECT count(*) FROM conflict WHERE visit = ?", (visit,)).fetchone()[0]
    return count


def conflicts(conn: sqlite3.Connection, visit: str | None = None) -> list[tuple[str, str, str | None]]:
    """(kind, key, visit) of every key that has more than one version standing, or of those of one visit."""
    rows = conn.execute(
        "SELECT kind, key, visit FROM conflict WHERE ?1 IS NULL OR visit = ?1 ORDER BY visit, kind, key", (visit,)
    )
    return [(kind, key, of) for kind, key, of in rows]


def last_number(conn: sqlite3.Connection, device: str) -> int:
    """The number of this device's latest entry, 0 before the first."""
    row = conn.execute("SELECT seq FROM entry WHERE device = ? ORDER BY seq DESC LIMIT 1", (device,)).fetchone()
    return row[0] if row else 0


def observations_with_notes(conn: sqlite3.Connection, visit: str) -> tuple[Observation, ...]:
    """Those of the visit that carry a note of either sort."""
    rows = conn.execute(
        f"{_OBSERVATION} WHERE visit = ?1 AND (json_extract(more, '$.note') IS NOT NULL OR id IN"
        " (SELECT observation FROM private_note WHERE visit = ?1)) ORDER BY at, ms, n, device, seq",
        (visit,),
    )
    return tuple(_observation(row) for row in rows)


def standing(conn: sqlite3.Connection) -> Iterator[Entry]:
    """Every entity as it stands: the winning put of each key, in the order of their stamps."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM (SELECT *, row_number() OVER (PARTITION BY kind, key"
        " ORDER BY ms DESC, n DESC, device DESC, seq DESC, id DESC) AS place FROM entry"
        " WHERE NOT EXISTS (SELECT 1 FROM parent WHERE parent.parent = entry.id))"
        " WHERE place = 1 AND op = 'put' ORDER BY ms, n, device, seq"
    )
    for row in rows:
        yield entry_of(row)


def visits_with_private_notes(conn: sqlite3.Connection) -> list[str]:
    """Visits that have notes for this device alone."""
    return [visit for (visit,) in conn.execute("SELECT DISTINCT visit FROM private_note ORDER BY visit")]


def notes(conn: sqlite3.Connection, visit: str) -> tuple[Note, ...]:
    """Notes of their own, flags too, in order of time."""
    rows = conn.execute("SELECT id, at, student, body, about_group FROM note WHERE visit = ? ORDER BY at, id", (visit,))
    return tuple(Note(id, at, student, body, group or "") for id, at, student, body, group in rows)


def ran(conn: sqlite3.Connection, visit: str) -> dict[tuple[str, str], str]:
    """What was ticked as run in the visit, and by whom."""
    rows = conn.execute("SELECT channel, code, by_whom FROM ran WHERE visit = ? ORDER BY channel, code", (visit,))
    return {(channel, code): by for channel, code, by in rows}
