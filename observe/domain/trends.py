"""Figures over time: by week, of looks with the pass as the unit, and of one student.

Made from the kept numbers of visits (`figures.tally`), so a term takes no longer to read than its weeks have visits.
A share is of looks at everyone alone, with its n; taps are counts; nothing is averaged. A week without a visit is a
gap and says so: `channels` None.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from observe.domain import bootstrap
from observe.domain.frozen import dataclass
from observe.domain.numbers import EVERYONE, Json, codes_of, filled, seconds, share
from observe.domain.protocol import Channel, Protocol
from observe.domain.weekly import monday_of

SEED = 1
"""Of every interval, so that each device and each run gives the same."""
Keep = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Held:
    """A visit that began: the day it was on, and its numbers."""

    visit: str
    day: date
    protocol: Protocol
    tally: Json


@dataclass(frozen=True, slots=True)
class Scheme:
    """A protocol of the span in its newest version. `prefix` stands before the names of its channels."""

    prefix: str
    protocol: Protocol
    held: tuple[Held, ...]


def schemes(held: Iterable[Held]) -> list[Scheme]:
    """The protocols, that of most visits first: its channels keep their names, others are `protocol:channel`."""
    by_id: dict[str, list[Held]] = {}
    for one in held:
        by_id.setdefault(one.protocol.id, []).append(one)
    ranked = sorted(by_id.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Scheme(f"{id}:" if rank else "", max((one.protocol for one in of), key=lambda p: p.version), tuple(of))
        for rank, (id, of) in enumerate(ranked)
    ]


def mondays(held: Sequence[Held], first: date, last: date) -> list[date]:
    """The first days of all weeks that have a day from `first` to `last`.

    A weekend that the span begins with is no week of its own: a gap there would say that no visit was held in a week
    of which no school day was asked for.
    """
    begin = monday_of(first)
    if first.weekday() >= 5 and last > begin + timedelta(days=6):
        begin += timedelta(weeks=not any(monday_of(one.day) == begin for one in held))
    return [begin + timedelta(weeks=n) for n in range((monday_of(last) - begin).days // 7 + 1)] if first <= last else []


# -- by week -----------------------------------------------------------------------------------------


def weeks(held: Sequence[Held], first: date, last: date, identified: frozenset[str], ends: bool = True) -> list[Json]:
    """A row a week from `first` to `last`, those without a visit too. `ends`: with intervals."""
    coded = schemes(held)
    by_week: dict[date, list[Held]] = {}
    for one in held:
        by_week.setdefault(monday_of(one.day), []).append(one)
    return [_week(week, by_week.get(week, ()), coded, identified, ends) for week in mondays(held, first, last)]


def _week(week: date, held: Sequence[Held], coded: Sequence[Scheme], identified: frozenset[str], ends: bool) -> Json:
    channels: Json = {}
    of_week = [one.tally for one in held]
    for scheme in coded if held else ():
        tallies = [one.tally for one in held if one.protocol.id == scheme.protocol.id]
        for channel in scheme.protocol.channels:
            channels[f"{scheme.prefix}{channel.name}"] = _WEEK[channel.kind](channel, tallies, identified, ends)
    return {
        "week": week.isoformat(),
        "visits": len(of_week),
        "seconds": seconds(sum(t["ms"] for t in of_week)),
        "channels": channels if held else None,
    }


def _parts(channel: Channel, tallies: Iterable[Json]) -> list[Json]:
    """The channel's numbers of those visits whose version of the protocol had it."""
    return [t["channels"][channel.name] for t in tallies if channel.name in t["channels"]]


def _scale(channel: Channel, tallies: Sequence[Json], identified: frozenset[str], ends: bool) -> Json:
    sweep = looks_of(channel, tallies, lambda who: True, ends)
    groups = {"identified": lambda who: who in identified, "others": lambda who: bool(who) and who not in identified}
    by_group = {}
    for group, keep in groups.items():
        by_group[group] = looks_of(channel, tallies, keep, False)
    taps: Counter[str] = Counter()
    tapped = set()
    for part in _parts(channel, tallies):
        for who, by in part["who"].items():
            if by.get("tap"):
                taps.update(by["tap"])
                tapped.add(who)
    tap = {"n": taps.total(), "students": len(tapped - {EVERYONE}), "counts": filled(codes_of(channel, taps), taps)}
    return {"kind": "scale", "sweep": sweep, "by_group": by_group, "tap": tap}


def _count(channel: Channel, tallies: Sequence[Json], identified: frozenset[str], ends: bool) -> Json:
    counts: Counter[str] = Counter()
    by: dict[str, dict[str, Counter[str]]] = {
        m.name: {value.key: Counter() for value in m.values} for m in channel.modifiers if m.kind == "choice"
    }
    for part in _parts(channel, tallies):
        counts.update(part["counts"])
        for name, values in by.items():
            for value, found in part["choices"].get(name, {}).items():
                values.setdefault(value, Counter()).update(found)
    codes = codes_of(channel, counts)
    return {
        "kind": "count",
        **_levels(channel, counts),
        "counts": filled(codes, counts),
        "by": {name: {v: _levels(channel, found) for v, found in values.items()} for name, values in by.items()},
    }


def _levels(channel: Channel, counts: Mapping[str, int]) -> Json:
    """How many, and on either side of the line where the channel draws one."""
    n = sum(counts.values())
    if channel.higher_from is None:
        return {"n": n, "upper": None, "lower": None}
    upper = sum(counts.get(code, 0) for code in channel.higher)
    return {"n": n, "upper": upper, "lower": n - upper}


def _state(channel: Channel, tallies: Sequence[Json], identified: frozenset[str], ends: bool) -> Json:
    ms, _ = _ran(channel, tallies)
    rest = sum(t["ms"] for t in tallies) - ms.total()
    return {"kind": "state", **_seconds(channel, ms), "unrecorded_seconds": seconds(rest)}


def _toggle(channel: Channel, tallies: Sequence[Json], identified: frozenset[str], ends: bool) -> Json:
    ms, bouts = _ran(channel, tallies)
    return {"kind": "toggle", **_seconds(channel, ms), "bouts": filled(codes_of(channel, ms), bouts)}


def _ran(channel: Channel, tallies: Sequence[Json]) -> tuple[Counter[str], Counter[str]]:
    ms: Counter[str] = Counter()
    bouts: Counter[str] = Counter()
    for part in _parts(channel, tallies):
        ms.update(part["ms"])
        bouts.update(part["bouts"])
    return ms, bouts


def _seconds(channel: Channel, ms: Mapping[str, int]) -> Json:
    return {"seconds": {code: seconds(ms.get(code, 0)) for code in codes_of(channel, ms)}}


_WEEK = {"scale": _scale, "count": _count, "state": _state, "toggle": _toggle}


# -- looks, with the pass as the unit ----------------------------------------------------------------


def looks_of(channel: Channel, tallies: Iterable[Json], keep: Keep, ends: bool = True) -> Json:
    """The looks of a scale at those whom `keep` takes, over all passes at everyone.

    A share is the sum of hits over the sum of looks; `intervals`, only with `ends`: its ends by code, drawn from the
    passes, None where there are too few.
    """
    units: list[tuple[dict[str, int], int]] = []
    students: set[str] = set()
    for seen in passes_of(channel.name, tallies):
        kept = {code: [who for who in people if keep(who)] for code, people in seen.items()}
        counts = {code: len(people) for code, people in kept.items() if people}
        if counts:
            units.append((counts, sum(counts.values())))
            students.update(who for people in kept.values() for who in people if who)
    total: Counter[str] = Counter()
    for counts, _ in units:
        total.update(counts)
    codes, n = codes_of(channel, total), total.total()
    found: Json = {
        "passes": len(units),
        "n": n,
        "students": len(students),
        "counts": filled(codes, total),
        "shares": {code: share(total[code], n) for code in codes},
    }
    if ends:
        drawn = bootstrap.intervals(units, codes, SEED)
        found["intervals"] = None if drawn is None else {code: list(drawn[code]) for code in codes}
    return found


def passes_of(name: str, tallies: Iterable[Json], parts: bool = False) -> Iterator[Mapping[str, Sequence[str]]]:
    """Who was rated what in each pass at everyone in which this channel was rated.

    `parts`: in those over a part of the class as well, for what is said of one student and is a share of nobody.
    """
    for t in tallies:
        for row in t["sweeps"]:
            if (parts or not row["part"]) and row["looks"].get(name):
                yield row["looks"][name]


def looks(held: Sequence[Held], identified: frozenset[str], ends: bool = True) -> Json:
    """Of each scale over all the time: everybody, identified students and the others, each with its passes.

    `ends`: of the two groups, too, how sure their shares are.
    """
    found: Json = {}
    for scheme in schemes(held):
        tallies = [one.tally for one in scheme.held]
        for channel in scheme.protocol.channels:
            if channel.kind == "scale":
                found[f"{scheme.prefix}{channel.name}"] = {
                    "all": looks_of(channel, tallies, lambda who: True),
                    "identified": looks_of(channel, tallies, lambda who: who in identified, ends),
                    "others": looks_of(channel, tallies, lambda who: bool(who) and who not in identified, ends),
                }
    return found


# -- one student -------------------------------------------------------------------------------------


def student(held: Sequence[Held], who: str, first: date, last: date) -> Json:
    """One student's visits and weeks: looks as they were rated, taps and events as counts, never a share."""
    rows = [row for scheme in schemes(held) for one in scheme.held if (row := _visit(scheme, one, who)) is not None]
    order = {one.visit: i for i, one in enumerate(held)}
    rows.sort(key=lambda row: order[row["visit"]])
    return {
        "id": who,
        "visits": rows,
        "weeks": [_student_week(week, [r for r in rows if _of(r) == week]) for week in mondays(held, first, last)],
    }


def _of(row: Json) -> date:
    return monday_of(date.fromisoformat(row["day"]))


def _visit(scheme: Scheme, one: Held, who: str) -> Json | None:
    """What was seen of the student in a visit; None where the student was not there."""
    seen = one.tally["coverage"]
    mine = seen["students"].get(who)
    if mine is None:
        return None
    rated: Json = {}
    taps: Json = {}
    counts: Json = {}
    for channel in scheme.protocol.channels:
        name = f"{scheme.prefix}{channel.name}"
        for part in _parts(channel, (one.tally,)):
            if channel.kind == "scale":
                taps[name] = dict(part["who"].get(who, {}).get("tap", {}))
                rated[name] = [
                    code
                    for row in passes_of(channel.name, (one.tally,), parts=True)
                    for code, people in row.items()
                    for _ in range(people.count(who))
                ]
            elif channel.kind == "count":
                counts[name] = dict(part["who"].get(who, {}))
    return {
        "visit": one.visit,
        "day": one.day.isoformat(),
        "present": who in seen["present"],
        "n": mine["n"],
        "service_seconds": seconds(mine["service_ms"]),
        **{
            key: {name: of for name, of in found.items() if of}
            for key, found in (("looks", rated), ("taps", taps), ("counts", counts))
        },
    }


def _student_week(week: date, rows: Sequence[Json]) -> Json:
    total: dict[str, dict[str, Counter[str]]] = {"looks": {}, "taps": {}, "counts": {}}
    for row in rows:
        for key, by in total.items():
            for name, of in row[key].items():
                by.setdefault(name, Counter()).update(of)
    if not rows:
        return {"week": week.isoformat(), "visits": 0, **dict.fromkeys(total)}
    return {
        "week": week.isoformat(),
        "visits": len(rows),
        **{key: {name: dict(sorted(of.items())) for name, of in by.items()} for key, by in total.items()},
    }
