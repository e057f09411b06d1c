"""What a plan begins with: the visit it is for, and the lines of an earlier plan that are offered to be taken over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from observe.domain.codec import day_bounds, iso, local, ms_at, parse, parse_date
from observe.domain.errors import Refused
from observe.domain.figures import active_time
from observe.domain.model import Visit
from observe.domain.plan_actual import carries, tally
from observe.domain.programme import Grouping, PlanLine
from observe.services import find, plan
from observe.services.home import Home
from observe.services.visits import read, visit_log
from observe.services.whose import Whose
from observe.store import items, queries
from observe.store.journal import Act

MINUTE, DAY = 60_000, 86_400_000
STALE_DAYS = 21
"""Evidence older than this gets a word: readiness changes faster."""
AHEAD_DAYS = 14
USUAL_MINUTES = 45
SKELETON = "skeleton"
"""Names the empty frame that comes with the program, where a visit's plan may be named."""


# -- the visit -------------------------------------------------------------------------------------


def upcoming(home: Home) -> tuple[Visit, ...]:
    """Her visits that are still to come, the next one first; one that is going on comes before them."""
    now = home.clock.now()
    first = day_bounds(local(now, home.zone).date(), home.zone)[0]
    whose = Whose(home)
    planned = (v for v in queries.visits(home.conn, first, now + AHEAD_DAYS * DAY) if v.status(now) == "planned")
    return (*whose.hers(queries.open_visits(home.conn)), *whose.hers(planned))


def next_visit(home: Home) -> Visit:
    """The visit that goes on, else the one that comes next. Raises Refused."""
    found = next(iter(upcoming(home)), None)
    if found is None:
        why = f"none is in the schedule of the next {AHEAD_DAYS} days"
        raise Refused("there is no visit to plan", why, "name a class, and one is planned")
    return found


def new_visit(home: Home, section: str, at: int | None = None, minutes: int | None = None) -> Visit:
    """Plan a visit to a section (id or unique name) by hand; at the class's usual time where none is given.

    One of hers that is planned for then already is returned as it is. Raises Refused.
    """
    where = find.section(home, section)
    usual_at, usual_minutes = usual(home, where.id)
    when, length = usual_at if at is None else at, usual_minutes if minutes is None else minutes
    if not 1 <= length <= plan.LONGEST:
        raise Refused(f"minutes: {length} cannot be", f"allowed: 1 to {plan.LONGEST}")

    def change(act: Act) -> str:
        for visit in Whose(home).hers(queries.visits(home.conn, when, when + 1)):
            if visit.section == where.id and visit.started_at is None:
                return visit.id
        key = home.new_key()
        data = {"section": where.id, "observer": home.setting("observer") or "", "zone": home.zone}
        act.put("visit", key, {**data, "planned_at": iso(when), "planned_minutes": length}, new=True)
        return key

    return read(home, home.write(change))


def usual(home: Home, section: str) -> tuple[int, int]:
    """When the next visit to a class would be, and for how long: a week after its last one, at the same hour; before
    there was any, when the first one is planned."""
    now = home.clock.now()
    found = [v for v in Whose(home).hers(queries.visits(home.conn)) if v.section == section]
    if not found:
        return (now // (5 * MINUTE) + 1) * 5 * MINUTE, USUAL_MINUTES
    last = next((v for v in reversed(found) if _at(v) <= now), found[0])
    at = local(last.planned_at or (last.started_at or now) // (5 * MINUTE) * 5 * MINUTE, home.zone)
    while ms_at(at) <= now:
        at += timedelta(days=7)  # by the wall clock: the hour stays over a clock change
    return ms_at(at) // 1000 * 1000, last.planned_minutes or USUAL_MINUTES


def moment(home: Home, text: str) -> int | None:
    """What she typed for a time: `10:15` (the next such hour), `2026-12-01 10:15`, or nothing. Raises Refused."""
    said = text.strip()
    if not said:
        return None
    now = local(home.clock.now(), home.zone)
    try:
        if len(said) <= 5:
            hour = datetime.strptime(said, "%H:%M")
            at = now.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
            return ms_at(at if at > now else at + timedelta(days=1))
        return parse(said, home.zone)
    except ValueError:
        raise Refused(f"{said[:40]!r} is no time", "it is written 10:15, or 2026-12-01 10:15", "") from None


def day(home: Home, text: str) -> int:
    """What she typed for a day: `2026-11-20`, `20 Nov`, `Nov 20`, `yesterday`, or how many days ago; its noon.

    A day without a year is the latest such day. Raises Refused.
    """
    today = local(home.clock.now(), home.zone).date()
    said = " ".join(text.replace(",", " ").replace(".", " ").split()).casefold()
    found = None
    if said in ("", "today", "yesterday") or (said.isdecimal() and len(said) <= 3):
        found = today - timedelta(days=int(said) if said.isdecimal() else said == "yesterday")
    else:
        years = [""] if any(len(word) == 4 for word in said.split() if word.isdecimal()) else [" {0}", " {1}"]
        for form in ("%d %b %Y", "%b %d %Y", "%d %B %Y", "%B %d %Y"):
            for year in (year.format(today.year, today.year - 1) for year in years):
                try:
                    one = datetime.strptime(f"{said}{year}", form).date()
                except ValueError:
                    continue
                found = found or (one if one <= today or not year else None)
    try:
        found = found or parse_date(text.strip())
    except ValueError:
        why = "it is written 2026-11-20, 20 Nov, yesterday, or as the number of days ago"
        raise Refused(f"{text[:40]!r} is no day", why, "") from None
    if found > today:
        raise to_come(str(found))
    return sum(day_bounds(found, home.zone)) // 2


def to_come(when: str) -> Refused:
    """What is said of evidence from a day that is still to come."""
    return Refused(f"{when[:40]} is still to come", "evidence is of a day that was", "")


def evidence(home: Home, line: PlanLine) -> tuple[str, bool]:
    """What a group stands on and from when, in words, and whether she should look again: none, or an old one."""
    if not line.evidence:
        return "no evidence yet", True
    if line.evidence_at is None:
        return line.evidence, True
    at, today = (local(ms, home.zone).date() for ms in (line.evidence_at, home.clock.now()))
    old = (today - at).days > STALE_DAYS
    year = f" {at.year}" if at.year != today.year else ""
    words = f"{line.evidence}, from {at.day} {at:%b}{year}"
    return (f"{words}, more than three weeks old" if old else words), old


# -- the lines -------------------------------------------------------------------------------------


def sources(home: Home, visit_id: str) -> tuple[Visit, ...]:
    """Visits of the same class that have a plan, the one before this visit first, then backwards, then later ones."""
    this = read(home, visit_id)
    have = items.planned_visits(home.conn)
    found = [v for v in queries.visits(home.conn) if v.id in have and v.id != this.id and v.section == this.section]
    if this.section is None:
        return ()
    began = _at(this)
    before = [v for v in found if _at(v) <= began]
    return (*reversed(before), *(v for v in found if v not in before))


def _at(visit: Visit) -> int:
    return visit.started_at or visit.planned_at or 0


def proposal(home: Home, visit_id: str, source: str = "") -> tuple[PlanLine, ...]:
    """Lines that an earlier plan offers to this one: of `source` (a visit, or `SKELETON`), else of the last plan.

    The objective is left out, since it was that lesson's; so are questions that were asked, and students who left.
    Groups are as visits left them: whoever was moved in one is not put back by the next plan.
    Nothing is stored until `Plan.accept` is given them; on two devices they get the same ids. () where nothing is.
    """
    if source == SKELETON:
        return tuple(_skeleton(home, visit_id))
    if not source:
        found = sources(home, visit_id)
        if not found:
            return ()
        source = found[0].id
    return tuple(_taken(home, visit_id, source))


def _taken(home: Home, visit_id: str, source: str) -> Iterator[PlanLine]:
    """Raises Refused for a visit that is not known."""
    log = visit_log(home, source)
    made = plan.Plan(home, visit_id)
    here = {student.id for student in made.students()}
    coding = plan.coding(home, made.visit)
    happened = tally(log, active_time(log.visit, log.pauses, home.clock.now())).get("lines", {})
    for line in _regrouped(home, made.visit, log.visit, plan.lines(home, source)):
        if line.id in happened and not carries(line, happened[line.id]["ran"]):
            continue
        channel = coding.channel(line.channel)
        if line.code and (channel is None or channel.code(line.code) is None):
            if line.part != "segment":
                continue  # this visit's scheme has no such strategy or level
            line = replace(line, channel="", code="")
        students = tuple(who for who in line.students if who in here)
        if line.part == "watch" and line.students and not students:
            continue
        yield replace(line, id=plan.drafted(visit_id, source, line), visit=visit_id, students=students)


def _regrouped(home: Home, visit: Visit, source: Visit, lines: tuple[PlanLine, ...]) -> Iterator[PlanLine]:
    """The lines, their groups as visits left them: the source, and those after it that had no plan of their own."""
    groups = [line for line in lines if line.part == "group" and line.name]
    last = items.last_grouped(home.conn, visit.section or "", _at(visit)) if groups else None
    if last is not None and last != source.id and (_at(read(home, last)) < _at(source) or items.plan(home.conn, last)):
        last = source.id
    grouping = items.grouping(home.conn, last) if last is not None else Grouping()
    left, known = grouping.at(), {*grouping.start, *(move.student for move in grouping.moves)}
    first = {line.name: line.id for line in reversed(groups)}
    for line in lines:
        if line not in groups:
            yield line
            continue
        stayed = [who for who in line.students if who not in known or left.get(who) == line.name]
        came = [who for who, name in left.items() if name == line.name and who not in stayed]
        yield replace(line, students=(*stayed, *(came if first[line.name] == line.id else ())))
    made = sorted({name for name in left.values() if name not in first})
    place = max((line.place for line in groups), default=0)
    for n, name in enumerate(made, 1):  # groups that nobody had planned
        students = tuple(who for who in left if left[who] == name)
        yield PlanLine(f"group {name}", visit.id, "group", place + n * plan.STEP, name=name, students=students)


def _skeleton(home: Home, visit_id: str) -> Iterator[PlanLine]:
    """Three groups with a tier each, a question of every higher level, and a beginning, a middle and an end."""
    visit = read(home, visit_id)
    coding = plan.coding(home, visit)
    for n, name in enumerate("ABC", 1):
        yield _frame(visit_id, PlanLine(f"group{n}", visit_id, "group", n * plan.STEP, name=name, tier=f"Tier {n}"))
        yield _frame(visit_id, PlanLine(f"tier{n}", visit_id, "tier", n * plan.STEP, name=f"Tier {n}"))
    asked = plan.channels(coding, "question")[:1]
    for n, code in enumerate(code for channel in asked for code in channel.higher or channel.keys[:1]):
        place, channel = (n + 1) * plan.STEP, asked[0].name
        yield _frame(visit_id, PlanLine(code, visit_id, "question", place, channel=channel, code=code))
    whole = visit.planned_minutes or USUAL_MINUTES
    edge = whole // 20 * 5 or max(1, whole // 4)
    parts = (edge, whole - 2 * edge, edge) if whole >= 3 else (whole,)
    for n, minutes in enumerate(parts, 1):
        yield _frame(visit_id, PlanLine(f"segment{n}", visit_id, "segment", n * plan.STEP, minutes=minutes))


def _frame(visit_id: str, line: PlanLine) -> PlanLine:
    return replace(line, id=plan.drafted(visit_id, SKELETON, line))
