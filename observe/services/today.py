"""What Today says: what is open, where she is due, how the week stands, what is still to finish."""

from datetime import date, timedelta

from observe.domain.codec import day_bounds, local
from observe.domain.figures import active_time
from observe.domain.frozen import dataclass
from observe.domain.model import Pause, Section, Visit
from observe.domain.names import by_name
from observe.domain.programme import Commitment
from observe.domain.weekly import monday_of
from observe.services import promises, seen, spans
from observe.services.home import Home
from observe.services.week import Slot, met
from observe.services.whose import Whose
from observe.store import items, queries

MINUTE = 60_000
TOMORROW = "tomorrow"
"""The field in which the line for tomorrow is kept, with the last visit of the day."""
FLAG_DAYS, GLOW_DAYS, LINE_DAYS = 7, 1, 21
"""How far back a flag is asked about, and a glow line. What is older is left in peace: a list that only grows is
not read, and of last week's lesson nobody writes what went well. A line for tomorrow lasts over the holidays."""


@dataclass(frozen=True, slots=True)
class Open:
    """A visit that goes on. `forgotten`: it began on an earlier day.

    `planned_end` None: not planned, still to come, or before its last log.
    """

    visit: Visit
    last_at: int | None
    planned_end: int | None
    forgotten: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A visit of the day. `status` as in `Visit.status`; `minutes` held so far, without pauses."""

    visit: Visit
    status: str
    minutes: int | None
    has_plan: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """Minutes of one section this week, Monday to Sunday. `held`: of what was planned; `extra`: of what was not."""

    section: str
    planned: int
    held: int
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Something to finish: `what` is `open`, `glow` or `note`; a note says whom and when it is about."""

    what: str
    visit: Visit
    note: str = ""
    student: str | None = None
    group: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What she wrote for today at the end of the last day with a visit."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class ToSee:
    """Of a class she is due in: the few who were seen least this month (`never`: not at all), by id."""

    section: Section
    students: tuple[str, ...]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Today:
    """All of it, and all hers but `others`: what colleagues began today.

    `next`: the planned visit that comes next, by id. `line` None: she wrote none.
    """

    day: date
    open: tuple[Open, ...]
    visits: tuple[Due, ...]
    next: str | None
    week: tuple[Week, ...]
    unfinished: tuple[Unfinished, ...]
    saved_at: int | None
    line: Before | None
    others: tuple[Due, ...] = ()
    to_see: tuple[ToSee, ...] = ()
    meetings: tuple[Slot, ...] = ()
    promised: tuple[Commitment, ...] = ()
    """What either side promised and has neither kept nor dropped: in the classes of the day, then in those for which
    no day is planned."""


def today(home: Home) -> Today:
    """Today as it stands now, in the home's zone."""
    now = home.clock.now()
    day = local(now, home.zone).date()
    first, after = day_bounds(day, home.zone)
    monday = monday_of(day)
    whose = Whose(home)
    week = whose.hers(
        queries.visits(
            home.conn, day_bounds(monday, home.zone)[0], day_bounds(monday + timedelta(days=6), home.zone)[1]
        )
    )
    pauses = queries.pauses(home.conn)
    plans = items.planned_visits(home.conn)
    everyones = tuple(
        Due(v, v.status(now), None if v.started_at is None else _minutes(v, pauses.get(v.id, ()), now), v.id in plans)
        for v in queries.visits(home.conn, first, after)
    )
    due = tuple(d for d in everyones if whose.is_hers(d.visit))
    opened = tuple(_open(home, v, first) for v in whose.hers(queries.open_visits(home.conn)))
    meetings = met(home, first, after)
    return Today(
        day,
        opened,
        due,
        next((d.visit.id for d in due if d.status == "planned"), None),
        _week(week, pauses, now, {o.visit.id: o.last_at or o.visit.started_at or 0 for o in opened if o.forgotten}),
        tuple(_unfinished(home, whose, day, opened)),
        queries.last_saved_at(home.conn, home.journal.device),
        _line(home, whose, day),
        tuple(d for d in everyones if d not in due and d.visit.started_at is not None),
        _to_see(home, due),
        meetings,
        _promised(home, whose, {*(d.visit.section for d in due), *(slot.section for slot in meetings)}),
    )


def _promised(home: Home, whose: Whose, of_day: set[str | None]) -> tuple[Commitment, ...]:
    """Those of the classes that she comes to or plans for today; then of her classes that are on no day to come: their
    promises would not come back by themselves, and a promise does until it is kept or dropped."""
    standing = promises.every(home, standing=True)
    found = [p for p in standing if p.section in of_day]
    if len(found) < len(standing):
        now, every = home.clock.now(), queries.visits(home.conn)
        hers = whose.hers(every)
        ahead = {v.section for v in hers if v.status(now) == "planned"}
        others = {v.section for v in every} - {v.section for v in hers}  # a colleague's alone
        found += [p for p in standing if p.section not in of_day | ahead | others]
    return tuple(found)


def _to_see(home: Home, due: tuple[Due, ...]) -> tuple[ToSee, ...]:
    """For each class in which she is or is still to be today, in the order of her visits."""
    ahead = dict.fromkeys(d.visit.section for d in due if d.status in ("planned", "live") and d.visit.section)
    if not ahead:
        return ()
    found = {one.section.id: one for one in seen.classes(home, spans.named(home), ahead, whole=False)}
    ordered = [found[id] for id in ahead if id in found and found[id].to_see()]
    return tuple(
        ToSee(
            one.section,
            tuple(row.student.id for row in one.to_see()),
            frozenset(row.student.id for row in one.to_see() if not row.n),
        )
        for one in ordered
    )


def _line(home: Home, whose: Whose, day: date) -> Before | None:
    """The line for tomorrow of the last day on which she was in a class, if that was in the last `LINE_DAYS`."""
    span = (day_bounds(when, home.zone)[0] for when in (day - timedelta(days=LINE_DAYS), day))
    held = [visit for visit in whose.hers(queries.visits(home.conn, *span)) if visit.started_at is not None]
    if not held:
        return None
    held.sort(key=lambda v: (v.started_at or 0, v.id))
    last = local(held[-1].started_at or 0, home.zone).date()
    of_day = [v for v in held if (v.started_at or 0) >= day_bounds(last, home.zone)[0]]
    lines = (queries.reflection(home.conn, v.id).get(TOMORROW, "") for v in reversed(of_day))
    text = next(filter(None, lines), "")
    return Before(last, text) if text else None


def _open(home: Home, visit: Visit, today_from: int) -> Open:
    last = queries.last_observed_at(home.conn, visit.id)
    end = None
    if visit.planned_at is not None and visit.planned_minutes:
        end = visit.planned_at + visit.planned_minutes * MINUTE
        # An end before what was logged is none, and one that is still to come is no answer yet.
        if end < (last or visit.started_at or 0) or end > home.clock.now():
            end = None
    return Open(visit, last, end, (visit.started_at or 0) < today_from)


def _minutes(visit: Visit, pauses: tuple[Pause, ...], now: int) -> int:
    return round(active_time(visit, pauses, now).length / MINUTE)


def _week(
    visits: tuple[Visit, ...], pauses: dict[str, tuple[Pause, ...]], now: int, forgotten: dict[str, int]
) -> tuple[Week, ...]:
    """`forgotten`: when the last thing was logged in visits that nobody ended; nobody was there all night."""
    sections: dict[str, list[int]] = {}
    for visit in visits:
        found = sections.setdefault(visit.section_name or "no class", [0, 0, 0])
        planned = visit.planned_at is not None
        if planned:
            found[0] += visit.planned_minutes or 0
        if visit.started_at is not None:
            found[1 if planned else 2] += _minutes(visit, pauses.get(visit.id, ()), forgotten.get(visit.id, now))
    return tuple(Week(name, *minutes) for name, minutes in sorted(sections.items(), key=lambda one: by_name(one[0])))


def _unfinished(home: Home, whose: Whose, day: date, opened: tuple[Open, ...]) -> list[Unfinished]:
    """Visits of earlier days that are open, then flags without words, then visits without a glow line."""
    first, glow = (day_bounds(day - timedelta(days=days), home.zone)[0] for days in (FLAG_DAYS, GLOW_DAYS))
    recent = [v for v in reversed(whose.hers(queries.visits(home.conn, first))) if v.started_at is not None]
    found = [Unfinished("open", o.visit) for o in opened if o.forgotten]
    found += [
        Unfinished("note", v, note.id, note.student, note.group, note.at)
        for v in recent
        for note in queries.notes(home.conn, v.id)
        if not note.body
    ]
    ended = [v for v in recent if v.ended_at is not None and (v.started_at or 0) >= glow]
    found += [Unfinished("glow", v) for v in ended if "glow" not in queries.reflection(home.conn, v.id)]
    return found
