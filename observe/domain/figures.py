"""The figures of a visit: what was logged on each channel here, the rest in a module each, as `tally` names them.

`tally` turns one visit's log into whole numbers (counts, milliseconds, and the numbers that were measured) that can
be added over visits; `render_channels`, and `render` of the other modules, turn numbers into the JSON of the summary.
Formulas: docs/figures.md. Taps and sweeps are never pooled; a share always has its n; nothing of nothing is `None`,
not 0.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from observe.domain import coverage, groups, passes, plan_actual
from observe.domain.model import METHODS, Observation, Pause, Visit, VisitLog
from observe.domain.numbers import EVERYONE, codes_of, figured, filled, rounded, seconds, share
from observe.domain.numbers import Json as Json  # part of what whoever asks for figures needs
from observe.domain.protocol import Channel, Modifier, Protocol
from observe.domain.timeline import ActiveTime, state_bouts, toggle_bouts

GROUPS = ("identified", "others", "everyone")
BESIDE = (*METHODS[2:], passes.PART)
"""Methods that are shown where there are such looks: apart, like every other."""
SHAPE = 10
"""Of what `tally` returns. A home may hold tallies that another version kept: those of another shape are not used."""


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
    for observation in passes.sampled(log):
        by_channel.setdefault(observation.channel, []).append(observation)
    counted = {c.name: [o for o in by_channel[c.name] if figured(c, o)] for c in log.protocol.channels}
    channels = {c.name: _TALLY[c.kind](c, counted[c.name], active) for c in log.protocol.channels}
    sweeps = passes.tally(log)
    return {
        "shape": SHAPE,
        "ms": active.length,
        "paused_ms": active.paused,
        "channels": channels,
        "coverage": coverage.tally(log, active),
        "sweeps": sweeps,
        "pairs": passes.pairs(log),
        "cues": passes.cues(log, sweeps),
        "plan": plan_actual.tally(log, active),
        "groups": groups.tally(log, counted),
        "noted": sum(1 for o in log.observations if o.note),
    }


def _scale(channel: Channel, observations: Sequence[Observation], active: ActiveTime) -> Json:
    who: Json = {}
    about: Json = {}
    for o in observations:
        cells = [who.setdefault(o.student or EVERYONE, {})]
        if o.group and not o.student:  # one observation: it counts under everyone, and is shown apart
            cells.append(about.setdefault(o.group, {}))
        for cell in cells:
            counts = cell.setdefault(o.method, {})
            counts[o.code] = counts.get(o.code, 0) + 1
    return {"kind": "scale", "who": who, "groups": about}


def _count(channel: Channel, observations: Sequence[Observation], active: ActiveTime) -> Json:
    counts: Counter[str] = Counter()
    who: Json = {}
    about: Json = {}
    choices: Json = {m.name: {} for m in channel.modifiers if m.kind == "choice"}
    numbers: dict[str, list[float]] = {m.name: [] for m in channel.modifiers if m.kind == "number"}
    ticks = {m.name: {"yes": 0, "n": 0} for m in channel.modifiers if m.reaches is not None}
    for o in observations:
        code = o.code or ""
        counts[code] += 1
        if o.student or o.group:
            mine = who.setdefault(o.student, {}) if o.student else about.setdefault(o.group, {})
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
            elif m.reaches is not None and m.reaches[0] not in o.modifiers:
                # A measured wait says it already; the tick would count the same question twice.
                ticks[m.name]["n"] += 1
                ticks[m.name]["yes"] += bool(value)
    return {
        "kind": "count",
        "counts": dict(counts),
        "who": who,
        "groups": about,
        "choices": choices,
        "numbers": numbers,
        "ticks": ticks,
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


# -- over visits -----------------------------------------------------------------------------------


def add(tallies: Sequence[Json]) -> Json:
    """The sum of tallies of one protocol: counts, milliseconds, and everybody's numbers."""
    total: Json = {"ms": sum(t["ms"] for t in tallies), "paused_ms": sum(t["paused_ms"] for t in tallies)}
    total |= {"channels": {}, "pairs": {}}
    for t in tallies:
        for name, part in t["channels"].items():
            _onto(total["channels"].setdefault(name, {}), part)
        _onto(total["pairs"], t["pairs"])
    return total


def _onto(sum_: Json, part: Json) -> None:
    """Add a tree to a sum of trees of the same shape; lists of values join, words stay. `part` is left as it is."""
    for key, value in part.items():
        kind = type(value)
        if kind is dict:
            mine = sum_.setdefault(key, {})
            if value and type(next(iter(value.values()))) is int:  # most of a tree is its leaves
                for leaf, n in value.items():
                    mine[leaf] = mine.get(leaf, 0) + n
            else:
                _onto(mine, value)
        elif key not in sum_:
            sum_[key] = list(value) if kind is list else value
        elif kind is not str:
            sum_[key] += value


# -- numbers to JSON -------------------------------------------------------------------------------


def render_channels(protocol: Protocol, numbers: Json, identified: Iterable[str]) -> Json:
    """The `channels` of a summary from a tally or a sum of them."""
    known = frozenset(identified)
    return {
        c.name: _RENDER[c.kind](c, numbers["channels"].get(c.name) or _NOTHING[c.kind], numbers["ms"], known)
        for c in protocol.channels
    }


def _scale_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    who: dict[str, dict[str, dict[str, int]]] = t["who"]
    methods = ["tap", "sweep"] + [m for m in BESIDE if any(m in by for by in who.values())]
    codes = codes_of(channel, *(counts for by in who.values() for counts in by.values()))
    none = dict.fromkeys(codes, 0)  # a year has a hundred thousand of these counts: each is a copy of it, not a loop
    unshared: dict[str, float | None] = dict.fromkeys(codes)
    scale = channel.scale
    places = ("", *GROUPS)  # "" is all of them
    sums = {place: {method: none.copy() for method in methods} for place in places}
    students = {place: dict.fromkeys(methods, 0) for place in places}
    for person, by in who.items():
        group = "everyone" if person == EVERYONE else "identified" if person in identified else "others"
        for method, theirs in by.items():
            for place in ("", group) if method in methods else ():
                counts = sums[place][method]
                for code, n in theirs.items():
                    counts[code] += n
                students[place][method] += person != EVERYONE and bool(theirs)

    def block(place: str, method: str) -> Json:
        counts = sums[place][method]
        n = sum(counts.values())
        return {
            "n": n,
            "students": students[place][method],
            "counts": counts,
            "shares": {code: share(count, n) for code, count in counts.items()} if n else unshared.copy(),
            "median": lower_median(counts, scale) if n else None,
        }

    blocks: Json = {place: {method: block(place, method) for method in methods} for place in places}
    return {
        "kind": "scale",
        "by_method": blocks[""],
        "by_student": {
            person: {m: {"n": sum(by[m].values()), "counts": none | by[m]} for m in methods if m in by}
            for person, by in sorted(who.items())
            if person != EVERYONE
        },
        "by_group": {group: blocks[group] for group in GROUPS},
        "groups": {
            label: {m: {"n": sum(by[m].values()), "counts": filled(codes, by[m])} for m in methods if m in by}
            for label, by in sorted(t["groups"].items())
        },
    }


def _count_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    codes = codes_of(channel, t["counts"])
    none = dict.fromkeys(codes, 0)
    counts = filled(codes, t["counts"])
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
            by[m.name] = {value: filled(codes, cells.get(value, {})) for value in values}
        elif m.kind == "number":
            numbers[m.name] = _numbers(t["numbers"].get(m.name, []), m, _ticks(channel, m.name, t["ticks"]))
    return {
        "kind": "count",
        "n": n,
        "per_hour": rounded(Fraction(n * 3_600_000, visit_ms), 2) if visit_ms else None,
        "counts": counts,
        "by": by,
        "higher_order": higher,
        "numbers": numbers,
        "by_student": {person: none | theirs for person, theirs in sorted(t["who"].items())},
        "groups": {label: filled(codes, theirs) for label, theirs in sorted(t["groups"].items())},
    }


def _ticks(channel: Channel, number: str, ticks: Mapping[str, Mapping[str, int]]) -> dict[float, tuple[int, int]]:
    """What flags say of a number that was not measured: at which threshold, how often yes, and of how many."""
    said: dict[float, tuple[int, int]] = {}
    for m in channel.modifiers:
        if m.reaches is not None and m.reaches[0] == number and m.name in ticks:
            yes, n = said.get(m.reaches[1], (0, 0))
            said[m.reaches[1]] = (yes + ticks[m.name]["yes"], n + ticks[m.name]["n"])
    return said


def _numbers(values: Sequence[float], modifier: Modifier, ticks: Mapping[float, tuple[int, int]]) -> Json:
    """Of measured numbers: n, median (of an even n the mean of the middle two), min, max, share at each threshold.

    Ticks join the share at their own threshold alone: they say that it was reached, not the number.
    """
    ordered = sorted(values)
    n = len(ordered)
    median = (_as_written(ordered[(n - 1) // 2]) + _as_written(ordered[n // 2])) / 2 if n else None
    at_least = {}
    for threshold in modifier.thresholds:
        yes, asked = ticks.get(threshold, (0, 0))
        reached = sum(value >= threshold for value in ordered) + yes
        at_least[str(threshold).removesuffix(".0")] = share(reached, n + asked)
    return {
        "n": n,
        "median": None if median is None else rounded(median, 3),
        "min": rounded(_as_written(ordered[0]), 3) if n else None,
        "max": rounded(_as_written(ordered[-1]), 3) if n else None,
        "share_at_least": at_least,
        "ticked": {"yes": sum(yes for yes, _ in ticks.values()), "n": sum(asked for _, asked in ticks.values())},
    }


def _as_written(value: float) -> Fraction:
    """The decimal that was logged: 0.0005 is half of 0.001, though the nearest binary number is a little more."""
    return Fraction(str(value))


def _state_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    codes = codes_of(channel, t["ms"])
    return {
        "kind": "state",
        "seconds": {code: seconds(t["ms"].get(code, 0)) for code in codes},
        "shares": {code: share(t["ms"].get(code, 0), visit_ms) for code in codes},
        "bouts": filled(codes, t["bouts"]),
        "unrecorded_seconds": seconds(visit_ms - sum(t["ms"].values())),
    }


def _toggle_json(channel: Channel, t: Json, visit_ms: int, identified: frozenset[str]) -> Json:
    codes = codes_of(channel, t["ms"])
    return {
        "kind": "toggle",
        "seconds": {code: seconds(t["ms"].get(code, 0)) for code in codes},
        "bouts": filled(codes, t["bouts"]),
    }


_NOTHING: dict[str, Json] = {
    "scale": {"who": {}, "groups": {}},
    "count": {"counts": {}, "who": {}, "groups": {}, "choices": {}, "numbers": {}, "ticks": {}},
    "state": {"ms": {}, "bouts": {}},
    "toggle": {"ms": {}, "bouts": {}},
}
"""The numbers of a channel that a visit's version of the protocol did not have yet."""

_RENDER = {"scale": _scale_json, "count": _count_json, "state": _state_json, "toggle": _toggle_json}
