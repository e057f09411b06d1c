"""Groups told: who is in which now, who moved in a visit, whether they are flexible over visits, and what was seen.

Looks at everyone have shares, taps have counts, and each says its n. Labels of groups are words that somebody typed,
and a group is a few children: nothing of this goes outside the team.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from observe.domain import groups
from observe.domain.cards import Card, Item, Line, Page, Span, Table, line
from observe.domain.codec import iso, local, ms_of
from observe.domain.figures import Json
from observe.domain.model import Visit, VisitLog
from observe.domain.names import by_name
from observe.domain.protocol import Channel, Protocol
from observe.services.home import Home
from observe.services.said import counted, few, percent
from observe.services.summary import summary, tallied
from observe.services.visits import visit_log
from observe.services.whose import Whose
from observe.store import items, queries, rosters

Name = Callable[[str], str]
OFTEN = 3
"""In so many visits a child could have moved."""
NONE: Json = {
    **{"start": {}, "end": {}, "moves": [], "moved": [], "tiers": {}, "channels": {}},
    **{"between": [], "within": {}, "same_for": None},
}
"""Of a visit in which nobody was in a group."""


# -- one visit -------------------------------------------------------------------------------------


def of_visit(home: Home, visit_id: str) -> Json:
    """The `groups` of a visit's summary, with whose they are, the plan's tasks, and for how long they are the same."""
    log = visit_log(home, visit_id)
    return {
        "visit": visit_id,
        "section": log.visit.section_name or None,
        "section_id": log.visit.section,
        **NONE,
        **summary(home, visit_id)["groups"],
        "tasks": groups.tasks(log.plan),
    }


def _held(home: Home, section: str, first: int, after: int | None) -> list[Visit]:
    """Her visits to a section that began, as usual: a flagged one is left out of what is said over time."""
    found = Whose(home).hers(queries.visits(home.conn, first, after))
    return [v for v in found if v.section == section and v.started_at is not None and not v.flag]


def _courses(home: Home, visits: Iterable[Visit]) -> list[tuple[Visit, Json]]:
    """Of those that had groups, who was where."""
    read = ((visit, items.grouping(home.conn, visit.id)) for visit in visits)
    return [(visit, groups.course(grouping)) for visit, grouping in read if groups.grouped(grouping)]


# -- a section over time ---------------------------------------------------------------------------


def of_section(home: Home, section: str, first: int = 0, after: int | None = None) -> Json:
    """The standing groups of a section, and over its visits with groups: who moved, and what was seen in each."""
    held = _held(home, section, first, after)
    courses = _courses(home, held)
    rows = groups.flexible([course for _, course in courses])
    standing = {s.id: s.group for s in rosters.students(home.conn, section) if s.active and s.group}
    moved: Json = {}
    for row in rows:
        for student in row["between"]:
            moved.setdefault(student, {"between": 0, "within": 0})["between"] += 1
        for student, n in row["within"].items():
            moved.setdefault(student, {"between": 0, "within": 0})["within"] += n
    return {
        "section": next((s.name for s in rosters.sections(home.conn) if s.id == section), None),
        "section_id": section,
        "standing": groups.by_label(standing),
        "visits": [
            {
                "visit": visit.id,
                "started_at": iso(visit.started_at or 0),
                "groups": groups.by_label(course["end"]),
                **row,
            }
            for (visit, course), row in zip(courses, rows, strict=True)
        ],
        "same_for": rows[-1]["same_for"] if rows else None,
        "moved": dict(sorted(moved.items())),
        "never": _never([course for _, course in courses], moved),
        "channels": _looks(home, [visit for visit, _ in courses]),
    }


def _never(courses: Iterable[Json], moved: Container[str]) -> list[str]:
    """Who was in a group in so many of these visits and never in another one."""
    times = Counter(student for course in courses for student in course["start"].keys() | course["end"].keys())
    return sorted(student for student, n in times.items() if n >= OFTEN and student not in moved)


def _looks(home: Home, visits: Sequence[Visit]) -> Json:
    """Of the protocol that most of these visits were logged with."""
    known = tallied(home, visits)
    by_id: dict[str, list[tuple[Protocol, Json]]] = {}
    for protocol, numbers in known.values():
        if numbers.get("groups"):
            by_id.setdefault(protocol.id, []).append((protocol, numbers["groups"]))
    if not by_id:
        return {}
    parts = max(by_id.items(), key=lambda item: (len(item[1]), item[0]))[1]
    newest = max((protocol for protocol, _ in parts), key=lambda protocol: protocol.version)
    return groups.render_looks(newest, [kept for _, kept in parts])


# -- in words --------------------------------------------------------------------------------------


def visit_page(home: Home, visit_id: str) -> Page:
    """The groups of a visit as a page, students by name."""
    log = visit_log(home, visit_id)
    cards = tuple(cards_of(home, log, summary(home, visit_id)["groups"], _names(home)))
    return Page(f"Groups - {log.visit.section_name or 'Visit'}", cards or (Card("Groups", (line("none", "mute"),)),))


def cards_of(home: Home, log: VisitLog, found: Json, name: Name) -> Iterator[Card]:
    """The card of the groups, and one for each scale with looks in them; nothing where nobody was in a group."""
    if not found:
        return
    tasks = groups.tasks(log.plan)
    lines: list[Item] = []
    for label, students in found["end"].items():
        tier = found["tiers"].get(label, "")
        does = ": ".join(text for text in (tier, tasks.get(tier, "")) if text)
        lines.append(_members(f"{label} ({does})" if does else label, students, name))
    for move in found["moves"]:
        clock = local(ms_of(move["at"]), home.zone).strftime("%H:%M")
        course = f"{move['from'] or 'no group'} to {move['to'] or 'no group'}"
        lines.append(Line((Span(f"{clock}  ", "mute"), Span(name(move["student"])), Span(f"  {course}", "mute"))))
    if found["between"]:
        came = ", ".join(map(name, found["between"]))
        lines.append(line(f"In another group than at the end of the visit before: {came}"))
    n = found["same_for"]
    same = f"The same groups for {n} visits running." if n > 1 else "New groups, or changed since the visit before."
    yield Card("Groups", (*lines, line(same, "mute")), wide=True)
    yield from looks_cards(log.protocol, found["channels"])


def _members(head: str, students: Sequence[str], name: Name) -> Line:
    who = ", ".join(sorted(map(name, students), key=by_name))
    return Line((Span(f"{head}  ", "grp", strong=True), Span(f"{len(students)}: {who}")))


def section_page(home: Home, section: str, first: int = 0, after: int | None = None) -> Page:
    """The groups of a section over time as a page, students by name."""
    found, name = of_section(home, section, first, after), _names(home)
    standing: list[Item] = [_members(label, students, name) for label, students in found["standing"].items()]
    cards = [Card("Standing groups", tuple(standing) or (line("none", "mute"),), wide=True)]
    if found["visits"]:
        cards += [_flexible(home, found, name)]
    protocols = (queries.visit(home.conn, row["visit"]) for row in reversed(found["visits"]))
    last = next((visit for visit in protocols if visit is not None), None)
    coding = queries.protocol(home.conn, last.protocol_id, last.protocol_version) if last else None
    if coding is not None:
        cards += looks_cards(coding, found["channels"])
    return Page(f"Groups - {found['section'] or 'a class'}", tuple(cards))


def _flexible(home: Home, found: Json, name: Name) -> Card:
    n = found["same_for"]
    changed = "The groups changed with the last visit." if len(found["visits"]) > 1 else "So far there is one visit."
    said = f"The same groups for {n} visits running." if n > 1 else changed
    rows: list[Item] = [line(said, strong=True), line(f"{counted(len(found['visits']), 'visit')} with groups.", "mute")]
    for row in found["visits"][-12:]:
        day = local(ms_of(row["started_at"]), home.zone).strftime("%a %d %b")
        sizes = ", ".join(f"{label} {len(students)}" for label, students in row["groups"].items())
        moves = f"{len(row['between'])} moved before it, {len(row['within'])} in it"
        rows.append(Line((Span(f"{day}  ", "mute"), Span(f"{sizes or 'no group at its end'}  "), Span(moves, "mute"))))
    for student, times in sorted(found["moved"].items(), key=lambda item: by_name(name(item[0]))):
        said = f"moved {times['between']} between visits, {times['within']} within one"
        rows.append(Line((Span(f"{name(student)}  "), Span(said, "mute"))))
    if found["never"]:
        who = ", ".join(sorted(map(name, found["never"]), key=by_name))
        rows.append(line(f"In {OFTEN} visits or more, and always in the same group: {who}"))
    return Card("Flexible", tuple(rows), wide=True)


def looks_cards(protocol: Protocol, channels: Json) -> Iterator[Card]:
    """A card for each scale: its looks at everyone as shares by group and by tier, its taps as counts."""
    for channel in protocol.channels:
        part = channels.get(channel.name)
        if part is None:
            continue
        rows: list[Item] = []
        for what, head in (("by_group", "group"), ("by_tier", "tier")):
            if any(part[what]):  # somebody was in one
                rows += _by(channel, part[what], head)
        if rows:
            yield Card(f"{channel.label} by group", tuple(rows), wide=True)


def _by(channel: Channel, part: Json, what: str) -> Iterator[Item]:
    names = {name: name or f"no {what}" for name in part}
    swept = {name: part[name]["sweep"] for name in part if "sweep" in part[name]}
    order = [c for c in reversed(channel.codes) if not c.beside] + [c for c in channel.codes if c.beside]
    if swept:
        yield line(f"Looks at everyone, by {what}", "mute")
        if all(map(few, swept.values())):
            said = ", ".join(f"{names[name]} {block['n']}" for name, block in swept.items())
            yield line(f"too few for percentages ({said})", "warn")
        else:
            head = ("", *(f"{names[name]} {block['n']}" for name, block in swept.items()))
            rows = tuple((c.label, *(percent(block, c.key) for block in swept.values())) for c in order)
            yield Table(head, rows, tuple(c.tone or channel.tone for c in order))
    for name, blocks in part.items():
        if "tap" in blocks:
            counts = blocks["tap"]["counts"]
            said = ", ".join(f"{c.label} {counts[c.key]}" for c in order if counts.get(c.key))
            yield Line((Span(f"{names[name]}, {counted(blocks['tap']['n'], 'tap')}: ", "mute"), Span(said)))


def _names(home: Home) -> Name:
    known = rosters.called(home.conn)
    return lambda id: known.get(id) or "(erased)"
