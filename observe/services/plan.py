"""The co-planning card of a visit: its lines, read and written. Each line is an entity of its own.

What two people change on two devices thus meets line by line. What there can only be one of (the objective, a
strategy, a student to watch) has a key that follows from what it is, so that said twice it is said once.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from observe.domain.codec import iso
from observe.domain.errors import Refused
from observe.domain.live import picker
from observe.domain.model import BY_WHOM, Student, Visit
from observe.domain.programme import PLAN_PARTS, PlanLine
from observe.domain.protocol import Channel, Protocol
from observe.domain.shapes import fields
from observe.services import check, protocols
from observe.services.home import Home
from observe.services.visits import read
from observe.store import items, queries, rosters
from observe.store.journal import Act

FIELDS: Mapping[str, tuple[str, ...]] = {
    "objective": ("text",),
    "group": ("name", "tier", "students", "evidence", "evidence_at"),
    "tier": ("name", "text"),
    "strategy": ("channel", "code", "by"),
    "question": ("text", "channel", "code"),
    "segment": ("minutes", "me", "teacher", "channel", "code"),
    "watch": ("text", "students"),
}
"""What a line of each part holds."""
KINDS = {"strategy": "toggle", "question": "count", "segment": "state"}
"""Of which kind the channel is that a line of this part takes its code from."""
NAME_LIMIT, TEXT_LIMIT, LONGEST, MANY = 60, 400, 600, 60
STEP = 1024
"""Between the places of two lines, so that a line can go between them and no other entity changes."""


def lines(home: Home, visit_id: str, part: str = "") -> tuple[PlanLine, ...]:
    """The lines of a visit's plan in the order of the card, or those of one part by place."""
    found = items.plan(home.conn, visit_id)
    if part:
        return tuple(line for line in found if line.part == part)
    return tuple(sorted(found, key=lambda line: (PLAN_PARTS.index(line.part), line.place, line.id)))


def channels(protocol: Protocol, part: str) -> tuple[Channel, ...]:
    """The channels that lines of this part take codes from, by kind; questions from those with levels, if any."""
    kind = KINDS.get(part)
    found = tuple(c for c in protocol.channels if c.kind == kind and not picker(c))
    levels = tuple(c for c in found if c.higher_from) if part == "question" else ()
    return levels or found


def coding(home: Home, visit: Visit) -> Protocol:
    """The protocol a visit is, or will be, logged with."""
    own = queries.protocol(home.conn, visit.protocol_id, visit.protocol_version) if visit.protocol_id else None
    return own or protocols.find(home, protocols.DEFAULT)


class Plan:
    """The plan of one visit; each method that changes it is one act, durable when it returns.

    Raises Refused, NotSaved, Busy.
    """

    def __init__(self, home: Home, visit_id: str) -> None:
        self.home, self.visit_id = home, visit_id

    @property
    def visit(self) -> Visit:
        """The visit it is the plan of."""
        return read(self.home, self.visit_id)

    def lines(self, part: str = "") -> tuple[PlanLine, ...]:
        """As `lines`."""
        return lines(self.home, self.visit_id, part)

    def line(self, id: str) -> PlanLine:
        """One of them."""
        found = next((line for line in self.lines() if line.id == id), None)
        if found is None:
            raise Refused(f"this line of the plan is gone: {id[:40]!r}", "it was taken away", "look again")
        return found

    def students(self) -> tuple[Student, ...]:
        """Who can be in a group: the students of the section."""
        section = self.visit.section
        found = rosters.students(self.home.conn, section) if section else ()
        return tuple(student for student in found if student.active)

    def add(self, part: str, **given: Any) -> PlanLine:
        """A line at the end of its part. What there can only be one of is changed where it is there already."""
        if part not in PLAN_PARTS:
            raise check.allowed("part", part, ", ".join(PLAN_PARTS))

        def change(act: Act) -> str:
            id = one_of(self.visit_id, part, given) or self.home.new_key()
            before = next((line for line in self.lines() if line.id == id), None)
            if before is None and len(self.lines(part)) >= MANY:
                raise Refused(f"{part}: there are {MANY} already", "nobody reads a longer plan", "take some away first")
            last = max((line.place for line in self.lines(part)), default=0)
            data = self._checked(part, given, before)
            return self._put(act, id, {"part": part, "place": before.place if before else last + STEP, **data})

        return self.line(self.home.write(change))

    def change(self, id: str, **given: Any) -> PlanLine:
        """Other words, students, level ... for a line; what is not named stays."""

        def change(act: Act) -> str:
            before = self.line(id)
            data = self._checked(before.part, given, before)
            return self._put(act, id, {"part": before.part, "place": before.place, **data})

        return self.line(self.home.write(change))

    def remove(self, id: str) -> PlanLine:
        """Take a line away; returns it as it was."""

        def change(act: Act) -> PlanLine:
            before = self.line(id)
            act.void("plan", f"{self.visit_id}/{id}", {"visit": self.visit_id})
            return before

        return self.home.write(change)

    def restore(self, before: Iterable[PlanLine], after: Iterable[PlanLine]) -> None:
        """Of the lines that differ, make them what they were before; what else was changed meanwhile stays."""
        was, now = ({line.id: line for line in found} for found in (before, after))
        changed = [id for id in {**was, **now} if was.get(id) != now.get(id)]

        def change(act: Act) -> None:
            there = {line.id for line in self.lines()}
            for id in changed:
                if id in was:
                    self._put(act, id, _data(was[id]))
                elif id in there:
                    act.void("plan", f"{self.visit_id}/{id}", {"visit": self.visit_id})

        self.home.write(change)

    def move(self, id: str, by: int) -> None:
        """A line so many places down (or up, below 0) within its part. Its own entity is all that changes."""

        def change(act: Act) -> None:
            line = self.line(id)
            others = [other for other in self.lines(line.part) if other.id != id]
            at = sum((other.place, other.id) < (line.place, line.id) for other in others)
            to = min(max(at + by, 0), len(others))
            if to == at:
                return
            low = others[to - 1].place if to else 0
            high = others[to].place if to < len(others) else low + 2 * STEP
            if high - low > 1:
                self._put(act, id, {**_data(line), "place": (low + high) // 2})
                return
            for place, other in enumerate([*others[:to], line, *others[to:]], 1):  # no room between: all anew
                self._put(act, other.id, {**_data(other), "place": place * STEP})

        self.home.write(change)

    def place(self, group: str, student: str) -> None:
        """A student into a group, out of any other; who is in it already goes out."""

        def change(act: Act) -> None:
            if self.line(group).part != "group":
                raise Refused("this line is no group", "only a group has students", "choose a group")
            for line in self.lines("group"):
                there = [who for who in line.students if who != student]
                if line.id == group and student not in line.students:
                    there.append(student)
                if there != list(line.students):
                    data = self._checked("group", {"students": there}, line)
                    self._put(act, line.id, {"part": "group", "place": line.place, **data})

        self.home.write(change)

    def accept(self, drafts: Iterable[PlanLine]) -> None:
        """Take over proposed lines, all in one act; one that is there already stays as it is."""
        wanted = tuple(drafts)

        def change(act: Act) -> None:
            there = {line.id for line in self.lines()}
            for line in wanted:
                if line.id not in there:
                    self._put(act, line.id, _data(line))

        self.home.write(change)

    # -- what is written -------------------------------------------------------------------------------

    def _put(self, act: Act, id: str, data: Mapping[str, Any]) -> str:
        """Write a line, if that is not what stands; returns its id."""
        key = f"{self.visit_id}/{id}"
        new = {"visit": self.visit_id, **{k: v for k, v in data.items() if v not in ("", None, [], ())}}
        winner = self.home.journal.winner("plan", key)
        if winner is not None and winner.op == "put":
            known = fields("plan")
            new |= {name: value for name, value in winner.data.items() if name not in known}  # of a later version
            if winner.data == new:
                return id
        act.put("plan", key, new)
        return id

    def _checked(self, part: str, given: Mapping[str, Any], before: PlanLine | None) -> dict[str, Any]:
        """The line as data, what is given over what was; each field checked. Raises Refused, naming the field."""
        unknown = [name for name in given if name not in FIELDS[part]]
        if unknown:
            raise Refused(f"{unknown[0]}: not a field of a {part}", f"allowed: {', '.join(FIELDS[part])}")
        visit = self.visit
        was = {k: v for k, v in _data(before).items() if k not in ("part", "place")} if before else {}
        data = {**was, **{name: _CHECKS[name](self, value) for name, value in given.items()}}
        if "evidence" in given and "evidence_at" not in given and data.get("evidence") != was.get("evidence"):
            data["evidence_at"] = iso(self.home.clock.now()) if data["evidence"] else None
        if part == "strategy" and before is not None and any(data[n] != was[n] for n in ("channel", "code")):
            raise Refused("code: a strategy stays the one it is", "its line is named by it", "add the other one")
        if ("channel" in given or "code" in given or before is None) and part in KINDS:
            self._check_code(coding(self.home, visit), part, data)
        self._check_whole(part, data)
        return data

    def _check_code(self, protocol: Protocol, part: str, data: dict[str, Any]) -> None:
        if part == "segment" and not data.get("code"):
            data["channel"] = ""
            return  # what she does in it may be words alone
        possible = channels(protocol, part)
        if not data.get("channel"):
            with_code = [c for c in possible if c.code(data.get("code") or "")]
            data["channel"] = next((c.name for c in (*with_code, *possible)), "")
        channel = next((c for c in possible if c.name == data.get("channel")), None)
        if channel is None:
            raise check.allowed("channel", data.get("channel") or "", ", ".join(c.name for c in possible) or "none")
        if channel.code(data.get("code") or "") is None:
            raise check.allowed("code", data.get("code") or "", ", ".join(channel.keys))

    def _check_whole(self, part: str, data: Mapping[str, Any]) -> None:
        needed = {"objective": "text", "group": "name", "tier": "name", "segment": "minutes"}.get(part)
        if needed and not data.get(needed):
            raise Refused(f"{needed}: missing", f"a {part} has one", "say it in a few words")
        if part == "watch" and not (data.get("text") or data.get("students")):
            raise Refused("text: missing", "what is there to watch for", "a few words, or a student")

    def _students(self, value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            raise check.allowed("students", value, "a list of students")
        for who in value:
            if not isinstance(who, str) or not rosters.is_student(self.home.conn, who):
                raise check.allowed("students", who, "students of this home, by id")
        return list(dict.fromkeys(value))

    def _minutes(self, value: Any) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST:
            raise check.allowed("minutes", value, f"1 to {LONGEST}")
        return value

    def _by(self, value: Any) -> str | None:
        if value is not None and value not in BY_WHOM:
            raise check.allowed("by", value, ", ".join(BY_WHOM))
        return value if value is None else str(value)

    def _time(self, value: Any) -> str | None:
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise check.allowed("evidence_at", value, "a time")
        return None if value is None else iso(value)

    def _word(self, value: Any) -> str:
        if not isinstance(value, str):
            raise check.allowed("code", value, "a text")
        return value


def _words(field: str, limit: int) -> Callable[[Plan, Any], str]:
    return lambda plan, value: check.note(value, field, limit)


_CHECKS: Mapping[str, Callable[[Plan, Any], Any]] = {
    **{name: _words(name, TEXT_LIMIT) for name in ("text", "evidence", "me", "teacher")},
    **{name: _words(name, NAME_LIMIT) for name in ("name", "tier")},
    "students": Plan._students,
    "evidence_at": Plan._time,
    "minutes": Plan._minutes,
    "by": Plan._by,
    "channel": Plan._word,
    "code": Plan._word,
}


def _key(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def drafted(visit_id: str, source: str, line: PlanLine) -> str:
    """The id of a line taken over from another plan: on two devices the same."""
    return one_of(visit_id, line.part, _data(line)) or _key(visit_id, source, line.id)


def one_of(visit_id: str, part: str, given: Mapping[str, Any]) -> str:
    """The id of what there can only be one of in a visit; "" for the rest."""
    if part == "objective":
        return _key(visit_id, part)
    if part == "strategy":
        return _key(visit_id, part, str(given.get("channel")), str(given.get("code")))
    who = given.get("students") or []
    return _key(visit_id, part, str(who[0])) if part == "watch" and len(who) == 1 else ""


def _data(line: PlanLine) -> dict[str, Any]:
    """A line as its entry says it."""
    named = {name: getattr(line, name) for name in FIELDS[line.part]}
    at = named.get("evidence_at")
    if at is not None:
        named["evidence_at"] = iso(at)
    if "students" in named:
        named["students"] = list(named["students"])
    return {"part": line.part, "place": line.place, **named}
