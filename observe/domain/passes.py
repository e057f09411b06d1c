"""Looks at everyone, pass by pass: who was asked, what was seen, and what two ratings of one look say together.

As in `figures`, `tally` gives whole numbers that can be kept and added, `render` the JSON made of them.
A share of one pass is a share of these moments; of several, the unit is the pass (`bootstrap`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from observe.domain.model import Observation, VisitLog
from observe.domain.numbers import EVERYONE, Json, codes_of, figured, filled, share
from observe.domain.protocol import Channel, Pair, Protocol
from observe.domain.sampling import PARTS, answered
from observe.domain.timeline import on_at

PART = "part"
"""The method that figures name for looks of a pass over a part of the class: in no share of everyone."""


def parts(log: VisitLog) -> frozenset[int]:
    """Numbers of the passes over a part of the class. It is said when the pass begins, never guessed from who came."""
    return frozenset(sweep.number for sweep in log.sweeps if sweep.order in PARTS)


def sampled(log: VisitLog) -> Iterator[Observation]:
    """The observations, those of a pass over a part of the class with the method `part`."""
    partial = parts(log)
    for o in log.observations:
        yield replace(o, method=PART) if o.method == "sweep" and o.sweep in partial else o


def looks(log: VisitLog) -> dict[int, list[Observation]]:
    """The ratings of each pass, in order of time."""
    found: dict[int, list[Observation]] = {}
    for o in log.observations:
        if o.method == "sweep" and o.sweep is not None:
            found.setdefault(o.sweep, []).append(o)
    return found


# -- one visit, in whole numbers -------------------------------------------------------------------


def tally(log: VisitLog) -> list[Json]:
    """A row a pass.

    `looks`: who was rated what in it, by scale channel and code, so that passes can be units; `part`: not over
    everyone, so no unit of a share; `during`: states and toggles that were on when it began.
    """
    scales = {channel.name: channel for channel in log.protocol.channels if channel.kind == "scale"}
    # The end of a pass that nobody began, of which nothing is left, makes no pass.
    passes = {sweep.number: sweep for sweep in log.sweeps if sweep.started_at is not None or sweep.skipped}
    rated = looks(log)
    rows = []
    for number in sorted(rated.keys() | passes.keys()):
        sweep, ratings = passes.get(number), rated.get(number, [])
        seen: dict[str, dict[str, list[str]]] = {}
        for o in ratings:
            channel = scales.get(o.channel)
            if channel is not None and o.code is not None and figured(channel, o):
                seen.setdefault(o.channel, {}).setdefault(o.code, []).append(o.student or EVERYONE)
        looked = {o.student for o in ratings if o.student}
        named = set(sweep.students) if sweep else set()
        skipped = set(sweep.skipped) if sweep else set()
        first = min((o.at for o in ratings), default=None)
        begun = sweep.started_at if sweep and sweep.started_at is not None else first
        rows.append(
            {
                "number": number,
                "asked": len(named | looked),
                "rated": len(looked),
                "skipped": len(skipped - looked),
                "looks": seen,
                "order": (sweep.order or None) if sweep else None,
                "seed": sweep.seed if sweep else None,
                "part": sweep is not None and sweep.order in PARTS,
                "at": begun,
                "during": {} if begun is None else _during(log, begun),
            }
        )
    return rows


def cues(log: VisitLog, rows: Iterable[Json]) -> Json:
    """How many cues were shown, and how many of them a pass over everyone answered. `rows` of `tally`."""
    begun = [row["at"] for row in rows if not row["part"] and row["at"] is not None]
    return {"shown": len(log.cues), "answered": answered(log.cues, begun)}


def _during(log: VisitLog, at: int) -> Json:
    """What was on at that moment (ms): of each state channel its code or None, of each toggle channel its codes."""
    states, toggles = next(on_at(log, (at,)))
    return {**states, **{name: sorted(codes) for name, codes in toggles.items()}}


def pairs(log: VisitLog) -> Json:
    """For each pair of the protocol, by student: looks in which both scales were rated, and those with both codes.

    A look is one student in one pass over everyone; of two ratings of a scale in it the later one stands.
    """
    partial = parts(log)
    scales = {channel.name: channel for channel in log.protocol.channels if channel.kind == "scale"}
    rated: dict[tuple[int, str], dict[str, str | None]] = {}
    for number, ratings in looks(log).items():
        for o in ratings:
            if number not in partial and o.student and o.channel in scales and figured(scales[o.channel], o):
                rated.setdefault((number, o.student), {})[o.channel] = o.code
    return {pair.name: _pair(pair, rated) for pair in log.protocol.pairs}


def _pair(pair: Pair, rated: Mapping[tuple[int, str], Mapping[str, str | None]]) -> Json:
    (one, code), (other, second) = (said.split(".") for said in pair.codes)
    n, both = Counter[str](), Counter[str]()
    for (_, student), look in rated.items():
        if one in look and other in look:
            n[student] += 1
            both[student] += look[one] == code and look[other] == second
    return {"n": dict(n), "both": dict(both)}


# -- numbers to JSON -------------------------------------------------------------------------------


def render(protocol: Protocol, rows: Iterable[Json], identified: Iterable[str]) -> list[Json]:
    """The `sweeps` of a summary, from the rows of `tally`; times are ms. `missed`: asked and not rated."""
    known = frozenset(identified)
    return [_render(protocol, row, known) for row in rows]


def _render(protocol: Protocol, row: Json, identified: frozenset[str]) -> Json:
    channels = {}
    for channel in protocol.channels:
        seen: dict[str, list[str]] = row["looks"].get(channel.name, {})
        if not seen:
            continue
        codes = codes_of(channel, seen)
        n = sum(map(len, seen.values()))
        whole = filled(codes, {code: len(people) for code, people in seen.items()})
        known = filled(codes, {code: sum(who in identified for who in people) for code, people in seen.items()})
        others = {code: whole[code] - known[code] - seen.get(code, []).count(EVERYONE) for code in codes}
        channels[channel.name] = {
            "n": n,
            "counts": whole,
            "shares": {code: share(count, n) for code, count in whole.items()},
            "by_group": {
                "identified": {"n": sum(known.values()), "counts": known},
                "others": {"n": sum(others.values()), "counts": others},
            },
        }
    return {
        "number": row["number"],
        "asked": row["asked"],
        "rated": row["rated"],
        "skipped": row["skipped"],
        "missed": row["asked"] - row["rated"],
        "of": PART if row["part"] else "everyone",
        "order": row["order"],
        "seed": row["seed"],
        "at": row["at"],
        "during": {c.name: _on(c, row["during"][c.name]) for c in protocol.channels if c.name in row["during"]},
        "channels": channels,
    }


def _on(channel: Channel, was: str | list[str] | None) -> str | list[str] | None:
    """A state's code; of a toggle channel those that were on, in the protocol's order."""
    return [code for code in codes_of(channel, dict.fromkeys(was)) if code in was] if isinstance(was, list) else was


def render_pairs(protocol: Protocol, numbers: Json, identified: Iterable[str]) -> Json:
    """The `pairs` of a summary, from what `pairs` gave or a sum of it."""
    known = frozenset(identified)
    return {pair.name: _pair_json(numbers.get(pair.name) or {"n": {}, "both": {}}, known) for pair in protocol.pairs}


def _pair_json(t: Json, identified: frozenset[str]) -> Json:
    def block(people: Iterable[str]) -> Json:
        who = list(people)
        n, both = sum(t["n"][one] for one in who), sum(t["both"][one] for one in who)
        return {"n": n, "students": len(who), "both": both, "share": share(both, n)}

    return {
        **block(t["n"]),
        "by_group": {
            "identified": block(who for who in t["n"] if who in identified),
            "others": block(who for who in t["n"] if who not in identified),
        },
    }
