"""Every figure that any screen, command or file shows, computed here and nowhere else.

`tally` turns one visit's log into whole numbers (counts and milliseconds) that can be added over
visits; `render` turns numbers into the JSON of the summary. Formulas: docs/figures.md.
Taps and sweeps are never pooled; a share always has its n; nothing of nothing is `None`, not 0.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from observe.domain.model import METHODS, Observation, Pause, Visit, VisitLog
from observe.domain.protocol import Channel, Protocol
from observe.domain.timeline import ActiveTime, longest_gap, state_bouts, stretches, toggle_bouts

Json = dict[str, Any]
EVERYONE = ""
"""The key that stands for everyone where students are keys."""
GROUPS = ("identified", "others", "everyone")
SHARE_PLACES = 4


def rounded(value: Fraction | int, places: int) -> float:
    """Half to even on the exact value."""
    return float(round(Fraction(value), places))


def seconds(ms: int) -> float:
    """Milliseconds as seconds, which is exact to 0.001."""
    return ms / 1000


def share(part: int, whole: int) -> float | None:
    """part / whole to 0.0001, and None of nothing."""
    return rounded(Fraction(part, whole), SHARE_PLACES) if whole else None


def lower_median(counts: Mapping[str, int], codes: Sequence[str]) -> str | None:
    """The lower middle code of an ordinal scale, `codes` from low to high; None without any."""
    n = sum(counts.get(code, 0) for code in codes)
    below = 0
    for code in codes:
        below += counts.get(code, 0)
        if n and 2 * below >= n:
            return code
    return None


# -- one visit, in whole numbers -------------------------------------------------------------------


def active_time(visit: Visit, pauses: Iterable[Pause], now: int) -> ActiveTime:
    """The visit from its start to its end, or to now while it lasts, without pauses."""
    start = visit.started_at if visit.started_at is not None else now
    return ActiveTime(start, visit.ended_at if visit.ended_at is not None else now, pauses)


def tally(log: VisitLog, now: int) -> Json:
    """The visit's counts and milliseconds: what `render` and `add` work on."""
    active = active_time(log.visit, log.pauses, now)
    by_channel: dict[str, list[Observation]] = {channel.name: [] for channel in log.protocol.channels}
    for observation in log.observations:
        by_channel.setdefault(observation.channel, []).append(observation)
    channels = {c.name: _TALLY[c.kind](c, by_channel[c.name], active) for c in log.protocol.channels}
    return {
        "ms": active.length,
        "paused_ms": active.paused,
        "channels": channels,
        "coverage": _coverage(log, by_channel, active),
        "sweeps": _sweeps(log),
    }


def _scale(channel: Channel, observations: Sequence[Observation], active: ActiveTime) -> Json:
    who: Json = {}
    for o in observations:
        counts = who.setdefault(o.student or EVERYONE, {}).setdefault(o.method, {})
        counts[o.code] = counts.get(o.code, 0) + 1
    return {"kind": "scale", "who": who}


def _count(channel: Channel, observations: Sequence[Observation], active: ActiveTime) -> Json:
    counts: Counter[str] = Counter()
    who: Json = {}
    choices: Json = {m.name: {} for m in channel.modifiers if m.kind == "choice"}
    numbers: dict[str, list[float]] = {m.name: [] for m in channel.modifiers if m.kind == "number"}
    flags: dict[str, int] = dict.fromkeys((m.name for m in channel.modifiers if m.kind == "flag"), 0)
    flagged: dict[str, int] = dict(flags)
    for o in observations:
        code = o.code or ""
        counts[code] += 1
        if o.student:
            mine = who.setdefault(o.student, {})
            mine[code] = mine.get(code, 0) + 1
        for m in channel.modifiers:
            value = o.modifiers.get(m.name, m.default)
            if value is None:
                continue
            if m.kind == "choice":
                cell = choices[m.name].setdefault(str(value), {})
                cell[code] = cell.get(code, 0) + 1
            elif m.kind == "number":
                numbers[m.name].append(float(value))
            elif m.kind == "flag" and not any(name in o.modifiers for name in numbers):
                # A measured wait says it already; the tick would count the same question twice.
                flagged[m.name] += 1
                flags[m.name] += bool(value)
    return {
        "kind": "count",
        "counts": dict(counts),
        "who": who,
        "choices": choices,
        "numbers": numbers,
        "flags": {name: {"yes": flags[name], "n": flagged[name]} for name in flags},
    }


def _state(channel: Channel, observations: Sequence[Observation], active: ActiveTime) -> Json:
    return _durations("state", state_bouts(observations, active))


def _toggle(channel: Channel, observations: Sequence[Observation], active: ActiveTime) -> Json:
    return _durations("toggle", toggle_bouts(observations, active))


def _durations(kind: str, bouts: Iterable[Any]) -> Json:
    ms: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for bout in bouts:
        ms[bout.code] += bout.end - bout.start
        count[bout.code] += 1
    return {"kind": kind, "ms": dict(ms), "bouts": dict(count)}


_TALLY = {"scale": _scale, "count": _count, "state": _state, "toggle": _toggle}


def _coverage(log: VisitLog, by_channel: Mapping[str, Sequence[Observation]], active: ActiveTime) -> Json:
    present = log.present()
    moments: dict[str, list[int]] = {who: [] for who in present}
    for o in log.observations:
        if o.student in moments:
            moments[o.student].append(o.at)
    service: Counter[str] = Counter()
    for channel in log.protocol.channels:
        if channel.kind == "state":
            for stretch in stretches(by_channel[channel.name], active):
                for who in set(stretch.with_whom):
                    service[who] += stretch.end - stretch.start
    return {
        "students": {
            who: {
                "n": len(at),
                "last_at": max(at, default=None),
                "gap_ms": longest_gap(at, active),
                "service_ms": service[who],
            }
            for who, at in moments.items()
        }
    }


def _sweeps(log: VisitLog) -> list[Json]:
    rated: dict[int, set[str]] = {}
    for o in log.observations:
        if o.method == "sweep" and o.sweep is not None:
            rated.setdefault(o.sweep, set())
            if o.student:
                rated[o.sweep].add(o.student)
    passes = {sweep.number: sweep for sweep in log.sweeps}
    rows = []
    for number in sorted(rated.keys() | passes.keys()):
        looked = rated.get(number, set())
        sweep = passes.get(number)
        named = set(sweep.students) if sweep else set()
        skipped = set(sweep.skipped) if sweep else set()
        rows.append(
            {
                "number": number,
                "asked": len(named | looked | skipped),
                "rated": len(looked),
                "skipped": len(skipped - looked),
            }
        )
    return rows


# -- over visits -----------------------------------------------------------------------------------


def add(tallies: Sequence[Json]) -> Json:
    """The sum of tallies of one protocol: counts, milliseconds, and everybody's numbers."""
    total: Json = {"ms": sum(t["ms"] for t in tallies), "paused_ms": sum(t["paused_ms"] for t in tallies)}
    total["channels"] = {}
    for t in tallies:
        for name, part in t["channels"].items():
            mine = total["channels"].setdefault(name, {})
            for field, value in part.items():
                mine[field] = _plus(mine[field], value) if field in mine else value
    return total


def _plus(a: Any, b: Any) -> Any:
    """Sum of two trees of the same shape: counts add, lists of values join."""
    if isinstance(a, dict):
        return {k: _plus(a[k], b[k]) if k in a and k in b else a.get(k, b.get(k)) for k in {**a, **b}}
    return a if isinstance(a, str) else a + b


# -- numbers to JSON -------------------------------------------------------------------------------


def render_channels(protocol: Protocol, numbers: Json, identified: Iterable[str]) -> Json:
    """The `channels` of a summary from a tally or a sum of them."""
    known = frozenset(identified)
    return {
        c.name: _RENDER[c.kind](c, numbers["channels"].get(c.name) or _NOTHING[c.kind], numbers["ms"], known)
        for c in protocol.channels
    }


def _codes(channel: Channel, *found: Mapping[str, Any]) -> list[str]:
    """The channel's codes in order, then any that a later version of the protocol brought."""
    codes = list(channel.keys)
    return codes + sorted({code for counts in found for code in counts}.difference(codes))


def _filled(codes: Sequence[str], counts: Mapping[str, int]) -> dict[str, int]:
    return {code: counts.get(code, 0) for code in codes}


def _scale_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    who: dict[str, dict[str, dict[str, int]]] = t["who"]
    methods = ["tap", "sweep"] + [m for m in METHODS[2:] if any(m in by for by in who.values())]
    codes = _codes(channel, *(counts for by in who.values() for counts in by.values()))

    def block(people: Iterable[str], method: str) -> Json:
        counts: Counter[str] = Counter()
        students = 0
        for person in people:
            theirs = who[person].get(method)
            if theirs:
                counts.update(theirs)
                students += person != EVERYONE
        n = counts.total()
        return {
            "n": n,
            "students": students,
            "counts": _filled(codes, counts),
            "shares": {code: share(counts[code], n) for code in codes},
            "median": lower_median(counts, channel.scale),
        }

    groups = {
        "identified": [p for p in who if p in identified],
        "others": [p for p in who if p not in identified and p != EVERYONE],
        "everyone": [p for p in who if p == EVERYONE],
    }
    return {
        "kind": "scale",
        "by_method": {method: block(who, method) for method in methods},
        "by_student": {
            person: {m: {"n": sum(by[m].values()), "counts": _filled(codes, by[m])} for m in methods if m in by}
            for person, by in who.items()
            if person != EVERYONE
        },
        "by_group": {group: {m: block(groups[group], m) for m in methods} for group in GROUPS},
    }


def _count_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    codes = _codes(channel, t["counts"])
    counts = _filled(codes, t["counts"])
    n = sum(counts.values())
    higher = None
    if channel.higher_from is not None:
        of_higher = sum(counts[code] for code in channel.higher)
        higher = {"n": of_higher, "of": n, "share": share(of_higher, n)}
    by = {}
    numbers = {}
    for m in channel.modifiers:
        if m.kind == "choice":
            cells = t["choices"].get(m.name, {})
            values = [value.key for value in m.values]
            values += sorted(set(cells).difference(values))
            by[m.name] = {value: _filled(codes, cells.get(value, {})) for value in values}
        elif m.kind == "number":
            # A tick ("waited 3+") of the same channel stands for the number it did not measure.
            flags = [t["flags"][f.name] for f in channel.modifiers if f.kind == "flag" and f.name in t["flags"]]
            numbers[m.name] = _numbers(t["numbers"].get(m.name, []), m.thresholds, flags)
    return {
        "kind": "count",
        "n": n,
        "per_hour": rounded(Fraction(n * 3_600_000, visit_ms), 2) if visit_ms else None,
        "counts": counts,
        "by": by,
        "higher_order": higher,
        "numbers": numbers,
        "by_student": {person: _filled(codes, theirs) for person, theirs in t["who"].items()},
    }


def _numbers(values: Sequence[float], thresholds: Sequence[float], flags: Sequence[Mapping[str, int]]) -> Json:
    """Of measured numbers: n, median (of an even n the mean of the middle two), min, max, share at each threshold.

    Ticks (yes, said) join the first threshold's share alone: they say that it was reached, not the number.
    """
    exact = sorted(map(Fraction, values))
    n = len(exact)
    median = (exact[(n - 1) // 2] + exact[n // 2]) / 2 if n else None
    yes, said = (sum(flag[name] for flag in flags) for name in ("yes", "n"))
    at_least = {}
    for i, threshold in enumerate(thresholds):
        ticked, asked = (yes, said) if i == 0 else (0, 0)
        reached = sum(value >= Fraction(threshold) for value in exact) + ticked
        at_least[f"{threshold:g}"] = share(reached, n + asked)
    return {
        "n": n,
        "median": None if median is None else rounded(median, 3),
        "min": rounded(exact[0], 3) if n else None,
        "max": rounded(exact[-1], 3) if n else None,
        "share_at_least": at_least,
        "ticked": {"yes": yes, "n": said},
    }


def _state_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    codes = _codes(channel, t["ms"])
    return {
        "kind": "state",
        "seconds": {code: seconds(t["ms"].get(code, 0)) for code in codes},
        "shares": {code: share(t["ms"].get(code, 0), visit_ms) for code in codes},
        "bouts": _filled(codes, t["bouts"]),
        "unrecorded_seconds": seconds(visit_ms - sum(t["ms"].values())),
    }


def _toggle_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    codes = _codes(channel, t["ms"])
    return {
        "kind": "toggle",
        "seconds": {code: seconds(t["ms"].get(code, 0)) for code in codes},
        "bouts": _filled(codes, t["bouts"]),
    }


_NOTHING: dict[str, Json] = {
    "scale": {"who": {}},
    "count": {"counts": {}, "who": {}, "choices": {}, "numbers": {}, "flags": {}},
    "state": {"ms": {}, "bouts": {}},
    "toggle": {"ms": {}, "bouts": {}},
}
"""The numbers of a channel that a visit's version of the protocol did not have yet."""

_RENDER = {"scale": _scale_json, "count": _count_json, "state": _state_json, "toggle": _toggle_json}


def render_coverage(numbers: Json) -> Json:
    """The `coverage` of one visit's summary."""
    students: dict[str, Json] = numbers["coverage"]["students"]
    return {
        "present": len(students),
        "seen": sum(1 for row in students.values() if row["n"]),
        "unseen": [who for who, row in students.items() if not row["n"]],
        "students": {
            who: {
                "n": row["n"],
                "last_at": row["last_at"],
                "longest_gap_seconds": seconds(row["gap_ms"]),
                "service_seconds": seconds(row["service_ms"]),
            }
            for who, row in students.items()
        },
    }


def total_coverage(tallies: Iterable[Json]) -> Json:
    """Coverage over visits: `present` and `seen` are student-visits, `students` gives n over the span."""
    present = seen = 0
    students: Json = {}
    for t in tallies:
        for who, row in t["coverage"]["students"].items():
            present += 1
            seen += bool(row["n"])
            mine = students.setdefault(who, {"n": 0, "visits": 0, "last_at": None, "service_seconds": 0})
            mine["n"] += row["n"]
            mine["visits"] += 1
            mine["service_seconds"] += row["service_ms"]
            if row["last_at"] is not None:
                mine["last_at"] = max(mine["last_at"] or 0, row["last_at"])
    for mine in students.values():
        mine["service_seconds"] = seconds(mine["service_seconds"])
    unseen = [who for who, mine in students.items() if not mine["n"]]
    return {"present": present, "seen": seen, "unseen": unseen, "students": students}
