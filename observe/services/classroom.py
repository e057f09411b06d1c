"""Changing a roster by hand: a class typed in, a name put right, seats, letters, who is identified, who left."""

from dataclasses import replace
from typing import Any

from observe.domain.errors import Refused
from observe.domain.live import deal_letters
from observe.domain.model import Student
from observe.domain.names import clean_name, given_and_family
from observe.domain.roster import RosterFile, RosterSection, RosterStudent
from observe.services import roster
from observe.services.home import Home
from observe.store import rosters
from observe.store.journal import Act

CLASS_LIMIT = 60


def type_in(home: Home, section: str, names: str, teacher: str = "") -> roster.Imported:
    """A class from a typed list, one name a line or after semicolons; a `*` marks an identified student.

    Names that the section has already are left alone, so a list can be typed on. Raises Refused.
    """
    typed = [line for chunk in names.splitlines() for line in chunk.split(";")]
    students = tuple(_typed(line) for line in typed if clean_name(line.replace("*", "")))
    title = clean_name(section)
    if not title:
        raise Refused("the class has no name", "a class is found by its name", "type one, such as Gr 4 Rm 12")
    if not students:
        raise Refused("the class has no students", "no name was typed", "type one name a line")
    if len(students) > CLASS_LIMIT:
        raise Refused(f"{len(students)} names are too many", f"a class has at most {CLASS_LIMIT}", "check the list")
    file = RosterFile(
        (RosterSection(title, teacher=clean_name(teacher) or None, students=students),), keep_missing=True
    )
    return roster.import_rosters(home, [file])


def _typed(line: str) -> RosterStudent:
    name = given_and_family(clean_name(line.replace("*", " ")))
    return RosterStudent(name, identified=True if "*" in line else None)


def seats(home: Home, section: str, count: int) -> roster.Imported:
    """A class without names yet: numbered seats, which can be named later. Raises Refused."""
    if not 1 <= count <= CLASS_LIMIT:
        raise Refused(f"{count} seats cannot be", f"allowed: 1 to {CLASS_LIMIT}")
    return type_in(home, section, "\n".join(f"Seat {number}" for number in range(1, count + 1)))


def rename(home: Home, student: str, name: str) -> None:
    """Put a name right. Raises Refused."""
    clean = given_and_family(clean_name(name))
    if not clean:
        raise Refused("a student needs a name", "nothing was typed", "type the name")
    _change(home, "student", student, {"name": clean})


def identify(home: Home, student: str, identified: bool | None, area: str | None = None) -> None:
    """Whether a student is identified (None: unknown), and in what area."""
    changes: dict[str, Any] = {"identified": identified}
    if area is not None:
        changes["area"] = clean_name(area)
    _change(home, "student", student, changes)


def take_seat(home: Home, section: str, student: str, seat: int) -> None:
    """Give a student a seat; who sits there takes the one left. Raises Refused."""
    people = {s.id: s for s in rosters.students(home.conn, section)}
    mover = _member(people, student)
    if not 1 <= seat <= CLASS_LIMIT:
        raise Refused(f"seat {seat} cannot be", f"allowed: 1 to {CLASS_LIMIT}")
    sitting = next((s for s in people.values() if s.seat == seat and s.id != student and s.active), None)

    def change(act: Act) -> None:
        _begin(home, act)
        _put(home, act, "member", f"{section}/{student}", {"seat": seat})
        if sitting is not None:
            _put(home, act, "member", f"{section}/{sitting.id}", {"seat": mover.seat})

    home.write(change)


def take_letter(home: Home, section: str, student: str, letter: str) -> None:
    """Give a student another letter; whoever has it takes the one left. Raises Refused for what is no letter."""
    people = {s.id: s for s in rosters.students(home.conn, section)}
    mover = _member(people, student)
    wish = letter.strip().upper()
    if not (wish.isascii() and wish.isalpha() and len(wish) <= 2):
        raise Refused(f"letter {letter[:10]!r} cannot be", "allowed: A to Z, or two letters")
    holder = next((s for s in people.values() if s.letter == wish and s.id != student and s.active), None)

    def change(act: Act) -> None:
        _begin(home, act)
        _put(home, act, "member", f"{section}/{student}", {"letter": wish})
        if holder is not None:
            _put(home, act, "member", f"{section}/{holder.id}", {"letter": mover.letter})

    home.write(change)


def set_active(home: Home, section: str, student: str, active: bool) -> None:
    """A student leaves the section, or comes back; nothing is deleted.

    Who comes back gets the seat and the letter of before, or other ones where somebody has them now.
    """
    people = {s.id: s for s in rosters.students(home.conn, section)}
    one = _member(people, student)
    changes: dict[str, Any] = {"active": active}
    others = [s for s in people.values() if s.active and s.id != student]
    if active and any(s.seat == one.seat for s in others):
        changes["seat"] = rosters.last_seat(home.conn, section) + 1
    if active and any(s.letter == one.letter for s in others):
        changes["letter"] = deal_letters([*others, replace(one, letter="")])[student]
    _change(home, "member", f"{section}/{student}", changes)


def _member(people: dict[str, Student], student: str) -> Student:
    if student not in people:
        raise Refused(f"student {student[:40]!r} is not in this section", "see `observe students`")
    return people[student]


def _change(home: Home, kind: str, key: str, changes: dict[str, Any]) -> None:
    def change(act: Act) -> None:
        _begin(home, act)
        _put(home, act, kind, key, changes)

    home.write(change)


def _begin(home: Home, act: Act) -> None:
    """Where the act comes from; and undo in a visit leaves the roster alone."""
    act.put("import", home.new_key(), {"what": "roster"}, new=True)


def _put(home: Home, act: Act, kind: str, key: str, changes: dict[str, Any]) -> None:
    winner = home.journal.winner(kind, key)
    if winner is None or winner.op == "void":
        raise Refused(f"{kind} {key[:40]!r} is not known", "this home has none of that id")
    act.put(kind, key, {**winner.data, **changes})
