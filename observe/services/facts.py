"""What each visit of a span says of its students, read once for all pages about them; the logs are let go again.

Visits of every observer count: a chance is one, and a child is seen, whoever was there. What is an offer or an open
task the newest version of a protocol says, so that visits coded before it said so are not left out.
"""

from dataclasses import replace

from observe.domain import access, talent
from observe.domain.access import Chances
from observe.domain.codec import local
from observe.domain.figures import active_time
from observe.domain.frozen import dataclass
from observe.domain.model import Section, Student, Visit
from observe.domain.protocol import Protocol
from observe.domain.talent import Chance, Spark
from observe.services.home import Home
from observe.services.spans import Span
from observe.services.visits import visit_log
from observe.store import queries, rosters


@dataclass(frozen=True, slots=True)
class Scope:
    """Who and what a page is about: the classes, everybody active in them, and the visits that began in the span.

    `people`: one row a student, of the first class by name; `classes`: ids of all the classes of each.
    """

    span: Span
    sections: tuple[Section, ...]
    people: tuple[Student, ...]
    classes: dict[str, tuple[str, ...]]
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one visit: its coding scheme, what each student was offered, the sparks, and the chances there were."""

    visit: Visit
    protocol: Protocol
    offered: dict[str, Chances]
    sparks: tuple[Spark, ...]
    chance: Chance


@dataclass(frozen=True, slots=True)
class Read:
    """A scope, and the facts of its visits in order of time."""

    scope: Scope
    visits: tuple[Facts, ...]


def scope(home: Home, span: Span, section: str | None = None) -> Scope:
    """The class of that id; without one, every class that had a visit in the span."""
    begun = [v for v in queries.visits(home.conn, *span.bounds(home.zone)) if v.started_at is not None]
    visits = tuple(v for v in begun if section in (None, v.section))
    visited = {v.section for v in visits} if section is None else {section}
    sections = tuple(s for s in rosters.sections(home.conn) if s.id in visited)
    members = [s for s in rosters.students(home.conn) if s.active]
    people: dict[str, Student] = {}
    classes: dict[str, tuple[str, ...]] = {}
    for place in sections:
        for student in members:
            if student.section == place.id:
                people.setdefault(student.id, student)
                classes[student.id] = (*classes.get(student.id, ()), place.id)
    return Scope(span, sections, tuple(people.values()), classes, visits)


def read(home: Home, span: Span, section: str | None = None) -> Read:
    """Read the visits of the span. `section`: an id."""
    where = scope(home, span, section)
    newest: dict[str, Protocol | None] = {}
    return Read(where, tuple(_facts(home, visit, newest) for visit in where.visits))


def _facts(home: Home, visit: Visit, newest: dict[str, Protocol | None]) -> Facts:
    log = visit_log(home, visit.id)
    if visit.protocol_id not in newest:
        newest[visit.protocol_id] = queries.protocol(home.conn, visit.protocol_id)
    log = replace(log, protocol=newest[visit.protocol_id] or log.protocol)
    active = active_time(log.visit, log.pauses, home.clock.now())
    day = local(visit.started_at or 0, home.zone).date()
    sparks = tuple(talent.sparks(log, day))
    return Facts(visit, log.protocol, access.chances(log, active), sparks, talent.chance(log, active))
