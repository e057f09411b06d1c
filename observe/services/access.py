"""Who was offered what over a span, of everybody on the roster, identified or not.

Visits of every observer count: a chance is one, whoever gave it. What `offer` a toggle is, the newest version of its
protocol says, so that visits coded before it said so are not left out.
"""

from collections import Counter
from dataclasses import dataclass, replace

from observe.domain import access
from observe.domain.access import Chances
from observe.domain.figures import Json, active_time
from observe.domain.model import Section, Student, Visit, VisitLog
from observe.domain.numbers import share
from observe.domain.programme import Compacting
from observe.domain.protocol import Protocol
from observe.services import spans
from observe.services.home import Home
from observe.services.spans import Span
from observe.services.visits import visit_log
from observe.store import items, queries, rosters


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


@dataclass(frozen=True, slots=True)
class Read:
    """All that was logged in the visits of a scope, each with the newest version of its protocol; read once for a page.

    `now`: until when an open one has lasted (ms).
    """

    scope: Scope
    logs: tuple[VisitLog, ...]
    now: int


def read(home: Home, span: Span, section: str | None = None) -> Read:
    """Read it. `section`: an id."""
    where = scope(home, span, section)
    newest: dict[str, Protocol] = {}
    found = []
    for visit in where.visits:
        log = visit_log(home, visit.id)
        if visit.protocol_id not in newest:
            newest[visit.protocol_id] = queries.protocol(home.conn, visit.protocol_id) or log.protocol
        found.append(replace(log, protocol=newest[visit.protocol_id]))
    return Read(where, tuple(found), home.clock.now())


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of each student, and the offers there are: (name, label), named `channel.code`.

    Those of schemes that fewer visits used are named `scheme:channel.code`.
    """

    scope: Scope
    chances: dict[str, Chances]
    compacting: dict[str, list[Compacting]]
    offers: tuple[tuple[str, str], ...]

    def of(self, student: str) -> Chances:
        """What this student had."""
        return self.chances.get(student) or Chances()


def find(home: Home, given: Read) -> Found:
    """What was offered in these visits."""
    where = given.scope
    used = Counter(log.protocol.id for log in given.logs)
    ranked = sorted(used, key=lambda id: (-used[id], id))
    offers: dict[str, str] = {}
    visits = []
    for log in given.logs:
        prefix = "" if log.protocol.id == ranked[0] else f"{log.protocol.id}:"
        for channel in log.protocol.channels:
            offers |= {f"{prefix}{channel.name}.{code.key}": code.label for code in channel.codes if code.offer}
        found = access.chances(log, active_time(log.visit, log.pauses, given.now))
        for one in found.values():
            one.offers = {f"{prefix}{name}": had for name, had in one.offers.items()}
        visits.append(found)
    classes = {None, *(section.id for section in where.sections)}
    agreed = (one for one in items.compacting(home.conn) if one.section in classes)
    agreements = access.standing(agreed, *where.span.bounds(home.zone))
    return Found(where, access.summed(visits), agreements, tuple(offers.items()))


def report(home: Home, span: Span | None = None, section: str | None = None) -> Json:
    """The JSON of `observe access`; `section`: an id."""
    found = find(home, read(home, span or spans.named(home), section))
    where = found.scope
    rows = [_row(found, student) for student in where.people]
    had = Counter(_group(row["identified"]) for row in rows if row["any"])
    of = Counter(_group(row["identified"]) for row in rows)
    groups = {group: _of(had[group], of[group]) for group in ("identified", "others")}
    return {
        "from": where.span.first.isoformat(),
        "to": where.span.last.isoformat(),
        "section": section,
        "visits": len(where.visits),
        "offers": dict(found.offers),
        "any": {**_of(had.total(), of.total()), "by_group": groups},
        "claim": claim(found, had.total(), of.total(), had["others"]),
        "students": rows,
    }


def _group(identified: bool | None) -> str:
    return "identified" if identified else "others"


def _of(n: int, of: int) -> Json:
    return {"n": n, "of": of, "share": share(n, of)}


def claim(found: Found, n: int, of: int, others: int) -> str:
    """In one line, how many had a chance, and how many of those nobody has identified."""
    if not found.scope.visits or not of:
        return f"no visit to a class with students {found.scope.span.words}"
    what = ["top-tier task", *dict.fromkeys(label.lower() for _, label in found.offers), "upper question"]
    words = f"{', '.join(what[:-1])} or {what[-1]}"
    return f"had at least one {words} {found.scope.span.words}: {n} of {of}, {others} of them not identified"


def _row(found: Found, student: Student) -> Json:
    one = found.of(student.id)
    return {
        "id": student.id,
        "name": student.name,
        "sections": list(found.scope.classes[student.id]),
        "identified": student.identified,
        "service_seconds": one.service_ms / 1000,
        "top_tier": one.top_tier,
        "offers": {
            name: {"visits": one.offers[name][0], "seconds": one.offers[name][1] / 1000}
            for name, _ in found.offers
            if name in one.offers
        },
        "upper_asked": one.asked,
        "upper_answered": one.answered,
        "compacting": len(found.compacting.get(student.id, ())),
        "any": one.any,
    }
