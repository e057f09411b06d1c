"""Whom to see next: the students of each class by how little they were observed, over the visits of a span.

A child is seen whoever looked, so visits of every observer count.
"""

from collections.abc import Iterable

from observe.domain import seen as rule
from observe.domain.codec import iso_or_none, local
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.model import Section, Student, Visit, VisitLog
from observe.domain.protocol import Protocol
from observe.domain.seen import Sight
from observe.services import spans
from observe.services.home import Home
from observe.services.spans import Span
from observe.store import queries, rosters, sightings


@dataclass(frozen=True, slots=True)
class Class:
    """One class in a span: how many visits began, and everybody in it, who is to be seen first being first."""

    section: Section
    visits: int
    rows: tuple[Sight, ...]

    @property
    def never(self) -> tuple[Sight, ...]:
        """Nobody observed them, though somebody was there; without a visit nobody could."""
        return rule.never(self.rows) if self.visits else ()

    def to_see(self, most: int = rule.NAMED) -> tuple[Sight, ...]:
        """The few who stand back most."""
        return rule.to_see(self.rows, most) if self.visits else ()


def classes(home: Home, span: Span, only: Iterable[str] | None = None, *, whole: bool = True) -> tuple[Class, ...]:
    """Every class that has students, by name; `only`: those with these ids.

    `whole` False: without the visits a student was here for, and without what was before the span; for Today, which
    is looked at while the children come in.
    """
    first, after = span.bounds(home.zone)
    wanted = None if only is None else set(only)
    counted = sightings.observed(home.conn, first, after, wanted)
    begun = [v for v in queries.visits(home.conn, first, after) if _began(v, first, after)]
    marks = sightings.attendance(home.conn, first, after) if whole else {}
    people: dict[str, list[Student]] = {}
    for student in rosters.students(home.conn):
        people.setdefault(student.section, []).append(student)
    found = []
    for section in rosters.sections(home.conn):
        students = people.get(section.id, [])
        if (wanted is not None and section.id not in wanted) or not any(s.active for s in students):
            continue
        held = [v for v in begun if v.section == section.id]
        theirs = {who: said for (where, who), said in counted.items() if where == section.id}
        unseen = [s.id for s in students if s.active and s.id not in theirs]
        before = sightings.last_seen(home.conn, section.id, unseen, first) if whole and unseen else {}
        here = [VisitLog(v, _NO_SCHEME, attendance=marks.get(v.id, {})).present() for v in held] if whole else []
        found.append(Class(section, len(held), rule.sights(students, theirs, here, before)))
    return tuple(found)


_NO_SCHEME = Protocol("", 0, "", ())
"""Who was here is no question of what was coded."""


def _began(visit: Visit, first: int, after: int) -> bool:
    return visit.started_at is not None and first <= visit.started_at < after


def not_this_month(home: Home, visit: Visit) -> frozenset[str]:
    """Whom of its roster nobody observed in the earlier visits of its month; nobody where there were none."""
    if visit.section is None or visit.started_at is None:
        return frozenset()
    month = spans.month_to(local(visit.started_at, home.zone).date())
    found = sightings.observed(home.conn, month.bounds(home.zone)[0], visit.started_at, [visit.section])
    return frozenset(visit.roster).difference(who for _, who in found) if found else frozenset()


def seen(home: Home, span: Span | None = None, section: str | None = None) -> Json:
    """The JSON of `observe seen`; `section`: an id."""
    span = span or spans.named(home)
    found = classes(home, span, None if section is None else [section])
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "sections": [
            {
                "id": one.section.id,
                "name": one.section.name,
                "visits": one.visits,
                "students": [_student(row) for row in one.rows],
                "never": [row.student.id for row in one.never],
                "to_see": [row.student.id for row in one.to_see()],
            }
            for one in found
        ],
    }


def _student(row: Sight) -> Json:
    return {
        "id": row.student.id,
        "name": row.student.name,
        "identified": row.student.identified,
        "n": row.n,
        "visits": row.visits,
        "last_at": iso_or_none(row.last_at),
    }
