"""What each visit of a span says of its students, read once for all pages about them; the logs are let go again.

Visits of every observer count: a chance is one, and a child is seen, whoever was there. What is an offer or an open
task the newest version of a protocol says, so that visits coded before it said so are not left out.
"""

from collections.abc import Collection, Iterable, Iterator

from observe.domain import access, talent
from observe.domain.access import Chances
from observe.domain.codec import local
from observe.domain.figures import active_time
from observe.domain.frozen import dataclass
from observe.domain.live import picker
from observe.domain.model import Section, Student, Visit, VisitLog
from observe.domain.programme import Grouping
from observe.domain.protocol import Protocol
from observe.domain.talent import Chance, Spark
from observe.services.home import Home
from observe.services.spans import Span
from observe.services.summary import tallied
from observe.store import items, queries, rosters, sightings

OFFERED, SHOWN = "offered", "shown"
"""Which facts may be asked for: chances that students had, and the sparks with the chances to show any."""
NO_CHANCE = Chance(0, 0, {}, {})


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
    """Of one visit: its coding scheme, what each student was offered, the sparks, and the chances there were.

    What was not asked for is nothing.
    """

    visit: Visit
    protocol: Protocol
    offered: dict[str, Chances]
    sparks: tuple[Spark, ...] = ()
    chance: Chance = NO_CHANCE


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


def read(home: Home, span: Span, section: str | None = None, what: Collection[str] = (OFFERED, SHOWN)) -> Read:
    """Read the visits of the span. `section`: an id; `what`: which of the facts are asked for."""
    where = scope(home, span, section)
    reader = _Reader(home, where, section, what)
    with queries.snapshot(home.conn):
        return Read(where, tuple(reader.facts(visit) for visit in where.visits))


class _Reader:
    """Reads of each visit what its facts are made of, and no more: most of a log is looks at engagement.

    Who had the top tier depends on all of the log; that is in the numbers that are kept of a visit.
    """

    def __init__(self, home: Home, where: Scope, section: str | None, what: Collection[str]) -> None:
        self.conn, self.zone, self.now, self.what = home.conn, home.zone, home.clock.now(), what
        planned, grouped = items.planned_visits(self.conn), items.grouped_visits(self.conn)
        self.plans = {v.id: items.plan(self.conn, v.id) for v in where.visits if v.id in planned}
        self.groupings = {v.id: items.grouping(self.conn, v.id) for v in where.visits if v.id in grouped}
        tiered = [v for v in where.visits if access.top_tier(self.plans.get(v.id, ())) is not None]
        self.numbers = tallied(home, tiered if OFFERED in what else ())
        self.pauses = queries.pauses(self.conn)
        self.looks = sightings.looks(self.conn, *where.span.bounds(self.zone), section) if SHOWN in what else {}
        self.coding: dict[str, tuple[Protocol | None, dict[str, tuple[str, ...]]]] = {}

    def facts(self, visit: Visit) -> Facts:
        log = self._log(visit)
        active = active_time(visit, log.pauses, self.now)
        offered: dict[str, Chances] = {}
        if OFFERED in self.what:
            _, numbers = self.numbers.get(visit.id, (None, None))
            offered = access.chances(
                log, active, access.in_top_tier(log.plan, log.grouping, numbers) if numbers else ()
            )
        if SHOWN not in self.what:
            return Facts(visit, log.protocol, offered)
        day = local(visit.started_at or 0, self.zone).date()
        seen = sightings.seen_between(self.conn, visit.id, talent.switches(log))
        chance = talent.chance(log, active, self.looks.get(visit.id, {}), seen)
        return Facts(visit, log.protocol, offered, tuple(talent.sparks(log, day)), chance)

    def _log(self, visit: Visit) -> VisitLog:
        """With no more observations than the facts are made of, read in the light of the newest protocol."""
        if visit.protocol_id not in self.coding:
            newest = queries.protocol(self.conn, visit.protocol_id)
            self.coding[visit.protocol_id] = newest, _wanted(newest, self.what) if newest else {}
        newest, wanted = self.coding[visit.protocol_id]
        return VisitLog(
            visit,
            newest or Protocol(visit.protocol_id, visit.protocol_version, "", ()),
            observations=queries.observations(self.conn, visit.id, wanted),
            pauses=self.pauses.get(visit.id, ()),
            plan=self.plans.get(visit.id, ()),
            grouping=self.groupings.get(visit.id, Grouping()),
        )


def _wanted(protocol: Protocol, what: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Channels, and codes of each, () for any: what was on, upper questions, and sparks."""
    found: dict[str, tuple[str, ...]] = {}
    for channel in protocol.channels:
        if channel.kind in ("state", "toggle") or (SHOWN in what and picker(channel)):
            found[channel.name] = ()
        elif OFFERED in what and channel.higher:
            found[channel.name] = channel.higher
    return found


def roles(home: Home, visits: Iterable[Visit]) -> Iterator[VisitLog]:
    """Of each visit what its roles were made of: a log with the observations of its states, and with its pauses."""
    pauses = queries.pauses(home.conn)
    for visit in visits:
        protocol = queries.protocol(home.conn, visit.protocol_id, visit.protocol_version)
        coding = protocol or Protocol(visit.protocol_id, visit.protocol_version, "", ())
        states = {channel.name: () for channel in coding.channels if channel.kind == "state"}
        own = queries.observations(home.conn, visit.id, states)
        yield VisitLog(visit, coding, observations=own, pauses=pauses.get(visit.id, ()))
