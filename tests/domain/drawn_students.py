"""Small visits drawn at random, with a plan, groups, sweeps, pauses and sparks: for what is said of students over some.

A moment is a millisecond here and a visit lasts forty, so that a test can go through each of them.
"""

import random

from observe.domain.model import Attendance, Observation, Pause, Sweep, Visit, VisitLog
from observe.domain.programme import Grouping, Move, PlanLine
from observe.domain.protocol import Channel, Code, Modifier, Protocol

WHO = ("ana", "ben", "cy", "dov")
START, END = 5, 45
KINDS = (Code("see", "Sees"), Code("ask", "Asks"), Code("make", "Makes"))
SCHEME = Protocol(
    "p",
    1,
    "P",
    (
        Channel("look", "Look", "scale", "anyone", (Code("low", "Low"), Code("high", "High"))),
        Channel(
            *(
                "talk",
                "Talk",
                "count",
                "anyone",
                (Code("tell", "Tell"), Code("why", "Why"), Code("what_if", "What if")),
            ),
            (Modifier("by", "By", "student"),),
            "why",
        ),
        Channel("plain", "Plain", "count", "anyone", (Code("one", "One"),)),
        Channel("do", "Do", "state", "visit", (Code("all", "All"), Code("few", "Few", with_whom=True))),
        Channel(
            *("way", "Way", "toggle", "visit"),
            (
                Code("mini", "Mini", offer=True),
                Code("wide", "Wide", offer=True, open=True),
                Code("deep", "D", open=True),
            ),
        ),
        Channel("spark", "Spark", "count", "student", KINDS),
    ),
)


def visit(draw: random.Random, id: str = "v") -> VisitLog:
    """A visit to the four, in which anything may have happened."""
    made = [_look(draw, f"{id}{i}", at) for i, at in enumerate(sorted(draw.choices(range(50), k=draw.randrange(24))))]
    pauses = [Pause(str(i), at, at + draw.randrange(9)) for i, at in enumerate(draw.choices(range(50), k=2))]
    moves = sorted(draw.choices(range(START, END), k=draw.randrange(4)))
    start = {who: draw.choice(("Red", "Blue", "Old")) for who in WHO if draw.random() < 0.6}
    grouped = draw.random() < 0.7
    return VisitLog(
        Visit(id, started_at=START, ended_at=END, roster=WHO[:3]),
        SCHEME,
        attendance={who: Attendance(draw.random() < 0.5) for who in WHO if draw.random() < 0.2},
        observations=tuple(made),
        pauses=tuple(pauses[: draw.randrange(3)]),
        sweeps=(Sweep(1), Sweep(2)),
        ran={("plan", "t2"): "me"} if draw.random() < 0.2 else {},
        plan=_plan(draw),
        grouping=Grouping(
            start if grouped else {},
            tuple(
                Move(str(i), id, at, draw.choice(WHO), draw.choice(("Red", "Blue", ""))) for i, at in enumerate(moves)
            )
            if grouped
            else (),
        ),
    )


def _plan(draw: random.Random) -> tuple[PlanLine, ...]:
    if draw.random() < 0.2:
        return ()
    names = draw.choice((("core", "top"), ("core", "top"), ("top", "core"), ("top",), ()))
    tiers = [PlanLine(f"t{i + 1}", "v", "tier", i, name=name, text=f"do {name}") for i, name in enumerate(names)]
    groups = [
        PlanLine("g1", "v", "group", 0, name="Red", tier="top", students=("ana", "dov")),
        PlanLine("g2", "v", "group", 1, name="Blue", tier=draw.choice(("core", "top", "")), students=("ben", "ana")),
    ]
    return (*tiers, *groups)


def _look(draw: random.Random, id: str, at: int) -> Observation:
    channel = draw.choice(SCHEME.channels)
    code = draw.choice(channel.keys)
    order = (at, 0, "d", int(id[1:] or 0))
    if channel.kind == "state":
        with_whom = tuple(draw.choices(WHO, k=draw.randrange(3))) if code == "few" else ()
        return Observation(id, at, channel.name, draw.choice((code, code, None)), with_whom=with_whom, order=order)
    if channel.kind == "toggle":
        return Observation(id, at, channel.name, code, on=draw.random() < 0.6, order=order)
    student = draw.choice((*WHO, None)) if channel.about == "anyone" else draw.choice(WHO)
    if channel.kind == "scale" and student and draw.random() < 0.6:
        return Observation(id, at, channel.name, code, student, "sweep", draw.choice((1, 2)), order=order)
    by = {"by": draw.choice(WHO)} if channel.name == "talk" and draw.random() < 0.5 else {}
    return Observation(id, at, channel.name, code, student, modifiers=by, order=order)


def moments(log: VisitLog) -> list[int]:
    """Every millisecond of the visit that is in no pause."""
    return [t for t in range(START, END) if not any(p.start <= t and (p.end is None or t < p.end) for p in log.pauses)]


def on_at(log: VisitLog, t: int, code: str) -> bool:
    """Whether a strategy was on at a moment."""
    switched = [o.on for o in log.observations if o.channel == "way" and o.code == code and o.at <= t]
    return bool(switched and switched[-1])
