"""Typed tables from entries: for each kind, what its winning entry says as rows.

A projection is a function of the winner alone, so that the order in which entries arrived cannot
show. Rebuilding calls the same functions.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from observe.domain.codec import ms_of
from observe.domain.entries import Entry, dumps
from observe.domain.programme import ITEMS

UNDOABLE = frozenset({"observation", "attendance", "pause", "sweep", "sweep.end", "sweep.skip", "note", "ran", "move"})
"""Kinds whose acts undo reaches: an act counts when its first entry is one of these."""

Project = Callable[[sqlite3.Connection, str, Mapping[str, Any] | None, Entry], None]

OBSERVATION = (
    "INSERT OR REPLACE INTO observation (visit, id, at, ms, n, device, seq, channel, code, student, method, sweep,"
    " state, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MORE = ("modifiers", "with", "note", "group", "plan")


def observation(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    """`more` is null for a plain tap: what few observations have costs the others nothing."""
    if data is None:
        return
    conn.execute(OBSERVATION, observation_row(key, data, entry))


def observation_row(key: str, data: Mapping[str, Any], entry: Entry) -> tuple[Any, ...]:
    """What `OBSERVATION` binds. Raises KeyError and what `ms_of` raises for what is no observation."""
    more = {name: data[name] for name in _MORE if data.get(name)}
    on = data.get("on")
    return (
        data["visit"],
        key,
        ms_of(data["at"]),
        entry.ms,
        entry.n,
        entry.device,
        entry.seq,
        data["channel"],
        data["code"],
        data.get("student"),
        data.get("method", "tap"),
        data.get("sweep"),
        None if on is None else int(on),
        dumps(more) if more else None,
    )


def _moment(data: Mapping[str, Any], name: str) -> int | None:
    text = data.get(name)
    return None if text is None else ms_of(text)


def _upsert(conn: sqlite3.Connection, table: str, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    columns = {**keys, **values}
    conn.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in values)}",
        tuple(columns.values()),
    )


def _section(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    if data is None:
        conn.execute("DELETE FROM section WHERE id = ?", (key,))
        return
    texts = {name: data.get(name) or "" for name in ("name", "teacher", "room", "period", "grade")}
    _upsert(conn, "section", {"id": key}, {**texts, "source_id": data.get("source_id")})


def _student(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    if data is None:
        conn.execute("DELETE FROM student WHERE id = ?", (key,))
        return
    values = {name: data.get(name) or "" for name in ("name", "grade", "area")}
    identified = data.get("identified")
    rest = {"school_id": data.get("school_id"), "source_id": data.get("source_id")}
    _upsert(
        conn, "student", {"id": key}, {**values, **rest, "identified": None if identified is None else int(identified)}
    )


def _member(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    section, student = key.split("/")
    if data is None:
        conn.execute("DELETE FROM member WHERE section = ? AND student = ?", (section, student))
        return
    values = {
        "active": int(data.get("active", True)),
        "team": data.get("group") or "",
        "seat": data.get("seat") or 0,
        "letter": data.get("letter") or "",
    }
    _upsert(conn, "member", {"section": section, "student": student}, values)


def _protocol(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    name, version = key.rsplit("@", 1)
    if data is None:
        conn.execute("DELETE FROM protocol WHERE id = ? AND version = ?", (name, int(version)))
        return
    _upsert(conn, "protocol", {"id": name, "version": int(version)}, {"parsed": dumps(data["parsed"])})


# A visit is several keys, so that edits on two devices merge; each fills its own columns of one row.
_VISIT_COLUMNS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "visit": lambda d: {
        "section": d.get("section"),
        "observer": d.get("observer") or "",
        "protocol_id": d.get("protocol") or "",
        "protocol_version": d.get("protocol_version") or 0,
        "zone": d.get("zone") or "UTC",
        "planned_at": _moment(d, "planned_at"),
        "planned_minutes": d.get("planned_minutes"),
    },
    "visit.start": lambda d: {"started_at": _moment(d, "at"), "roster": dumps(d.get("roster") or [])},
    "visit.end": lambda d: {"ended_at": _moment(d, "at"), "estimated_end": int(bool(d.get("estimated")))},
    "visit.title": lambda d: {"title": d.get("title") or ""},
}
VISIT_PARTS = frozenset(_VISIT_COLUMNS)


def _visit_part(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    _upsert(conn, "visit", {"id": key}, _VISIT_COLUMNS[entry.kind](data or {}))


def _attendance(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, student = key.split("/")
    if data is None:
        conn.execute("DELETE FROM attendance WHERE visit = ? AND student = ?", (visit, student))
        return
    values = {"present": int(bool(data.get("present"))), "roll": int(bool(data.get("roll")))}
    _upsert(conn, "attendance", {"visit": visit, "student": student}, values)


def _pause(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, name = key.split("/")
    if data is None:
        conn.execute("DELETE FROM pause WHERE visit = ? AND id = ?", (visit, name))
        return
    _upsert(
        conn, "pause", {"visit": visit, "id": name}, {"start_at": _moment(data, "at"), "end_at": _moment(data, "until")}
    )


def _sweep(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, number = key.split("/")
    if data is None:
        conn.execute("DELETE FROM sweep WHERE visit = ? AND number = ?", (visit, int(number)))
        return
    values = {
        "ordering": data.get("order") or "",
        "seed": data.get("seed"),
        "students": dumps(data.get("students") or []),
        "started_at": _moment(data, "at"),
    }
    _upsert(conn, "sweep", {"visit": visit, "number": int(number)}, values)


def _sweep_end(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, number = key.split("/")
    if data is None:
        conn.execute("DELETE FROM sweep_end WHERE visit = ? AND number = ?", (visit, int(number)))
        return
    _upsert(conn, "sweep_end", {"visit": visit, "number": int(number)}, {"ended_at": _moment(data, "at")})


def _sweep_skip(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, number, student = key.split("/")
    row = (visit, int(number), student)
    if data is None:
        conn.execute("DELETE FROM sweep_skip WHERE visit = ? AND number = ? AND student = ?", row)
    else:
        conn.execute("INSERT OR IGNORE INTO sweep_skip (visit, number, student) VALUES (?, ?, ?)", row)


def _reflection(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, name = key.split("/")
    if data is None:
        conn.execute("DELETE FROM reflection WHERE visit = ? AND field = ?", (visit, name))
        return
    _upsert(conn, "reflection", {"visit": visit, "field": name}, {"body": data.get("body") or ""})


def _note(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, name = key.split("/")
    if data is None:
        conn.execute("DELETE FROM note WHERE visit = ? AND id = ?", (visit, name))
        return
    values = {"at": _moment(data, "at"), "student": data.get("student"), "body": data.get("body") or ""}
    _upsert(conn, "note", {"visit": visit, "id": name}, {**values, "about_group": data.get("group")})


def _ran(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    visit, channel, code = key.split("/")
    keys = {"visit": visit, "channel": channel, "code": code}
    if data is None:
        conn.execute("DELETE FROM ran WHERE visit = ? AND channel = ? AND code = ?", tuple(keys.values()))
        return
    _upsert(conn, "ran", keys, {"by_whom": data["by"]})


def _item(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    """A row of the table that kinds of few and small entities share; what they are looked up by has columns."""
    if data is None:
        conn.execute("DELETE FROM item WHERE kind = ? AND key = ?", (entry.kind, key))
        return
    values = {
        "visit": visit_of(entry.kind, key, data),
        "section": data.get("section"),
        "student": data.get("student"),
        "at": _moment(data, "at"),
        "ms": entry.ms,
        "n": entry.n,
        "device": entry.device,
        "seq": entry.seq,
        "body": dumps(data),
    }
    _upsert(conn, "item", {"kind": entry.kind, "key": key}, values)


def _purge(conn: sqlite3.Connection, key: str, data: Mapping[str, Any] | None, entry: Entry) -> None:
    kind, _, name = key.partition("/")
    conn.execute("INSERT OR IGNORE INTO tombstone (kind, key) VALUES (?, ?)", (kind, name))


PROJECT: dict[str, Project] = {
    "observation": observation,
    "section": _section,
    "student": _student,
    "member": _member,
    "protocol": _protocol,
    **dict.fromkeys(_VISIT_COLUMNS, _visit_part),
    "attendance": _attendance,
    "pause": _pause,
    "sweep": _sweep,
    "sweep.end": _sweep_end,
    "sweep.skip": _sweep_skip,
    "reflection": _reflection,
    "note": _note,
    "ran": _ran,
    **dict.fromkeys(ITEMS, _item),
    "purge": _purge,
}


def visit_of(kind: str, key: str, data: Mapping[str, Any]) -> str | None:
    """The visit an entry belongs to; None for the roster and the rest."""
    if kind in VISIT_PARTS:
        return key
    visit = data.get("visit")
    return visit if isinstance(visit, str) else None


def project(conn: sqlite3.Connection, winner: Entry) -> None:
    """Make the rows of the winner's key say what the winner says."""
    data = None if winner.op == "void" else winner.data
    if winner.kind == "observation":
        # The rows lie by visit, and an entry may name another visit than the one it replaces.
        rows = conn.execute(
            "SELECT DISTINCT json_extract(data, '$.visit') FROM entry WHERE key = ? AND kind = 'observation'",
            (winner.key,),
        )
        for (visit,) in rows.fetchall():
            conn.execute("DELETE FROM observation WHERE visit = ? AND id = ?", (visit, winner.key))
    function = PROJECT.get(winner.kind)
    if function is not None:
        function(conn, winner.key, data, winner)


def entry_of(row: tuple[Any, ...]) -> Entry:
    """An entry from a row of `COLUMNS`."""
    id_, v, device, run, seq, ms, n, act, kind, key, op, parents, data, extra = row
    return Entry(
        id_,
        device,
        run,
        seq,
        ms,
        n,
        act,
        kind,
        key,
        op,
        tuple(json.loads(parents)) if parents else (),
        json.loads(data),
        v,
        json.loads(extra) if extra else {},
    )


COLUMNS = "id, v, device, run, seq, ms, n, act, kind, key, op, parents, data, extra"
