"""The co-planning card of a visit: its lines, read and written. Each line is an entity of its own.

What two people change on two devices thus meets line by line. What there can only be one of (the objective, a
strategy, a student to watch) has a key that follows from what it is, so that said twice it is said once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from observe.domain.codec import iso
from observe.domain.derived import derived_key
from observe.domain.errors import Refused
from observe.domain.model import Student, Visit
from observe.domain.programme import PLAN_PARTS, PlanLine
from observe.domain.protocol import Protocol
from observe.domain.shapes import fields
from observe.services import check, plan_fields, protocols
from observe.services.home import Home
from observe.services.plan_fields import FIELDS, LONGEST, channels
from observe.services.visits import read
from observe.store import items, queries, rosters
from observe.store.journal import Act

__all__ = ("LONGEST", "Plan", "channels", "coding", "lines")
MANY = 60
STEP = 1024
"""Between the places of two lines, so that a line can go between them and no other entity changes."""


def lines(home: Home, visit_id: str, part: str = "") -> tuple[PlanLine, ...]:
    """The lines of a visit's plan in the order of the card, or those of one part by place."""
    found = items.plan(home.conn, visit_id)
    if part:
        return tuple(line for line in found if line.part == part)
    return tuple(sorted(found, key=lambda line: (PLAN_PARTS.index(line.part), line.place, line.id)))


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
        return self.line(self.home.write(lambda act: self._add(act, part, given)))

    def change(self, id: str, **given: Any) -> PlanLine:
        """Other words, students, level ... for a line; what is not named stays."""
        return self.line(self.home.write(lambda act: self._change(act, self.line(id), given)))

    def fill(self, rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> int:
        """Lines as (id or "", part, fields), all in one act or none; returns how many were not so already.

        An id that is there is changed, another one made. Raises Refused, naming the line by its number.
        """
        wanted = tuple(rows)

        def change(act: Act) -> int:
            before = self.lines()
            there = {line.id: line for line in before}
            for number, (id, part, given) in enumerate(wanted, 1):
                try:
                    if id in there and there[id].part != part:
                        raise Refused(f"part: this line is a {there[id].part}", "a line stays what it is")
                    if id in there:
                        self._change(act, self.line(id), given)
                    else:
                        self._add(act, part, given, id)
                except Refused as error:
                    raise Refused(f"line {number}: {error.what}", error.why, error.todo) from error
            return len(set(self.lines()) - set(before))

        return self.home.write(change)

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
                    self._put(act, id, as_data(was[id]))
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
                self._put(act, id, {**as_data(line), "place": (low + high) // 2})
                return
            for place, other in enumerate([*others[:to], line, *others[to:]], 1):  # no room between: all anew
                self._put(act, other.id, {**as_data(other), "place": place * STEP})

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
                    self._put(act, line.id, as_data(line))

        self.home.write(change)

    # -- what is written -------------------------------------------------------------------------------

    def _add(self, act: Act, part: str, given: Mapping[str, Any], id: str = "") -> str:
        if part not in PLAN_PARTS:
            raise check.allowed("part", part, ", ".join(PLAN_PARTS))
        data = self._checked(part, given, None)
        id = one_of(self.visit_id, part, data) or id or self.home.new_key()
        before = next((line for line in self.lines() if line.id == id), None)
        if before is not None:
            return self._change(act, before, given)
        alike = self.lines(part)
        if len(alike) >= MANY:
            raise Refused(f"{part}: there are {MANY} already", "nobody reads a longer plan", "take some away first")
        place = max((line.place for line in alike), default=0) + STEP
        return self._put(act, id, {"part": part, "place": place, **data})

    def _change(self, act: Act, before: PlanLine, given: Mapping[str, Any]) -> str:
        data = self._checked(before.part, given, before)
        return self._put(act, before.id, {"part": before.part, "place": before.place, **data})

    def _checked(self, part: str, given: Mapping[str, Any], before: PlanLine | None) -> dict[str, Any]:
        was = {name: value for name, value in as_data(before).items() if name in FIELDS[part]} if before else None
        return plan_fields.checked(self.home, coding(self.home, self.visit), part, given, was)

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


def drafted(visit_id: str, source: str, line: PlanLine) -> str:
    """The id of a line taken over from another plan: on two devices the same."""
    return one_of(visit_id, line.part, as_data(line)) or derived_key(visit_id, source, line.id)


def one_of(visit_id: str, part: str, given: Mapping[str, Any]) -> str:
    """The id of what there can only be one of in a visit; "" for the rest."""
    if part == "objective":
        return derived_key(visit_id, part)
    if part == "strategy":
        return derived_key(visit_id, part, str(given.get("channel")), str(given.get("code")))
    who = given.get("students") or []
    return derived_key(visit_id, part, str(who[0])) if part == "watch" and len(who) == 1 else ""


def as_data(line: PlanLine) -> dict[str, Any]:
    """A line as its entry says it."""
    named = {name: getattr(line, name) for name in FIELDS[line.part]}
    at = named.get("evidence_at")
    if at is not None:
        named["evidence_at"] = iso(at)
    if "students" in named:
        named["students"] = list(named["students"])
    return {"part": line.part, "place": line.place, **named}
