"""The figures once more, slow and obvious, from the contract's words alone: what the program must say.

Nothing here uses the program's own modules. Time is cut at every edge there is (start, end, pauses,
observations), and for each piece between two edges it is asked anew whether it counts and what was on.
All arithmetic is on whole milliseconds and exact fractions; a figure is rounded once, at the end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

Json = dict[str, Any]
Scheme = Mapping[str, Any]
"""A protocol file as TOML gives it."""


@dataclass
class Look:
    """An observation that stands. `stamp` orders those of one millisecond."""

    id: str
    at: int
    stamp: tuple[int, int]
    channel: str
    code: str | None
    student: str | None = None
    method: str = "tap"
    sweep: int | None = None
    on: bool | None = None
    with_whom: tuple[str, ...] = ()
    modifiers: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    private: str = ""


@dataclass
class Note:
    """A note of its own; one without words is a flag."""

    id: str
    at: int
    student: str | None = None
    body: str = ""
    private: str = ""


@dataclass
class Held:
    """A visit and what stands of all that was logged in it. Times are milliseconds since 1970."""

    id: str
    scheme: Scheme
    now: int
    section: Mapping[str, str] | None = None
    observer: str = ""
    title: str = ""
    planned_at: int | None = None
    planned_minutes: int | None = None
    started: int | None = None
    ended: int | None = None
    estimated: bool = False
    roster: Sequence[str] = ()
    """Active in the section when the visit began."""
    identified: frozenset[str] = frozenset()
    seats: Sequence[str] = ()
    """Everybody the visit can name, in the order in which they are listed."""
    looks: Sequence[Look] = ()
    notes: Sequence[Note] = ()
    marks: Mapping[str, bool] = field(default_factory=dict)
    roll: bool = False
    pauses: Sequence[tuple[int, int | None]] = ()
    passes: Mapping[int, tuple[Sequence[str], frozenset[str]]] = field(default_factory=dict)
    """Number of a pass that has a line of its own: the students its start names, and those skipped."""

    @property
    def end(self) -> int:
        assert self.started is not None
        return max(self.started, self.now if self.ended is None else self.ended)

    @property
    def begin(self) -> int:
        assert self.started is not None
        return self.started


def rounded(value: Fraction | None, digits: int) -> float | None:
    return None if value is None else float(round(Fraction(value), digits))  # half to even on the exact value


def share(part: int | Fraction, whole: int | Fraction) -> float | None:
    return rounded(Fraction(part) / whole, 4) if whole else None


def seconds(ms: int) -> float:
    return float(Fraction(ms, 1000))


def iso(ms: int | None) -> str | None:
    if ms is None:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


# -- time ----------------------------------------------------------------------------------------------


def paused(visit: Held, moment: int) -> bool:
    return any(first <= moment and (after is None or moment < after) for first, after in visit.pauses)


def pieces(visit: Held, *edges: int) -> list[tuple[int, int]]:
    """The visit without its pauses, cut at every edge at which anything may change."""
    cuts = {visit.begin, visit.end, *edges}
    cuts |= {moment for pause in visit.pauses for moment in pause if moment is not None}
    cuts |= {look.at for look in visit.looks}
    inside = sorted(cut for cut in cuts if visit.begin <= cut <= visit.end)
    return [(a, b) for a, b in pairwise(inside) if not paused(visit, a)]


def active_ms(visit: Held, first: int, after: int) -> int:
    """How much of [first, after) counts."""
    return sum(b - a for a, b in pieces(visit, first, after) if first <= a and b <= after)


def visit_ms(visit: Held) -> int:
    return active_ms(visit, visit.begin, visit.end)


def on_at(looks: Sequence[Look], moment: int) -> Look | None:
    """What was said last, at or before the moment."""
    return max((look for look in looks if look.at <= moment), key=lambda look: (look.at, look.stamp), default=None)


def course(visit: Held, looks: Sequence[Look]) -> list[tuple[Look | None, int]]:
    """For each piece of the visit in turn, what was on, and how long the piece is."""
    return [(on_at(looks, a), b - a) for a, b in pieces(visit)]


def bouts(values: Iterable[Any], value: Any) -> int:
    """How often `value` begins in the course of the visit."""
    row = [None, *values]
    return sum(before != value and after == value for before, after in pairwise(row))


# -- channels ------------------------------------------------------------------------------------------


def channels(visits: Sequence[Held], scheme: Scheme) -> Json:
    """All channels of a scheme, over one visit or several."""
    kinds: dict[str, Callable[[Sequence[Held], Scheme], Json]]
    kinds = {"scale": scale, "count": count, "state": state, "toggle": toggle}
    return {c["name"]: {"kind": c["kind"], **kinds[c["kind"]](visits, c)} for c in scheme["channel"]}


def looks_of(visits: Sequence[Held], channel: Scheme) -> list[Look]:
    return [look for visit in visits for look in visit.looks if look.channel == channel["name"]]


def codes(channel: Scheme) -> list[str]:
    return [code["key"] for code in channel["code"]]


def counted(looks: Sequence[Look], channel: Scheme) -> dict[str, int]:
    return {code: sum(look.code == code for look in looks) for code in codes(channel)}


def methods(looks: Sequence[Look]) -> list[str]:
    """Taps and sweeps are always reported, intervals when the channel has some."""
    return ["tap", "sweep"] + ["interval"] * any(look.method == "interval" for look in looks)


def rating(looks: Sequence[Look], channel: Scheme) -> Json:
    steps = [code["key"] for code in channel["code"] if not code.get("beside")]
    on_scale = sorted(steps.index(look.code) for look in looks if look.code in steps)
    counts = counted(looks, channel)
    return {
        "n": len(looks),
        "students": len({look.student for look in looks if look.student is not None}),
        "counts": counts,
        "shares": {code: share(n, len(looks)) for code, n in counts.items()},
        "median": steps[on_scale[(len(on_scale) - 1) // 2]] if on_scale else None,
    }


def scale(visits: Sequence[Held], channel: Scheme) -> Json:
    looks = looks_of(visits, channel)

    def by_method(some: Sequence[Look]) -> Json:
        return {m: rating([look for look in some if look.method == m], channel) for m in methods(looks)}

    def of(student: str) -> Json:
        own = [look for look in looks if look.student == student]
        return {
            m: {"n": len(those), "counts": counted(those, channel)}
            for m in ("tap", "sweep", "interval")
            if (those := [look for look in own if look.method == m])
        }

    identified = {who for visit in visits for who in visit.identified}
    groups: dict[str, list[Look]] = {"identified": [], "others": [], "everyone": []}
    for look in looks:
        group = "everyone" if look.student is None else "identified" if look.student in identified else "others"
        groups[group].append(look)
    return {
        "by_method": by_method(looks),
        "by_student": {look.student: of(look.student) for look in looks if look.student is not None},
        "by_group": {group: by_method(some) for group, some in groups.items()},
    }


def count(visits: Sequence[Held], channel: Scheme) -> Json:
    looks = looks_of(visits, channel)
    counts = counted(looks, channel)
    length = sum(visit_ms(visit) for visit in visits)
    per_hour = Fraction(len(looks) * 3600 * 1000, length) if length else None
    document: Json = {"n": len(looks), "per_hour": rounded(per_hour, 2), "counts": counts}
    modifiers = channel.get("modifier", [])
    document["by"] = {
        m["name"]: {v["key"]: counted(with_value(looks, m, v["key"]), channel) for v in m["values"]}
        for m in modifiers
        if m["kind"] == "choice"
    }
    document["higher_order"] = None  # where the scheme draws no such line
    if "higher_from" in channel:
        higher = codes(channel)[codes(channel).index(channel["higher_from"]) :]
        n = sum(counts[code] for code in higher)
        document["higher_order"] = {"n": n, "of": len(looks), "share": share(n, len(looks))}
    document["numbers"] = {m["name"]: number(looks, m, modifiers) for m in modifiers if m["kind"] == "number"}
    document["by_student"] = {
        who: counted([look for look in looks if look.student == who], channel)
        for who in {look.student for look in looks}
        if who is not None
    }
    return document


def with_value(looks: Sequence[Look], modifier: Scheme, value: str) -> list[Look]:
    return [look for look in looks if look.modifiers.get(modifier["name"], modifier.get("default")) == value]


def number(looks: Sequence[Look], modifier: Scheme, modifiers: Sequence[Scheme]) -> Json:
    values = sorted(
        Fraction(str(look.modifiers[modifier["name"]])) for look in looks if modifier["name"] in look.modifiers
    )
    n = len(values)
    document: Json = {
        "n": n,
        "median": rounded((values[(n - 1) // 2] + values[n // 2]) / 2, 3) if n else None,
        "min": rounded(values[0], 3) if n else None,
        "max": rounded(values[-1], 3) if n else None,
        "share_at_least": {},
    }
    ticked = []
    for bar in modifier.get("thresholds", []):
        flags = [m["name"] for m in modifiers if m.get("reaches") == {modifier["name"]: bar}]
        unmeasured = [look.modifiers for look in looks if modifier["name"] not in look.modifiers]
        ticks = [given[flag] for given in unmeasured for flag in flags if flag in given]
        ticked += ticks
        reached = sum(value >= Fraction(str(bar)) for value in values) + sum(ticks)
        document["share_at_least"][str(bar)] = share(reached, n + len(ticks))
    document["ticked"] = {"yes": sum(ticked), "n": len(ticked)}
    return document


def state(visits: Sequence[Held], channel: Scheme) -> Json:
    length = sum(visit_ms(visit) for visit in visits)
    courses = [course(visit, looks_of([visit], channel)) for visit in visits]
    spent = {
        code: sum(ms for steps in courses for look, ms in steps if look is not None and look.code == code)
        for code in codes(channel)
    }
    return {
        "seconds": {code: seconds(ms) for code, ms in spent.items()},
        "shares": {code: share(ms, length) for code, ms in spent.items()},
        "bouts": {
            code: sum(bouts([look and look.code for look, _ in steps], code) for steps in courses)
            for code in codes(channel)
        },
        "unrecorded_seconds": seconds(length - sum(spent.values())),
    }


def toggle(visits: Sequence[Held], channel: Scheme) -> Json:
    spent: dict[str, int] = {}
    begun: dict[str, int] = {}
    for code in codes(channel):
        courses = [
            [(look is not None and bool(look.on), ms) for look, ms in course(visit, own)]
            for visit in visits
            for own in [[look for look in looks_of([visit], channel) if look.code == code]]
        ]
        spent[code] = sum(ms for steps in courses for on, ms in steps if on)
        begun[code] = sum(bouts([on for on, _ in steps], True) for steps in courses)
    return {"seconds": {code: seconds(ms) for code, ms in spent.items()}, "bouts": begun}


# -- who was seen --------------------------------------------------------------------------------------


def present(visit: Held) -> list[str]:
    here = set() if visit.roll else set(visit.roster)
    here -= {who for who, mark in visit.marks.items() if not mark}
    here |= {who for who, mark in visit.marks.items() if mark}
    return [who for who in visit.seats if who in here]


def about(visit: Held, student: str) -> list[Look]:
    return sorted((look for look in visit.looks if look.student == student), key=lambda look: look.at)


def longest_gap_ms(visit: Held, student: str) -> int:
    moments = [visit.begin, *(look.at for look in about(visit, student)), visit.end]
    return max(active_ms(visit, a, b) for a, b in pairwise(moments))


def service_ms(visit: Held, student: str) -> int:
    states = [c for c in visit.scheme["channel"] if c["kind"] == "state"]
    return sum(
        ms
        for channel in states
        for look, ms in course(visit, looks_of([visit], channel))
        if look is not None and look.code is not None and student in look.with_whom
    )


def coverage(visit: Held) -> Json:
    here = present(visit)
    unseen = [who for who in here if not about(visit, who)]
    listed = here + [w for w in visit.seats if w not in here and (about(visit, w) or service_ms(visit, w))]
    return {
        "present": len(here),
        "seen": len(here) - len(unseen),
        "unseen": unseen,
        "students": {
            who: {
                "n": len(about(visit, who)),
                "last_at": iso(max((look.at for look in about(visit, who)), default=None)),
                "longest_gap_seconds": seconds(longest_gap_ms(visit, who)),
                "service_seconds": seconds(service_ms(visit, who)),
            }
            for who in listed
        },
    }


def sweeps(visit: Held) -> list[Json]:
    rated = {number: set[str | None]() for number in visit.passes}
    for look in visit.looks:
        if look.method == "sweep":
            assert look.sweep is not None
            rated.setdefault(look.sweep, set()).add(look.student)
    document = []
    for number in sorted(rated):
        named, skipped = visit.passes.get(number, ((), frozenset()))
        asked = {*named, *skipped, *rated[number]}
        left = skipped - rated[number]
        document.append({"number": number, "asked": len(asked), "rated": len(rated[number]), "skipped": len(left)})
    return document


# -- documents -----------------------------------------------------------------------------------------


def status(visit: Held) -> str:
    if visit.started is not None:
        return "live" if visit.ended is None else "ended"
    assert visit.planned_at is not None
    return "missed" if visit.planned_at + (visit.planned_minutes or 0) * 60_000 <= visit.now else "planned"


def facts(visit: Held) -> Json:
    begun = visit.started is not None
    whole = visit.end - visit.begin if begun else 0
    return {
        "id": visit.id,
        "section": visit.section["name"] if visit.section else None,
        "section_id": visit.section["id"] if visit.section else None,
        "teacher": visit.section["teacher"] if visit.section else None,
        "observer": visit.observer or None,
        "title": visit.title or None,
        "status": status(visit),
        "planned_at": iso(visit.planned_at),
        "planned_minutes": visit.planned_minutes,
        "started_at": iso(visit.started),
        "ended_at": iso(visit.ended),
        "seconds": seconds(visit_ms(visit)) if begun else 0,
        "paused_seconds": seconds(whole - visit_ms(visit)) if begun else 0,
        "estimated_end": visit.estimated,
        "protocol": {"id": visit.scheme["protocol"]["id"], "version": visit.scheme["protocol"]["version"]},
    }


def summary(visit: Held) -> Json:
    return {
        "visit": facts(visit),
        "channels": channels([visit], visit.scheme),
        "coverage": coverage(visit),
        "sweeps": sweeps(visit),
        "plan": {},
        "notes": notes(visit),
        "reflection": {},
        "conflicts": 0,
    }


def notes(visit: Held) -> list[Json]:
    """In order of time; those beside an observation before those of their own."""
    rows: list[tuple[int, Json]] = []
    for look in sorted(visit.looks, key=lambda look: (look.at, look.stamp)):
        about = {"observation": look.id, "note": None, "channel": look.channel, "code": look.code, "flag": False}
        for text, private in ((look.note, False), (look.private, True)):
            if text:
                rows.append((look.at, {**about, "student": look.student, "text": text, "private": private}))
    for note in sorted(visit.notes, key=lambda note: (note.at, note.id)):
        about = {"observation": None, "note": note.id, "channel": None, "code": None, "student": note.student}
        text = note.body or note.private
        rows.append((note.at, {**about, "text": text, "private": text != note.body, "flag": not text}))
    return [{"at": iso(at), **row} for at, row in sorted(rows, key=lambda row: row[0])]


def delivered(visits: Sequence[Held]) -> Json:
    planned = [visit for visit in visits if visit.planned_at is not None]
    held = [visit for visit in planned if visit.ended is not None]
    extra = [visit for visit in visits if visit.planned_at is None and visit.ended is not None]
    return {
        "planned": len(planned),
        "delivered": len(held),
        "missed": sum(status(visit) == "missed" for visit in planned),
        "extra": len(extra),
        "planned_minutes": sum(visit.planned_minutes or 0 for visit in planned),
        "delivered_minutes": rounded(Fraction(sum(map(visit_ms, held)), 60_000), 1),
        "extra_minutes": rounded(Fraction(sum(map(visit_ms, extra)), 60_000), 1),
    }


def total_coverage(visits: Sequence[Held]) -> Json:
    rows = [(visit, coverage(visit)) for visit in visits]
    listed = {who: None for visit in visits for who in present(visit)}
    listed |= {who: None for _, row in rows for who in row["students"]}
    came = {who: sum(who in present(visit) for visit in visits) for who in listed}
    looks = {who: [look for visit in visits for look in about(visit, who)] for who in listed}
    return {
        "present": sum(row["present"] for _, row in rows),
        "seen": sum(row["seen"] for _, row in rows),
        "unseen": [who for who in listed if came[who] and not looks[who]],
        "students": {
            who: {
                "n": len(looks[who]),
                "visits": came[who],
                "last_at": iso(max((look.at for look in looks[who]), default=None)),
                "service_seconds": seconds(sum(service_ms(visit, who) for visit in visits)),
            }
            for who in listed
        },
    }


def totals(visits: Sequence[Held]) -> Json:
    """A protocol at a time; the one with most visits (or the first by name) keeps the plain names of its channels."""
    visits = [visit for visit in visits if visit.started is not None]
    ids = [visit.scheme["protocol"]["id"] for visit in visits]
    document: Json = {}
    for position, id in enumerate(sorted(set(ids), key=lambda id: (-ids.count(id), id))):
        own = [visit for visit in visits if visit.scheme["protocol"]["id"] == id]
        for name, channel in channels(own, own[0].scheme).items():
            document[f"{id}:{name}" if position else name] = channel
    return {
        "seconds": seconds(sum(map(visit_ms, visits))),
        "paused_seconds": seconds(sum(visit.end - visit.begin - visit_ms(visit) for visit in visits)),
        "channels": document,
        "coverage": total_coverage(visits),
    }


def span(visits: Sequence[Held]) -> Json:
    return {"visits": [summary(visit) for visit in visits], "totals": totals(visits), "delivered": delivered(visits)}


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two documents differ, each place on a line; [] when nowhere."""
    if isinstance(expected, dict) and isinstance(found, dict):
        lines = [f"{path}.{name}: not there" for name in expected.keys() - found.keys()]
        lines += [f"{path}.{name}: unknown, {found[name]!r}" for name in found.keys() - expected.keys()]
        return sorted(lines) + [
            line
            for name in expected
            if name in found
            for line in differences(expected[name], found[name], f"{path}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return [line for i, (a, b) in enumerate(pairs) for line in differences(a, b, f"{path}[{i}]")]
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (expected, found)]
    if expected == found and (all(numbers) or type(expected) is type(found)):
        return []
    return [f"{path}: {expected!r} expected, {found!r} found"]
