"""Starting and ending visits, and reading them."""

from observe.domain.codec import day_bounds, iso, local
from observe.domain.errors import Refused
from observe.domain.model import Pause, Section, Student, Visit, VisitLog
from observe.services import check, find, groups, protocols
from observe.services.check import FUTURE_MS
from observe.services.home import Home
from observe.services.whose import Whose
from observe.store import queries, rosters
from observe.store.journal import Act

NEAR_MS = 60 * 60_000
"""A start attaches to a visit planned within this of it."""
TITLE_LIMIT = 120


def start_visit(
    home: Home,
    section: str | None = None,
    *,
    title: str = "",
    protocol: str = protocols.DEFAULT,
    at: int | None = None,
    present_all: bool = False,
    end_open: bool = False,
    visit: str | None = None,
) -> Visit:
    """Start a visit to a section (id or unique name); it takes up the one planned for then, if there is one.

    `visit`: the planned one that she means, at whatever hour. Raises Refused while another one of hers is open,
    unless `end_open` ends it at its last observation; what a colleague has open is no concern of hers.
    """
    where = find.section(home, section) if section is not None else None
    coding = protocols.find(home, protocol)
    title = check.note(title, "title", TITLE_LIMIT)

    def change(act: Act) -> str:
        now = home.clock.now()
        when = now if at is None else at
        if when > now + FUTURE_MS:
            raise Refused("at: in the future", f"it is {iso(now)} on this device")
        for other in open_visits(home):
            if not end_open:
                raise Refused(
                    f"a visit is open: {other.section_name or 'no section'} {other.id}",
                    f"begun {iso(other.started_at or 0)}",
                    "end it with `observe end`, or start with --end-open",
                )
            _put_end(act, other, queries.last_observed_at(home.conn, other.id) or other.started_at or when, True)
        planned = _meant(home, visit) if visit else _planned_near(home, where, when) if where else None
        key = planned.id if planned else home.new_key()
        roster = [s.id for s in rosters.students(home.conn, where.id) if s.active] if where else []
        # The facts come first: the act is then no tap, and undo leaves it alone.
        facts = dict(_facts(home, key)) if planned else {"section": where.id if where else None}
        facts |= {
            "observer": home.setting("observer") or "",
            "protocol": coding.id,
            "protocol_version": coding.version,
            "zone": home.zone,
        }
        act.put("visit", key, facts, new=planned is None)
        protocols.keep(home, act, coding)
        if title:
            act.put("visit.title", key, {"title": title})
        act.put("visit.start", key, {"at": iso(when), "roster": roster})
        if where is not None:
            groups.begin(home, act, key, where.id, roster, when)
        if present_all:
            for who in roster:
                data = {"visit": key, "at": iso(when), "student": who, "present": True, "roll": True}
                act.put("attendance", f"{key}/{who}", data)
        return key

    return read(home, home.write(change))


def _facts(home: Home, key: str) -> dict[str, object]:
    winner = home.journal.winner("visit", key)
    return dict(winner.data) if winner else {}


def _meant(home: Home, visit_id: str) -> Visit:
    planned = read(home, visit_id)
    if planned.started_at is not None:
        raise Refused("this visit has begun already", f"at {iso(planned.started_at)}", "go on with it")
    return planned


def _planned_near(home: Home, section: Section, when: int) -> Visit | None:
    """The nearest visit planned for this section that day within the hour, not for a colleague, and not yet held."""
    first, after = day_bounds(local(when, home.zone).date(), home.zone)
    waiting = [
        visit
        for visit in Whose(home).hers(queries.visits(home.conn, first, after))
        if visit.section == section.id
        and visit.started_at is None
        and visit.planned_at is not None
        and abs(visit.planned_at - when) <= NEAR_MS
    ]
    return min(waiting, key=lambda v: (abs((v.planned_at or 0) - when), v.id), default=None)


def end_visit(home: Home, visit_id: str, at: int | None = None, estimated: bool = False) -> Visit:
    """End a visit, now or at `at`; with `at`, an ended one gets another end. Raises Refused."""

    def change(act: Act) -> None:
        visit = read(home, visit_id)
        if visit.started_at is None:
            raise Refused("the visit has not begun", "only a started visit can end", "start it with `observe start`")
        now = home.clock.now()
        last = queries.last_observed_at(home.conn, visit.id) or visit.started_at
        if at is None:
            if visit.ended_at is not None:
                raise Refused("the visit has ended", f"at {iso(visit.ended_at)}", "give --at to correct that")
            when = max(now, last)
        else:
            when = at
        if when > max(now, last) + FUTURE_MS:
            raise Refused("at: in the future", f"it is {iso(now)} on this device")
        if when < last:
            what = "the visit's start" if last == visit.started_at else "its last observation"
            raise Refused(f"at: before {what}", f"allowed from {iso(last)} on")
        _put_end(act, visit, when, estimated)

    home.write(change)
    return read(home, visit_id)


def _put_end(act: Act, visit: Visit, when: int, estimated: bool) -> None:
    act.put("visit.end", visit.id, {"at": iso(when), "estimated": True} if estimated else {"at": iso(when)})


def reopen_visit(home: Home, visit_id: str) -> Visit:
    """Take the end back: she is still there. Raises Refused while another visit of hers is open."""

    def change(act: Act) -> None:
        for other in open_visits(home):
            if other.id != visit_id:
                raise Refused(f"a visit is open: {other.section_name} {other.id}", "one at a time", "end it first")
        act.void("visit.end", visit_id, {"visit": visit_id})

    home.write(change)
    return read(home, visit_id)


def read(home: Home, visit_id: str) -> Visit:
    """The visit of that id. Raises Refused."""
    found = queries.visit(home.conn, visit_id)
    if found is None:
        raise Refused(f"visit {visit_id[:40]!r} is not known", "this home has none of that id", "see `observe visits`")
    return found


def open_visits(home: Home) -> tuple[Visit, ...]:
    """Her visits that began and have not ended, the latest first."""
    return Whose(home).hers(queries.open_visits(home.conn))


def visits_between(home: Home, first_ms: int, after_ms: int | None) -> tuple[Visit, ...]:
    """Visits from `first_ms` on and before `after_ms`."""
    return queries.visits(home.conn, first_ms, after_ms)


def sections(home: Home) -> tuple[Section, ...]:
    """All sections, by name."""
    return rosters.sections(home.conn)


def students(home: Home, section: str | None = None) -> tuple[Student, ...]:
    """The students of a section (an id), or of all, one row a membership."""
    return rosters.students(home.conn, section)


def visit_log(home: Home, visit_id: str) -> VisitLog:
    """The visit with all that was logged in it. Raises Refused."""
    log = queries.visit_log(home.conn, visit_id)
    if log is None:
        raise Refused(f"visit {visit_id[:40]!r} is not known", "this home has none of that id", "see `observe visits`")
    return log


def observation_counts(home: Home) -> dict[str, int]:
    """Observations that stand, by visit."""
    return queries.observation_counts(home.conn)


def pauses(home: Home) -> dict[str, tuple[Pause, ...]]:
    """The pauses of every visit that has some."""
    return queries.pauses(home.conn)
