"""Planned against held: visits and co-planning meetings, by class and by week or month, with why they were missed.

The counts of visits are those of `delivered` in the figures of a day: planned and ended is held, planned and past is
missed, a visit that nobody planned is extra. Minutes are those of the visit without its pauses.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from observe.domain.codec import day_bounds, local
from observe.domain.figures import Json, active_time
from observe.domain.frozen import dataclass
from observe.domain.model import Visit
from observe.domain.names import by_name
from observe.domain.numbers import rounded
from observe.domain.programme import Meeting
from observe.domain.weekly import monday_of
from observe.services import meetings
from observe.services.home import Home
from observe.services.whose import Whose
from observe.store import items, queries, rosters

BY = ("week", "month")
NOT_SAID = "not said"
"""Stands for the reason where none was given."""
DAYS = 28
"""How far back it goes when nothing is said."""


@dataclass(frozen=True, slots=True)
class _One:
    """A visit or a meeting, as what is counted. `minutes`: planned ones, 0 for extra; `ms`: held."""

    section: str
    period: str
    status: str
    planned: bool
    why: str
    minutes: int
    ms: int
    has_plan: bool = False


def span(home: Home, first: date | None, last: date | None) -> tuple[date, date]:
    """The days asked for; else the last `DAYS` up to today."""
    end = last or local(home.clock.now(), home.zone).date()
    return first or end - timedelta(days=DAYS - 1), end


def delivered(home: Home, first: date, last: date, *, section: str | None = None, by: str = "") -> Json:
    """Hers from `first` to `last`, both included. `section`: an id; `by`: one of `BY`, "" for one row a class.

    `rows` are by class, then by `period`: the Monday of the week or the month as 2026-11, null for all of the span.
    """
    begin, after = day_bounds(first, home.zone)[0], day_bounds(last, home.zone)[1]
    visits = _visits(home, begin, after, section, by)
    met = _meetings(home, meetings.between(home, begin, after, section), _period(home, by))
    names = {s.id: s.name for s in rosters.sections(home.conn)}
    places: dict[tuple[str, str], tuple[list[_One], list[_One]]] = {}
    for kind, found in enumerate((visits, met)):
        for one in found:
            places.setdefault((one.section, one.period), ([], []))[kind].append(one)
    rows = [
        {
            "section": names.get(id) or None,
            "section_id": id or None,
            "period": when or None,
            "visits": _block(there[0]),
            "meetings": _block(there[1], plans=False),
        }
        for (id, when), there in sorted(places.items(), key=lambda item: (by_name(names.get(item[0][0], "")), *item[0]))
    ]
    totals = {"visits": _block(visits), "meetings": _block(met, plans=False)}
    days = {"from": first.isoformat(), "to": last.isoformat()}
    return {**days, "by": by or None, "section": names.get(section or "") or None, "rows": rows, "totals": totals}


def periods(home: Home, first: date, last: date, *, section: str | None = None, by: str) -> dict[str, Json]:
    """The visits of each period that has any, of all classes together: minutes that were rounded add up to others."""
    found: dict[str, list[_One]] = {}
    for one in _visits(home, day_bounds(first, home.zone)[0], day_bounds(last, home.zone)[1], section, by):
        found.setdefault(one.period, []).append(one)
    return {when: _block(of) for when, of in found.items()}


def _period(home: Home, by: str) -> Callable[[int], str]:
    def of(ms: int) -> str:
        day = local(ms, home.zone).date()
        if by == "week":
            return monday_of(day).isoformat()
        return f"{day:%Y-%m}" if by == "month" else ""

    return of


def _visits(home: Home, begin: int, after: int, section: str | None, by: str) -> list[_One]:
    now, pauses = home.clock.now(), queries.pauses(home.conn)
    with_plan, period = items.planned_visits(home.conn), _period(home, by)

    def one(v: Visit) -> _One:
        ms = active_time(v, pauses.get(v.id, ()), now).length if v.ended_at is not None else 0
        at = v.started_at if v.started_at is not None else v.planned_at
        planned = v.planned_at is not None
        facts = v.status(now), planned, v.missed, (v.planned_minutes or 0) if planned else 0, ms
        return _One(v.section or "", period(at or 0), *facts, v.id in with_plan)

    found = Whose(home).hers(queries.visits(home.conn, begin, after))
    return [one(v) for v in found if section is None or v.section == section]


def _meetings(home: Home, found: Iterable[Meeting], period: Callable[[int], str]) -> list[_One]:
    now = home.clock.now()
    return [
        _One(
            m.section or "",
            period(m.at),
            {"held": "ended"}.get(m.status(now), m.status(now)),
            m.minutes is not None,
            m.missed,
            m.minutes or 0,
            60_000 * (m.held_minutes or 0),
        )
        for m in found
    ]


def _block(found: Iterable[_One], plans: bool = True) -> Json:
    """The figures of some of them; minutes to 0.1. `plans`: with how many of those held had a plan."""
    every = list(found)
    planned = [o for o in every if o.planned]
    held = [o for o in planned if o.status == "ended"]
    missed = [o for o in planned if o.status == "missed"]
    extra = [o for o in every if not o.planned and o.status == "ended"]
    # The same words are one reason however they are written; the first way of writing them stands for all.
    words: dict[str, str] = {}
    reasons = Counter(words.setdefault(o.why.casefold(), o.why) or NOT_SAID for o in missed)
    block: Json = {
        "planned": len(planned),
        "held": len(held),
        "missed": len(missed),
        "reasons": dict(sorted(reasons.items(), key=lambda r: (-r[1], r[0]))),
        "to_come": sum(o.status == "planned" for o in planned),
        "extra": len(extra),
        "planned_minutes": rounded(sum(o.minutes for o in planned), 1),
        "held_minutes": _minutes(held),
        "extra_minutes": _minutes(extra),
    }
    if plans:
        ended = [o for o in every if o.status == "ended"]
        with_plan = sum(o.has_plan for o in ended)
        block |= {"with_plan": with_plan, "without_plan": len(ended) - with_plan}
    return block


def _minutes(found: Sequence[_One]) -> float:
    return rounded(Fraction(sum(o.ms for o in found), 60_000), 1)
