"""Trends: the visits of a span, what is left out of them, and the series over its weeks."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from observe.domain import trends as series
from observe.domain.codec import day_bounds, local
from observe.domain.figures import Json
from observe.domain.frozen import dataclass
from observe.domain.model import Visit
from observe.domain.protocol import Protocol
from observe.services import summary
from observe.services.coaching import taken_up_by
from observe.services.home import Home
from observe.services.whose import Whose
from observe.store import queries, rosters

DAYS = 28
"""A span that nobody named: so many days, up to the last visit."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What trends are asked for. `section`, `student`: ids; `first`, `last`: days of the home's zone, both included.

    `everyone`: of all observers; `flagged`: with the visits that were not like others.
    """

    section: str | None = None
    student: str | None = None
    first: date | None = None
    last: date | None = None
    everyone: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What was asked for: the visits that count, the numbers of those that began, and what is said over time."""

    visits: tuple[Visit, ...]
    numbers: dict[str, tuple[Protocol, Json]]
    held: tuple[series.Held, ...]
    first: date
    last: date
    over: Json
    """`flagged`, `weeks`, `looks`, `student` and `transfer`."""


def trends(home: Home, asked: Asked) -> Json:
    """`visits`, `totals` and `delivered` as of a day, and over the weeks what docs/figures.md says of trends."""
    found = read(home, asked, ends=True)
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "section": asked.section,
        "everyone": asked.everyone,
        **summary.span(home, found.visits, found.numbers),
        **found.over,
    }


def read(home: Home, asked: Asked, ends: bool = False) -> Read:
    """The same without the summaries of the visits, which no page of trends shows.

    `ends`: with how sure the shares of each week and group are; no page shows that either, and a year of it is seconds.
    """
    first, last = span_of(home, asked)
    found = [v for v in _visits(home, first, last, asked.everyone) if asked.section in (None, v.section)]
    numbers = summary.tallied(home, found)
    if asked.student is not None:
        theirs = {s.section for s in rosters.students(home.conn) if s.id == asked.student}
        there = {id for id, (_, tally) in numbers.items() if asked.student in tally["coverage"]["students"]}
        found = [v for v in found if v.section in theirs or v.id in there]
    flagged = [v for v in found if v.flag]
    kept = tuple(found if asked.flagged else [v for v in found if not v.flag])
    numbers = {v.id: numbers[v.id] for v in kept if v.id in numbers}
    held = tuple(series.Held(v.id, day_of(home, v), *numbers[v.id]) for v in kept if v.id in numbers)
    identified = rosters.identified_students(home.conn)
    weeks = series.weeks(held, first, last, identified, ends)
    over: Json = {
        "flagged": {
            "left_out": 0 if asked.flagged else len(flagged),
            "visits": [{"visit": v.id, "flag": v.flag, "day": day_of(home, v).isoformat()} for v in flagged],
        },
        "weeks": weeks,
        "looks": series.looks(held, identified, ends),
        "student": None if asked.student is None else series.student(held, asked.student, first, last),
        "transfer": _transfer(home, asked, weeks) if asked.student is None else None,
    }
    return Read(kept, numbers, held, first, last, over)


def _transfer(home: Home, asked: Asked, weeks: Sequence[Json]) -> list[Json]:
    """How far what was shown is taken up, as it stood at the end of each week: of one class, or over all of them."""
    sections = [asked.section] if asked.section is not None else [s.id for s in rosters.sections(home.conn)]
    mondays = [date.fromisoformat(week["week"]) for week in weeks]
    stood = taken_up_by(home, sections, [monday + timedelta(days=6) for monday in mondays])
    return [{"week": monday.isoformat(), **row} for monday, row in zip(mondays, stood, strict=True)]


def span_of(home: Home, asked: Asked) -> tuple[date, date]:
    """First and last day: what is not said is 28 days, up to the last visit that is meant; today where there is none.

    With a first day alone, from it to the last visit.
    """
    last = asked.last
    if last is None:
        latest = next(_begun(home, asked), None)
        last = day_of(home, latest) if latest is not None else local(home.clock.now(), home.zone).date()
        if asked.first is not None:
            last = max(last, asked.first)
    return asked.first or last - timedelta(days=DAYS - 1), last


def first_day(home: Home, asked: Asked) -> date | None:
    """The day of the first visit ever of what is asked for; None before there is any."""
    return min((day_of(home, visit) for visit in _begun(home, asked)), default=None)


def _begun(home: Home, asked: Asked) -> Iterator[Visit]:
    """Visits that began and are meant, the latest first."""
    whose = Whose(home)
    theirs = {s.section for s in rosters.students(home.conn) if s.id == asked.student}
    for visit in queries.begun(home.conn):
        if asked.section not in (None, visit.section) or (asked.student and visit.section not in theirs):
            continue
        if asked.everyone or whose.is_hers(visit):
            yield visit


def day_of(home: Home, visit: Visit) -> date:
    """The day of a visit, in the home's zone as everywhere."""
    at = visit.started_at if visit.started_at is not None else visit.planned_at
    assert at is not None  # every visit in a span has a time
    return local(at, home.zone).date()


def _visits(home: Home, first: date, last: date, everyone: bool) -> Sequence[Visit]:
    found = queries.visits(home.conn, day_bounds(first, home.zone)[0], day_bounds(last, home.zone)[1])
    return found if everyone else Whose(home).hers(found)
