"""Trends once more, slow and obvious: every week asked anew of every visit, every drawing drawn in plain sight."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from slow import (
    Held,
    Json,
    Look,
    Scheme,
    channels,
    codes,
    counted,
    looks_of,
    of_some,
    rating,
    rounded,
    seconds,
    visit_ms,
)
from slow_documents import about, present, service_ms

SEED, DRAWS = 1, 2000


def day(visit: Held, zone: str) -> date:
    return datetime.fromtimestamp(visit.begin / 1000, ZoneInfo(zone)).date()


def monday(when: date) -> date:
    year, week, _ = when.isocalendar()
    return date.fromisocalendar(year, week, 1)


def weeks_of(days_held: set[date], first: date, last: date) -> list[date]:
    """Mondays of the days of the span. A weekend that it begins with counts for nothing when nothing was held on it."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    lead = [d for d in days[:2] if monday(d) == monday(first)]
    if monday(first) != monday(last) and all(d.weekday() > 4 for d in lead) and not days_held.intersection(lead):
        days = [d for d in days if d not in lead]
    return sorted({monday(d) for d in days})


def ranked(visits: Sequence[Held]) -> list[tuple[str, Scheme]]:
    """Prefix and scheme, that of most visits first."""
    ids = [visit.scheme["protocol"]["id"] for visit in visits]
    order = sorted(set(ids), key=lambda id: (-ids.count(id), id))
    found = {visit.scheme["protocol"]["id"]: visit.scheme for visit in visits}
    return [("" if i == 0 else f"{id}:", found[id]) for i, id in enumerate(order)]


def weeks(visits: Sequence[Held], first: date, last: date, zone: str) -> list[Json]:
    rows = []
    for week in weeks_of({day(v, zone) for v in visits}, first, last):
        here = [visit for visit in visits if monday(day(visit, zone)) == week]
        found = {}
        for prefix, scheme in ranked(visits):
            mine = [v for v in here if v.scheme["protocol"]["id"] == scheme["protocol"]["id"]]
            for channel in scheme["channel"]:
                found[prefix + channel["name"]] = of_week(mine, scheme, channel)
        length = seconds(sum(map(visit_ms, here)))
        row = {"week": week.isoformat(), "visits": len(here), "seconds": length, "channels": found if here else None}
        rows.append(row)
    return rows


def of_week(visits: Sequence[Held], scheme: Scheme, channel: Scheme) -> Json:
    whole = channels(visits, {**scheme, "channel": [channel]})[channel["name"]]
    kept = {"state": ("seconds", "unrecorded_seconds"), "toggle": ("seconds", "bouts")}
    if channel["kind"] in kept:
        return {"kind": channel["kind"], **{name: whole[name] for name in kept[channel["kind"]]}}
    if channel["kind"] == "scale":
        tap = whole["by_method"]["tap"]
        blocks = looked(visits, channel)
        groups = {g: {k: v for k, v in blocks[g].items() if k != "intervals"} for g in ("identified", "others")}
        tap = {name: tap[name] for name in ("n", "students", "counts")}
        return {"kind": "scale", "sweep": blocks["all"], "by_group": groups, "tap": tap}
    by = {
        name: {value: levels(counts, channel) for value, counts in values.items()}
        for name, values in whole["by"].items()
    }
    return {"kind": "count", **levels(whole["counts"], channel), "counts": whole["counts"], "by": by}


def levels(counts: Json, channel: Scheme) -> Json:
    n = sum(counts.values())
    if "higher_from" not in channel:
        return {"n": n, "upper": None, "lower": None}
    line = codes(channel).index(channel["higher_from"])
    return {"n": n, "upper": sum(counts[c] for c in codes(channel)[line:]),
            "lower": sum(counts[c] for c in codes(channel)[:line])}  # fmt: skip


def looked(visits: Sequence[Held], channel: Scheme) -> Json:
    """Looks of passes over everyone: all, at the identified, at the others."""
    passes: list[list[Look]] = []
    for visit in visits:
        looks = [
            o for o in visit.looks if o.channel == channel["name"] and o.method == "sweep" and not of_some(visit, o)
        ]
        passes += [[o for o in looks if o.sweep == number] for number in sorted({o.sweep for o in looks})]
    known = {who for visit in visits for who in visit.identified}
    return {
        "all": block(passes, channel),
        "identified": block([[o for o in one if o.student in known] for one in passes], channel),
        "others": block([[o for o in one if o.student and o.student not in known] for one in passes], channel),
    }


def block(passes: Sequence[Sequence[Look]], channel: Scheme) -> Json:
    units = [looks for looks in passes if looks]
    looks = [look for one in units for look in one]
    found = rating(looks, channel)
    del found["median"]
    return {"passes": len(units), **found, "intervals": ends(units, channel) if len(units) >= 5 else None}


def ends(units: Sequence[Sequence[Look]], channel: Scheme) -> Json:
    chance = random.Random(SEED)
    drawings = []
    for _ in range(DRAWS):
        drawn = [units[int(chance.random() * len(units))] for _ in units]
        drawings.append([look for one in drawn for look in one])
    found = {}
    for code in codes(channel):
        shares = sorted(Fraction(sum(o.code == code for o in looks), len(looks)) for looks in drawings)
        found[code] = [rounded(shares[49], 4), rounded(shares[-50], 4)]
    return found


def over(visits: Sequence[Held]) -> Json:
    return {
        prefix + channel["name"]: looked([v for v in visits if v.scheme is scheme], channel)
        for prefix, scheme in ranked(visits)
        for channel in scheme["channel"]
        if channel["kind"] == "scale"
    }


def student(visits: Sequence[Held], who: str, first: date, last: date, zone: str) -> Json:
    rows = []
    for visit in visits:
        if who not in present(visit) and not about(visit, who) and not service_ms(visit, who):
            continue
        prefix = next(p for p, scheme in ranked(visits) if scheme is visit.scheme)
        row: Json = {"visit": visit.id, "day": day(visit, zone).isoformat(), "present": who in present(visit)}
        row |= {"n": len(about(visit, who)), "service_seconds": seconds(service_ms(visit, who))}
        row |= {"looks": {}, "taps": {}, "counts": {}}
        for channel in visit.scheme["channel"]:
            own = [o for o in looks_of([visit], channel) if o.student == who]
            name = prefix + channel["name"]
            if channel["kind"] == "scale":
                seen = [o for o in own if o.method in ("sweep", "part")]  # of one student every look is one
                if seen:
                    row["looks"][name] = [sorted(o.code for o in seen if o.sweep == n) for n in {o.sweep for o in seen}]
                tapped(row["taps"], name, [o for o in own if o.method == "tap"], channel)
            elif channel["kind"] == "count":
                tapped(row["counts"], name, own, channel)
        rows.append(row)
    return {"visits": rows, "weeks": [_week(rows, w) for w in weeks_of({day(v, zone) for v in visits}, first, last)]}


def tapped(into: Json, name: str, looks: Sequence[Look], channel: Scheme) -> None:
    if looks:
        into[name] = {code: n for code, n in counted(looks, channel).items() if n}


def _week(rows: Sequence[Json], week: date) -> Json:
    mine = [row for row in rows if monday(date.fromisoformat(row["day"])) == week]
    if not mine:
        return {"week": week.isoformat(), "visits": 0, "looks": None, "taps": None, "counts": None}
    found: Json = {"week": week.isoformat(), "visits": len(mine), "looks": {}, "taps": {}, "counts": {}}
    for row in mine:
        for name, passes in row["looks"].items():
            for code in (code for one in passes for code in one):
                of = found["looks"].setdefault(name, {})
                of[code] = of.get(code, 0) + 1
        for kind in ("taps", "counts"):
            for name, counts in row[kind].items():
                of = found[kind].setdefault(name, {})
                for code, n in counts.items():
                    of[code] = of.get(code, 0) + n
    return found
