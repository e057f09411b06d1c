"""Visits out into files and in again."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from observe.domain.codec import iso, local, valid_zone
from observe.domain.entries import Entry, dumps
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.model import VisitLog
from observe.domain.passes import sampled
from observe.domain.programme import ITEMS
from observe.domain.protocol import Protocol
from observe.domain.shapes import fields
from observe.exchange import lines, table
from observe.services import check, protocols
from observe.services.home import Home
from observe.services.nameless import Nameless
from observe.services.visits import visit_log
from observe.store import items, queries, rosters
from observe.store import local as local_store
from observe.store.journal import Act

_OWN_BUSINESS = frozenset({"undo", "import", "purge"})
"""Kinds that say what this device did, not what is so."""
_TYPED = frozenset({"visit.title", "reflection", "note", "calendar.name", *ITEMS}) - {"cue"}
"""Kinds that are nothing but what somebody typed, or say little else: plans, labels of groups, promises."""
_NAMING = frozenset(
    ("note", "reason", "observer", "teacher", "room", "school_id", "source_id", "letter", "seat", "group", "calendar")
)
"""Fields that hold typed words, or tell who somebody is to whoever has the class list (a seat does)."""

_LISTED = frozenset({"section", "student", "member", "attendance"})
"""Kinds that are made a list at a time, in the order of the class list."""


# -- out -------------------------------------------------------------------------------------------


def jsonl(
    home: Home, visits: Sequence[str] | None, *, private: bool = False, de_identify: bool = False
) -> Iterator[bytes]:
    """The lossless export of these visits (None: of all there is), in an order that imports as it was."""
    standing = queries.standing(home.conn)
    chosen = standing if visits is None else _chosen(home, standing, visits)
    rows: Iterable[lines.Line] = ((e.kind, e.key, dict(e.data)) for e in chosen if e.kind not in _OWN_BUSINESS)
    if de_identify:
        rows = _anonymous_lines(rows, _numbers(home), _nameless(home))
    yield from lines.write(rows)
    if private:
        for visit in visits if visits is not None else queries.visits_with_private_notes(home.conn):
            for key, body in queries.private_notes(home.conn, visit).items():
                yield lines.line(("private_note", key, {"visit": visit, "body": body}))


def _chosen(home: Home, standing: Iterable[Entry], visits: Sequence[str]) -> Iterator[Entry]:
    """What these visits are made of: their parts, and of the roster and the protocols what they name."""
    wanted = set(visits)
    logs = [visit_log(home, visit) for visit in visits]
    people: set[str | None] = {s.id for log in logs for s in log.students}
    people |= {who for log in logs for who in _named(log)}
    sections: set[str | None] = {log.visit.section for log in logs}
    protocols: set[str | None] = {f"{log.visit.protocol_id}@{log.visit.protocol_version}" for log in logs}
    promised = {key for visit in visits for key, _ in items.items(home.conn, "commitment", visit=visit)}
    for entry in standing:
        if entry.kind == "member":
            wanted_here = entry.key.partition("/")[0] in sections
        elif entry.kind in ("section", "student", "protocol"):
            named: set[str | None] = {"section": sections, "student": people, "protocol": protocols}[entry.kind]
            wanted_here = entry.key in named
        elif entry.kind == "commitment.end":  # it names no visit, and without it a kept promise would stand again
            wanted_here = entry.key in promised
        else:
            wanted_here = entry.key in wanted or entry.data.get("visit") in wanted
        if wanted_here:
            yield entry


def _named(log: VisitLog) -> set[str]:
    named = set(log.attendance) | {o.student for o in log.observations if o.student}
    named |= {who for o in log.observations for who in o.with_whom}
    for channel in log.protocol.channels:
        for modifier in channel.modifiers:
            if modifier.kind == "student":
                named |= {str(o.modifiers[modifier.name]) for o in log.observations if modifier.name in o.modifiers}
    named |= {n.student for n in log.notes if n.student}
    named |= {who for line in log.plan for who in line.students} | {move.student for move in log.grouping.moves}
    named |= set(log.grouping.start)
    return named | {who for sweep in log.sweeps for who in (*sweep.students, *sweep.skipped)}


def _numbers(home: Home) -> dict[str, str]:
    """What stands for each student in a de-identified file: the same in all of it, and by their random ids, since
    numbers in the order of the class list would be as good as names."""
    return {id: f"s{number}" for number, id in enumerate(sorted(rosters.student_names(home.conn)), 1)}


def _nameless(home: Home) -> Nameless:
    """What takes the name of a child out of that of a class."""
    return Nameless(rosters.students(home.conn))


def _anonymous_lines(
    rows: Iterable[lines.Line], numbers: Mapping[str, str], nameless: Nameless
) -> Iterator[lines.Line]:
    """Without names, texts that people typed, and ids of students; nor anything that this version does not know.

    Students come in the order of their numbers everywhere: that of the class list or of the seats would name them.
    """

    def swap(value: Any) -> Any:
        if isinstance(value, list):
            people = all(isinstance(item, str) and item in numbers for item in value)
            return sorted(map(swap, value), key=lambda s: int(s[1:])) if people else [swap(item) for item in value]
        if isinstance(value, dict):
            return {name: swap(item) for name, item in value.items()}
        return numbers.get(value, value) if isinstance(value, str) else value

    def place(row: lines.Line) -> tuple[bool, str, str]:
        listed = row[0] in _LISTED
        return (False, row[0], row[1]) if listed else (True, "", "")

    for kind, key, data in sorted(rows, key=place):
        known = fields(kind) - _NAMING
        if not known or kind in _TYPED:
            continue
        clean = {name: swap(value) for name, value in data.items() if name in known}
        if kind == "student":
            clean["name"] = f"Student {numbers.get(key, 's?')[1:]}"
        elif kind == "section":
            clean["name"] = nameless.label(clean["name"])
        yield kind, "/".join(numbers.get(part, part) for part in key.split("/")), clean


def observations_csv(home: Home, visits: Sequence[str], *, de_identify: bool = False) -> Iterator[bytes]:
    """One observation a row."""
    hiding = (_numbers(home), _nameless(home)) if de_identify else None
    yield from table.write(row for visit in visits for row in _rows(home, visit, hiding))


def _rows(home: Home, visit_id: str, hiding: tuple[Mapping[str, str], Nameless] | None) -> Iterator[dict[str, object]]:
    """`hiding`: what stands for the students of a de-identified table, and takes their names out of that of a class."""
    log = visit_log(home, visit_id)
    visit = log.visit
    people = {s.id: s for s in log.students}
    zone = visit.zone if valid_zone(visit.zone) else None  # another machine may know newer ones
    hidden = hiding is not None
    numbers, nameless = hiding or (None, None)

    def who(id: str | None) -> str | None:
        return id if numbers is None or id is None else numbers.get(id, "?")

    for o in sampled(log):
        channel = log.protocol.channel(o.channel)
        code = channel.code(o.code) if channel and o.code else None
        student = people.get(o.student or "")
        named = {m.name for m in channel.modifiers if m.kind == "student"} if channel else set()
        rest = {
            name: who(str(value)) if name in named else value
            for name, value in o.modifiers.items()
            if name not in ("asker", "wait_s")
        }
        yield {
            "visit": visit.id,
            "section": nameless.label(visit.section_name) if nameless else visit.section_name,
            "teacher": None if hidden else visit.teacher,
            "observer": None if hidden else visit.observer,
            "protocol": f"{visit.protocol_id}@{visit.protocol_version}",
            "at": iso(o.at),
            "local_time": local(o.at, zone).strftime("%Y-%m-%d %H:%M:%S") if zone else None,
            "seconds_in": round((o.at - (visit.started_at or o.at)) / 1000, 3),
            "channel": o.channel,
            "kind": channel.kind if channel else None,
            "code": o.code,
            "label": code.label if code else None,
            "on": o.on,
            "student": who(o.student),
            "name": None if hidden or student is None else student.name,
            "identified": student.identified if student else None,
            "method": o.method,
            "sweep": o.sweep,
            "asker": o.modifiers.get("asker"),
            "wait_s": o.modifiers.get("wait_s"),
            "modifiers": json.dumps(rest, ensure_ascii=False) if rest else None,
            "with": " ".join(str(who(id)) for id in o.with_whom) or None,
            "note": None if hidden else o.note,
            "observation": None if hidden else o.id,
            "group": None if hidden else o.group,
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
    for number, (kind, _, _) in rows:
        if kind in _OWN_BUSINESS:
            raise Refused(f"{name} line {number}: {kind} cannot be imported", "it belongs to the device that did it")

    def change(act: Act) -> Taken:
        counts = {"new": 0, "changed": 0, "same": 0, "kept": 0}
        visits: dict[str, None] = {}
        begun = False
        for _, (kind, key, data) in rows:
            if kind == "private_note":
                outcome = _private_note(home, key, data, overwrite)
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
        _sound(home, act, rows, name)
        return Taken(**counts, visits=tuple(visits))

    return home.write(change)


def _private_note(home: Home, key: str, data: dict[str, Any], overwrite: bool) -> str:
    before = queries.private_notes(home.conn, data["visit"]).get(key)
    if before == data["body"]:
        return "same"
    if before is not None and not overwrite:
        return "kept"
    local_store.keep_private_note(home.conn, data["visit"], key, data["body"])
    return "changed" if before else "new"


def _sound(home: Home, act: Act, rows: Iterable[tuple[int, lines.Line]], name: str) -> None:
    """Every visit of the file has its protocol, and figures can be made of what was logged. Raises Refused."""
    coding: dict[str, Protocol] = {}
    for number, (kind, _, data) in rows:
        if kind == "visit" and data.get("protocol"):
            named = f"{data['protocol']} version {data.get('protocol_version', 0)}"
            if not _has_protocol(home, act, data["protocol"], data.get("protocol_version", 0)):
                raise lines.bad(name, number, f"protocol: {named} is neither in the file nor here")
        elif kind == "observation":
            visit: str = data["visit"]
            if visit not in coding:
                if queries.visit(home.conn, visit) is None:
                    raise lines.bad(name, number, f"visit: {visit} is neither in the file nor here")
                coding[visit] = visit_log(home, visit).protocol
                if not coding[visit].channels:
                    raise lines.bad(name, number, f"visit: {visit} names no protocol")
            channel = coding[visit].channel(data["channel"])
            why = check.unfit(channel, data) if channel else None
            if why is not None:
                raise lines.bad(name, number, why)


def _has_protocol(home: Home, act: Act, id: str, version: int) -> bool:
    """Whether this home has it, or the program brings it along."""
    if queries.protocol(home.conn, id, version) is None:
        shipped = protocols.shipped().get(id)
        if shipped is None or shipped.version != version:
            return False
        protocols.keep(home, act, shipped)
    return True


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
