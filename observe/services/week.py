"""A week of hers in order: visits and co-planning meetings, planned, held and missed."""

from datetime import date, timedelta

from observe.domain.codec import day_bounds, local
from observe.domain.figures import active_time
from observe.domain.frozen import dataclass
from observe.domain.model import Visit
from observe.domain.programme import MEETING, VISIT, Meeting
from observe.services import meetings, missed
from observe.services.home import Home
from observe.services.whose import Whose
from observe.store import items, queries, rosters

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit or a meeting (`kind`) in its week. `status`: planned, live, held or missed; `why` is "" while not said.

    `at`: when it began, else when it is planned; `minutes`: as planned, None where nobody planned it; `spent`: held
    so far. `has_plan`: of a visit, whether its co-planning card has a line.
    """

    kind: str
    id: str
    at: int
    minutes: int | None
    status: str
    section: str | None
    name: str
    teacher: str = ""
    title: str = ""
    spent: int | None = None
    why: str = ""
    planned: bool = True
    has_plan: bool = False
    by_hand: bool = False
    """No calendar and no pattern planned it, so it can be dropped; never of a visit that began."""


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `monday` on, each with its slots in order of time."""

    monday: date
    days: tuple[tuple[date, tuple[Slot, ...]], ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All of them."""
        return tuple(slot for _, slots in self.days for slot in slots)


def week(home: Home, monday: date) -> Week:
    """The week that begins on that Monday, in the home's zone."""
    days = [monday + timedelta(days=n) for n in range(7)]
    slots = between(home, day_bounds(days[0], home.zone)[0], day_bounds(days[-1], home.zone)[1])
    by_day: dict[date, list[Slot]] = {day: [] for day in days}
    for slot in slots:
        by_day[local(slot.at, home.zone).date()].append(slot)
    return Week(monday, tuple((day, tuple(found)) for day, found in by_day.items()))


def between(home: Home, first: int, after: int) -> tuple[Slot, ...]:
    """Hers from `first` on and before `after` (ms), in order of time."""
    now, pauses = home.clock.now(), queries.pauses(home.conn)
    with_plan = items.planned_visits(home.conn)

    def of_visit(v: Visit) -> Slot:
        at = v.started_at if v.started_at is not None else v.planned_at or 0
        spent = None if v.started_at is None else round(active_time(v, pauses.get(v.id, ()), now).length / MINUTE)
        status = {"ended": "held"}.get(v.status(now), v.status(now))
        facts = v.planned_minutes if v.planned_at is not None else None, status, v.section, v.section_name, v.teacher
        by_hand = v.started_at is None and missed.by_hand(home, v.id)
        planned = v.planned_at is not None
        return Slot(VISIT, v.id, at, *facts, v.title, spent, v.missed, planned, v.id in with_plan, by_hand)

    found = [of_visit(v) for v in Whose(home).hers(queries.visits(home.conn, first, after))]
    return tuple(sorted((*found, *met(home, first, after)), key=lambda s: (s.at, s.kind, s.id)))


def met(home: Home, first: int, after: int) -> tuple[Slot, ...]:
    """Her meetings alone."""
    names = {s.id: (s.name, s.teacher) for s in rosters.sections(home.conn)}
    return tuple(_of_meeting(home, m, home.clock.now(), names) for m in meetings.between(home, first, after))


def _of_meeting(home: Home, m: Meeting, now: int, names: dict[str, tuple[str, str]]) -> Slot:
    data = items.item(home.conn, "meeting", m.id) or {}
    name, teacher = names.get(m.section or "", ("", ""))
    facts = m.minutes, m.status(now), m.section, name, teacher
    by_hand = not data.get("calendar")
    return Slot(MEETING, m.id, m.at, *facts, "", m.held_minutes, m.missed, m.minutes is not None, False, by_hand)
