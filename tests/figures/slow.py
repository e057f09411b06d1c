"""The figures once more, slow and obvious, from the contract's words alone: what the program must say.

Nothing here uses the program's own modules. Time is cut at every edge there is (start, end, pauses,
observations), and for each piece between two edges it is asked anew whether it counts and what was on.
All arithmetic is on whole milliseconds and exact fractions; a figure is rounded once, at the end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    group: str = ""


@dataclass
class Note:
    """A note of its own; one without words is a flag."""

    id: str
    at: int
    student: str | None = None
    group: str = ""
    body: str = ""
    private: str = ""


@dataclass
class Pass:
    """A pass with a line of its own. Without a start line it has no order and no time."""

    students: Sequence[str] = ()
    skipped: frozenset[str] = frozenset()
    order: str | None = None
    seed: int | None = None
    at: int | None = None

    @property
    def of_some(self) -> bool:
        return self.order in ("unseen", "focal")


@dataclass
class Grouped:
    """Of a visit its groups alone, as in `Held`."""

    groups: Mapping[str, str]
    moves: Sequence[tuple[int, tuple[int, int], str, str]]


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
    passes: Mapping[int, Pass] = field(default_factory=dict)
    """By number, those that have a line of their own."""
    cues: Sequence[int] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    """Which group each is in as the visit begins."""
    moves: Sequence[tuple[int, tuple[int, int], str, str]] = ()
    """When, its stamp, who, and the group gone to."""
    before: Sequence[Grouped] = ()
    """Of the visits to the same section that began earlier, in order of time."""

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
    return [
        replace(look, method="part") if of_some(visit, look) else look
        for visit in visits
        for look in visit.looks
        if look.channel == channel["name"]
    ]


def of_some(visit: Held, look: Look) -> bool:
    """A look of a pass that was declared not to be over everyone."""
    return look.method == "sweep" and look.sweep in visit.passes and visit.passes[look.sweep].of_some


def codes(channel: Scheme) -> list[str]:
    return [code["key"] for code in channel["code"]]


def counted(looks: Sequence[Look], channel: Scheme) -> dict[str, int]:
    return {code: sum(look.code == code for look in looks) for code in codes(channel)}


def methods(looks: Sequence[Look]) -> list[str]:
    """Taps and sweeps are always reported, the others when the channel has some."""
    return ["tap", "sweep"] + [m for m in ("interval", "part") if any(look.method == m for look in looks)]


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
            for m in ("tap", "sweep", "interval", "part")
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
        "groups": {
            label: {
                m: {"n": len(those), "counts": counted(those, channel)}
                for m in ("tap", "sweep", "interval", "part")
                if (
                    those := [
                        look for look in looks if look.student is None and (look.group, look.method) == (label, m)
                    ]
                )
            }
            for label in named(looks)
        },
    }


def named(looks: Sequence[Look]) -> set[str]:
    """Groups that something was said about, as groups."""
    return {look.group for look in looks if look.group and look.student is None}


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
    document["groups"] = {
        label: counted([look for look in looks if look.student is None and look.group == label], channel)
        for label in named(looks)
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
