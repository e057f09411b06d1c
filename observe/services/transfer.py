"""Visits out into files and in again."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from observe.domain.codec import iso, local
from observe.domain.entries import Entry, dumps
from observe.domain.errors import Refused
from observe.domain.model import VisitLog
from observe.exchange import lines, table
from observe.services.home import Home
from observe.services.visits import visit_log
from observe.store import local as local_store
from observe.store import queries
from observe.store.journal import Act

_OWN_BUSINESS = frozenset({"undo", "import", "purge"})
"""Kinds that say what this device did, not what is so."""


# -- out -------------------------------------------------------------------------------------------


def jsonl(
    home: Home, visits: Sequence[str] | None, *, private: bool = False, de_identify: bool = False
) -> Iterator[bytes]:
    """The lossless export of these visits (None: of all there is), in an order that imports as it was."""
    standing = queries.standing(home.conn)
    chosen = standing if visits is None else _chosen(home, standing, visits)
    rows: Iterable[lines.Line] = ((e.kind, e.key, dict(e.data)) for e in chosen if e.kind not in _OWN_BUSINESS)
    if de_identify:
        rows = _anonymous_lines(rows)
    yield from lines.write(rows)
    if private:
        for visit in visits if visits is not None else queries.visits_with_private_notes(home.conn):
            for key, body in queries.private_notes(home.conn, visit).items():
                yield (
                    dumps({"kind": "private_note", "key": key, "data": {"visit": visit, "body": body}}).encode() + b"\n"
                )


def _chosen(home: Home, standing: Iterable[Entry], visits: Sequence[str]) -> Iterator[Entry]:
    """What these visits are made of: their parts, and of the roster and the protocols what they name."""
    wanted = set(visits)
    logs = [visit_log(home, visit) for visit in visits]
    people: set[str | None] = {s.id for log in logs for s in log.students}
    people |= {who for log in logs for who in _named(log)}
    sections: set[str | None] = {log.visit.section for log in logs}
    protocols: set[str | None] = {f"{log.visit.protocol_id}@{log.visit.protocol_version}" for log in logs}
    for entry in standing:
        if entry.kind == "member":
            wanted_here = entry.key.partition("/")[0] in sections
        elif entry.kind in ("section", "student", "protocol"):
            named: set[str | None] = {"section": sections, "student": people, "protocol": protocols}[entry.kind]
            wanted_here = entry.key in named
        else:
            wanted_here = entry.key in wanted or entry.data.get("visit") in wanted
        if wanted_here:
            yield entry


def _named(log: VisitLog) -> set[str]:
    named = set(log.attendance) | {o.student for o in log.observations if o.student}
    return named | {who for o in log.observations for who in o.with_whom}


def _anonymous_lines(rows: Iterable[lines.Line]) -> Iterator[lines.Line]:
    """Without names, texts that people typed, and ids of students."""
    numbers: dict[str, str] = {}

    def stand_in(id: str) -> str:
        return numbers.setdefault(id, f"s{len(numbers) + 1}")

    def swap(value: Any) -> Any:
        if isinstance(value, list):
            return [swap(item) for item in value]
        return numbers.get(value, value) if isinstance(value, str) else value

    kept = list(rows)
    for kind, key, _ in kept:
        if kind == "student":
            stand_in(key)
    drop = ("note", "reason", "title", "body", "observer", "teacher", "room", "school_id", "source_id", "letter")
    for kind, key, data in kept:
        clean = {name: swap(value) for name, value in data.items() if name not in drop}
        if isinstance(clean.get("modifiers"), dict):
            clean["modifiers"] = {name: swap(value) for name, value in clean["modifiers"].items()}
        if kind == "student":
            clean["name"] = f"Student {stand_in(key)[1:]}"
        if kind in ("reflection", "visit.title"):
            continue
        yield kind, "/".join(numbers.get(part, part) for part in key.split("/")), clean


def observations_csv(home: Home, visits: Sequence[str], *, de_identify: bool = False) -> Iterator[bytes]:
    """One observation a row."""
    yield from table.write(row for visit in visits for row in _rows(home, visit, de_identify))


def _rows(home: Home, visit_id: str, de_identify: bool) -> Iterator[dict[str, object]]:
    log = visit_log(home, visit_id)
    visit = log.visit
    people = {s.id: s for s in log.students}
    numbers = {s.id: f"s{i}" for i, s in enumerate(log.students, 1)}
    for o in log.observations:
        channel = log.protocol.channel(o.channel)
        code = channel.code(o.code) if channel and o.code else None
        student = people.get(o.student or "")
        rest = {k: v for k, v in o.modifiers.items() if k not in ("asker", "wait_s")}
        if de_identify:
            rest.pop("answered_by", None)
        yield {
            "visit": visit.id,
            "section": visit.section_name,
            "teacher": None if de_identify else visit.teacher,
            "observer": None if de_identify else visit.observer,
            "protocol": f"{visit.protocol_id}@{visit.protocol_version}",
            "at": iso(o.at),
            "local_time": local(o.at, visit.zone).strftime("%Y-%m-%d %H:%M:%S"),
            "seconds_in": round((o.at - (visit.started_at or o.at)) / 1000, 3),
            "channel": o.channel,
            "kind": channel.kind if channel else None,
            "code": o.code,
            "label": code.label if code else None,
            "on": o.on,
            "student": numbers.get(o.student or "") if de_identify else o.student,
            "name": None if de_identify or student is None else student.name,
            "identified": student.identified if student else None,
            "method": o.method,
            "sweep": o.sweep,
            "asker": o.modifiers.get("asker"),
            "wait_s": o.modifiers.get("wait_s"),
            "modifiers": json.dumps(rest, ensure_ascii=False) if rest else None,
            "with": " ".join(numbers.get(w, "?") if de_identify else w for w in o.with_whom) or None,
            "note": None if de_identify else o.note,
            "observation": None if de_identify else o.id,
        }


# -- in --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import took in: `new` and `changed` entities; `same` were so already, `kept` differ here and stayed."""

    new: int
    changed: int
    same: int
    kept: int
    visits: tuple[str, ...]


def import_jsonl(home: Home, file: BinaryIO, name: str, *, overwrite: bool = False) -> Taken:
    """Take an `export jsonl` in, all of it or nothing, as entries of this device with the same keys.

    What is here with equal content is left alone, so a second import changes nothing; what differs here
    stays as it is unless `overwrite`. Raises Refused, naming the line.
    """
    rows = list(lines.read(file, name))

    def change(act: Act) -> Taken:
        counts = {"new": 0, "changed": 0, "same": 0, "kept": 0}
        visits: dict[str, None] = {}
        begun = False
        for number, (kind, key, data) in rows:
            if kind in _OWN_BUSINESS:
                raise Refused(
                    f"{name} line {number}: {kind} cannot be imported", "it belongs to the device that did it"
                )
            if kind == "private_note":
                outcome = _private_note(home, key, data)
            else:
                winner = home.journal.winner(kind, key)
                standing = winner is not None and winner.op == "put"
                if standing and winner is not None and dumps(winner.data) == dumps(data):
                    outcome = "same"
                elif winner is not None and not overwrite:
                    outcome = "kept"
                else:
                    if not begun:  # where the act's entries came from; and undo in a visit must not reach them
                        act.put("import", home.new_key(), {"what": "visits"}, new=True)
                        begun = True
                    act.put(kind, key, data)
                    outcome = "changed" if winner else "new"
            counts[outcome] += 1
            if kind == "visit":
                visits[key] = None
        return Taken(**counts, visits=tuple(visits))

    return home.write(change)


def _private_note(home: Home, key: str, data: dict[str, Any]) -> str:
    if not isinstance(data.get("body"), str) or not isinstance(data.get("visit"), str):
        raise Refused("a private note needs visit and body", "nothing was imported")
    if queries.private_notes(home.conn, data["visit"]).get(key) == data["body"]:
        return "same"
    local_store.keep_private_note(home.conn, data["visit"], key, data["body"])
    return "new"


def write_out(chunks: Iterable[bytes], path: Path) -> int:
    """Write a file whole or not at all; how many bytes. Raises Refused.

    A pipe or device (`/dev/null`) is written to as it is, since a file in its place would be another thing.
    """
    import contextlib
    import os

    if not path.name:
        raise Refused("nothing was written", f"{str(path)!r} names no file", "name one with -o")
    replace = not os.path.exists(path) or os.path.isfile(path)
    target = path.with_name(f".{path.name}.part") if replace else path
    size = 0
    try:
        with target.open("wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
            file.flush()
            if replace:
                os.fsync(file.fileno())
        if replace:
            target.replace(path)
    except OSError as error:
        raise Refused(f"{path} was not written", error.strerror or str(error), "choose another place") from error
    finally:
        if replace:
            with contextlib.suppress(OSError):
                target.unlink()
    return size
