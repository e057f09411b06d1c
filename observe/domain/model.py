"""What was observed, as plain frozen values: the shape in which everything above `store` sees the log.

Times are milliseconds since 1970 (UTC).
"""

from collections.abc import Mapping
from dataclasses import field

from observe.domain.frozen import dataclass
from observe.domain.programme import Grouping, PlanLine
from observe.domain.protocol import Protocol

Value = str | int | float | bool
Order = tuple[int, int, str, int]
"""(stamp ms, stamp counter, device, seq) of the entry that won: orders what happened in the same millisecond."""

METHODS = ("tap", "sweep", "interval")
BY_WHOM = ("me", "teacher", "both")
NEXT_BY: Mapping[str | None, str | None] = dict(zip((None, *BY_WHOM), (*BY_WHOM, None), strict=True))
"""What the next tap says of who ran something; None: nobody did."""


@dataclass(frozen=True, slots=True)
class Section:
    """A class she visits."""

    id: str
    name: str
    teacher: str = ""
    room: str = ""
    period: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Student:
    """A student in one section: letter, seat and group belong to the membership."""

    id: str
    name: str
    section: str
    active: bool = True
    identified: bool | None = None
    area: str = ""
    grade: str = ""
    group: str = ""
    seat: int = 0
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One push-in visit: planned, live, ended or missed."""

    id: str
    section: str | None = None
    section_name: str = ""
    teacher: str = ""
    observer: str = ""
    title: str = ""
    protocol_id: str = ""
    protocol_version: int = 0
    zone: str = "UTC"
    planned_at: int | None = None
    planned_minutes: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    estimated_end: bool = False
    roster: tuple[str, ...] = ()
    """Ids of the students active in the section when the visit began."""
    missed: str = ""
    """Why it was not held, or will not be; "" while nothing is said."""
    flag: str = ""
    """Why it is not like others; "" for a visit as usual. A flagged one is left out of trends."""

    def status(self, now: int) -> str:
        """`planned`, `live`, `ended`, or `missed`: planned and not held, past or called off with a reason."""
        if self.started_at is not None:
            return "live" if self.ended_at is None else "ended"
        if self.missed:
            return "missed"
        past = self.planned_at is not None and self.planned_at + (self.planned_minutes or 0) * 60_000 <= now
        return "missed" if past else "planned"


@dataclass(frozen=True, slots=True)
class Observation:
    """One logged code. `code` None ends a state; `on` is for toggles only; `student` None is everyone."""

    id: str
    at: int
    channel: str
    code: str | None
    student: str | None = None
    method: str = "tap"
    sweep: int | None = None
    on: bool | None = None
    with_whom: tuple[str, ...] = ()
    modifiers: Mapping[str, Value] = field(default_factory=dict)
    note: str = ""
    order: Order = (0, 0, "", 0)
    group: str = ""
    """The label of the group it is about, as one: nobody in it was seen in person."""
    plan: str = ""
    """The line of the plan that it carries out: a planned question that was asked."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """`roll`: named when the roll was taken, so that the roll decides who is here. It stays when the mark changes."""

    present: bool
    roll: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Time left out of every denominator; `end` None while it lasts."""

    id: str
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over the students. `order` empty: ratings came without a start line."""

    number: int
    order: str = ""
    students: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    started_at: int | None = None
    ended_at: int | None = None
    seed: int | None = None
    """What a random order was drawn with."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note on its own: about a student, a group as one (its label), or everyone. `body` "" is a flag, still to be
    put into words."""

    id: str
    at: int
    student: str | None = None
    body: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class VisitLog:
    """A visit with all that was logged in it: what every figure is computed from."""

    visit: Visit
    protocol: Protocol
    students: tuple[Student, ...] = ()
    """Everybody the log may name: the section's members, left ones too, and guests; in seat order."""
    attendance: Mapping[str, Attendance] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    """Ordered by (at, order)."""
    pauses: tuple[Pause, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    conflicts: int = 0
    notes: tuple[Note, ...] = ()
    """In order of time."""
    ran: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What was ticked as run: (channel, code) to by whom, `me`, `teacher` or `both`. Never minutes."""
    plan: tuple[PlanLine, ...] = ()
    """The co-planning card, by place."""
    grouping: Grouping = Grouping()
    cues: tuple[int, ...] = ()
    """When she was reminded to look at everyone."""

    def present(self) -> tuple[str, ...]:
        """Ids of the students who are here, in seat order.

        Once the roll was taken, those it says; before, everybody on the roster. Then those marked
        otherwise: an absent child is left out, one who was observed has been marked present.
        """
        taken = any(mark.roll for mark in self.attendance.values())
        here = set() if taken else set(self.visit.roster)
        here |= {who for who, mark in self.attendance.items() if mark.present}
        here -= {who for who, mark in self.attendance.items() if not mark.present}
        known = [student.id for student in self.students if student.id in here]
        return tuple(known) + tuple(sorted(here.difference(known)))
