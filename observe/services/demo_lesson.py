"""One made-up visit: what she logs, step by step. Chance with patterns, so that every figure has something to show.

The patterns are those of the field's reports: able children wait and meet what they know while the
class works as a whole, and think when tasks are tiered or compacted; the specialist starts the week
as extra hands and ends it teaching; higher questions and think time grow; sparks come from children
whom nobody identified, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from random import Random
from typing import Any

from observe.domain import sampling
from observe.domain.frozen import dataclass
from observe.services.demo_school import NOTES, PRIVATE_NOTE

MINUTE = 60_000
UNDO = "undo"
RICH = ("tiered", "compacting", "enrichment", "extension")
ENGAGEMENT = ("off", "passive", "active", "deep", "waiting")
CHALLENGE = ("known", "easy", "stretch", "strain")
LEVELS = ("remember", "understand", "apply", "analyze", "evaluate", "create")
SPARKS = ("insight", "question", "connect", "original", "drive", "lead")
# Weights of the codes above: (identified child, other child) in each kind of phase.
_ENGAGED = {
    "whole": ((7, 34, 23, 8, 28), (9, 48, 33, 8, 2)),
    "work": ((6, 16, 38, 20, 20), (9, 18, 52, 18, 3)),
    "rich": ((3, 8, 31, 54, 4), (7, 14, 50, 26, 3)),
}
_CHALLENGED = {
    "whole": ((52, 34, 12, 2), (10, 38, 40, 12)),
    "work": ((38, 38, 21, 3), (8, 30, 45, 17)),
    "rich": ((6, 17, 67, 10), (5, 22, 56, 17)),
}


@dataclass(frozen=True, slots=True)
class Child:
    """A child as the story needs it. `drift`: how easily off task; `notice`: how often she looks; `talent`: sparks."""

    id: str
    identified: bool
    drift: float
    notice: float
    talent: bool


@dataclass(frozen=True, slots=True)
class Step:
    """`ms` after the visit's start she does `what`, a method of the recorder, with these arguments.

    `late`: it happened so many ms before she logged it. `mend`: a slip that she puts right at once, UNDO or the id of
    the child it was about.
    """

    ms: int
    what: str
    fields: dict[str, Any] = field(default_factory=dict)
    late: int = 0
    mend: str = ""


@dataclass(frozen=True, slots=True)
class _Phase:
    begin: int
    end: int
    grouping: str
    strategies: tuple[str, ...]
    role: str
    with_whom: tuple[str, ...]

    @property
    def kind(self) -> str:
        if self.grouping == "whole":
            return "whole"
        return "rich" if set(self.strategies) & set(RICH) else "work"


def lesson(rng: Random, here: Sequence[Child], length: int, growth: float, drill: bool = False) -> list[Step]:
    """The steps of a full visit of `length` ms with the children `here`. `growth`: 0 at first to 1 at last."""
    phases = list(_phases(rng, here, length, growth))
    busy = rng.uniform(0.85, 1.3)
    steps = [*_durations(rng, phases, length, growth)]
    quiet = []
    for number, at in enumerate(_sweep_times(rng, length), start=1):
        passed = list(_sweep(rng, here, phases, number, at, growth, length))
        quiet.append((at, passed[-1].ms))
        steps += passed

    def moments(a_minute: float) -> list[int]:
        some = [rng.randint(MINUTE // 2, length - 15_000) for _ in range(round(a_minute * busy * length / MINUTE))]
        return [ms for ms in some if not any(begin <= ms <= end for begin, end in quiet)]

    steps += [_engagement(rng, here, _at(phases, ms), ms, growth) for ms in moments(2.0)]
    steps += [_challenge(rng, here, _at(phases, ms), ms) for ms in moments(0.85)]
    steps += [_question(rng, here, _at(phases, ms), ms, growth) for ms in moments(0.95)]
    steps += [_spark(rng, here, ms) for ms in moments(0.1 if growth < 0.5 else 0.14)]
    if drill:
        begin, end = round(length * 0.4), round(length * 0.4) + rng.randint(5, 6) * MINUTE
        steps = [step for step in steps if not begin <= step.ms <= end]
        steps += [Step(begin, "pause", {"on": True}), Step(end, "pause", {"on": False})]
    return sorted(_repaired(rng, steps, here), key=lambda step: step.ms)


def twelve_taps(rng: Random, here: Sequence[Child], length: int) -> list[Step]:
    """A visit in which she taught and had twelve taps to spare."""
    group = tuple(child.id for child in here if child.identified or child.talent)[:5]
    seen = rng.sample(list(here), 7)
    steps = [
        Step(MINUTE, "observe", {"channel": "role", "code": "teach"}),
        Step(MINUTE + 2000, "observe", {"channel": "grouping", "code": "whole"}),
        Step(length // 3, "observe", {"channel": "role", "code": "group", "with_whom": group}),
        Step(length * 4 // 5, "observe", {"channel": "role", "code": "coach"}),
        Step(length // 2, "observe", _ask("analyze", None, {"asker": "me", "waited": True})),
        Step(length * 2 // 3, "observe", {"channel": "spark", "code": "original", "student": seen[0].id}),
        Step(length * 3 // 4, "observe", {"channel": "spark", "code": "lead", "student": seen[1].id}),
    ]
    for child, code in zip(seen[2:], ("deep", "deep", "active", "waiting", "off"), strict=True):
        ms = rng.randint(length // 4, length * 9 // 10)
        steps.append(Step(ms, "observe", {"channel": "engagement", "code": code, "student": child.id}))
    return sorted(steps, key=lambda step: step.ms)


# -- phases of the lesson: grouping, role, strategies ------------------------------------------------


def _phases(rng: Random, here: Sequence[Child], length: int, growth: float) -> Iterator[_Phase]:
    plan = rng.choice(
        (
            (("whole", 0.27), ("groups", 0.5), ("whole", 0.23)),
            (("whole", 0.2), ("pairs", 0.25), ("solo", 0.37), ("whole", 0.18)),
            (("whole", 0.33), ("groups", 0.67)),
            (("solo", 0.15), ("whole", 0.23), ("groups", 0.47), ("whole", 0.15)),
        )
    )
    able = [child.id for child in here if child.identified or child.talent]
    begin = 0
    for number, (grouping, part) in enumerate(plan):
        end = length if number == len(plan) - 1 else begin + round(length * part * rng.uniform(0.9, 1.1))
        strategies: list[str] = []
        if grouping == "whole":
            role = rng.choice(("circulate", "coteach") if growth < 0.4 else ("teach", "teach", "coteach", "model"))
            if rng.random() < 0.3 + 0.5 * growth:
                strategies.append("questioning")
        else:
            role = rng.choice(("group", "group", "circulate"))
            if rng.random() < 0.45 + 0.4 * growth:
                strategies.append(rng.choice(RICH) if grouping == "groups" else rng.choice(RICH[1:]))
            if role == "group" and rng.random() < 0.4:
                strategies.append("minilesson")
        chosen = rng.sample(able, len(able) // 2) + [child.id for child in rng.sample(list(here), 3)]
        with_whom = tuple(dict.fromkeys(chosen)) if role == "group" else ()
        yield _Phase(begin, end, grouping, tuple(strategies), role, with_whom)
        begin = end


def _at(phases: Sequence[_Phase], ms: int) -> _Phase:
    return next((phase for phase in phases if ms < phase.end), phases[-1])


def _durations(rng: Random, phases: Sequence[_Phase], length: int, growth: float) -> Iterator[Step]:
    """Role, grouping and strategies: the taps that start and stop clocks."""
    for number, phase in enumerate(phases):
        begin = phase.begin + rng.randint(8_000, 35_000)
        yield Step(begin, "observe", {"channel": "grouping", "code": phase.grouping})
        extra = max(0, round((0.36 - 0.28 * growth + rng.uniform(-0.08, 0.05)) * (phase.end - begin)))
        if extra > MINUTE:  # first of all, paper to hand out
            yield Step(begin + 4_000, "observe", {"channel": "role", "code": "extra"})
        role = {"channel": "role", "code": phase.role, "with_whom": phase.with_whom}
        yield Step(begin + max(extra, 6_000), "observe", role)
        if number == len(phases) - 1 and rng.random() < 0.5:
            yield Step(length - rng.randint(2, 4) * MINUTE, "observe", {"channel": "role", "code": "coach"})
        for place, strategy in enumerate(phase.strategies):
            on = {"channel": "strategy", "code": strategy, "on": True}
            yield Step(begin + 45_000 + 9_000 * place, "observe", on)
            if rng.random() < 0.85:  # else it lasts to the end of the visit, or to its next turn
                stop = phase.end - rng.randint(5_000, 40_000)
                stop = min(stop, begin + 11 * MINUTE) if strategy == "minilesson" else stop
                yield Step(max(stop, begin + 90_000), "observe", {**on, "on": False})


# -- looks, taps, questions, sparks ------------------------------------------------------------------


def _sweep_times(rng: Random, length: int) -> list[int]:
    parts = rng.choices(((), (0.55,), (0.2, 0.62), (0.16, 0.62, 0.82)), (18, 12, 35, 35))[0]
    return [round(length * part) + rng.randint(0, MINUTE // 2) for part in parts]


def _sweep(
    rng: Random, here: Sequence[Child], phases: Sequence[_Phase], number: int, at: int, growth: float, length: int
) -> Iterator[Step]:
    """A look at everyone: some seconds a child, one or two not to be seen. In the second one challenge is rated too."""
    # What is seen is drawn in an order of its own, so that the story does not hang on the order of the pass.
    mixed = rng.sample(list(here), len(here)) if number == 2 else list(here)
    begun, times, seen = at, list[int](), dict[str, list[dict[str, Any]]]()
    for child in mixed:
        at = min(at + rng.randint(3_000, 8_000), length - 12_000)
        times.append(at)
        seen[child.id] = []
        if rng.random() < 0.04:
            continue
        phase = _at(phases, at)
        look = _engagement(rng, (child,), phase, at, growth) if number != 2 else _challenge(rng, (child,), phase, at)
        seen[child.id].append(look.fields)
        if number == 2:
            engaged = _engaged_by(Random(f"{at} {child.id}"), child, phase, look.fields["code"])
            seen[child.id].append({"channel": "engagement", "code": engaged})
    turn, drawn = tuple(seen), dict[str, Any](order="seat")
    if number == 2:
        drawn = {"order": "random", "seed": sampling.draw(*turn) % 2**31}
        turn = sampling.shuffled(turn, drawn["seed"])
    yield Step(begun, "sweep_start", {"number": number, "students": turn, **drawn})
    for at, who in zip(times, turn, strict=True):
        if not seen[who]:
            yield Step(at, "sweep_skip", {"number": number, "student": who})
        for after, fields in zip((0, 900), seen[who], strict=False):
            yield Step(at + after, "observe", {**fields, "student": who, "method": "sweep", "sweep": number})
    yield Step(at + 1_500, "sweep_end", {"number": number})


def _pick(rng: Random, here: Sequence[Child]) -> Child:
    return rng.choices(here, [child.notice for child in here])[0]


def _engagement(rng: Random, here: Sequence[Child], phase: _Phase, ms: int, growth: float) -> Step:
    child = _pick(rng, here)
    off, passive, active, *rest = _ENGAGED[phase.kind][not child.identified]
    deep, waiting = map(float, rest)
    weights = (off * child.drift, passive, active, deep * (1 + 0.4 * growth), waiting)
    code = rng.choices(ENGAGEMENT, weights)[0]
    # Now and then the whole room, at a glance.
    everyone = len(here) > 1 and rng.random() < 0.06
    student = None if everyone else child.id
    return _noted(rng, Step(ms, "observe", {"channel": "engagement", "code": code, "student": student}), 0.03)


def _engaged_by(rng: Random, child: Child, phase: _Phase, challenge: str) -> str:
    """The engagement of a child whose challenge is known: what it knows already leaves it waiting."""
    off, passive, active, *rest = _ENGAGED[phase.kind][not child.identified]
    deep, waiting = map(float, rest)
    if challenge == "known":
        waiting, deep = waiting * 8, deep / 4
    elif challenge == "stretch":
        deep *= 2
    return rng.choices(ENGAGEMENT, (off * child.drift, passive, active, deep, waiting))[0]


def _challenge(rng: Random, here: Sequence[Child], phase: _Phase, ms: int) -> Step:
    child = _pick(rng, here)
    code = rng.choices(CHALLENGE, _CHALLENGED[phase.kind][not child.identified])[0]
    return _noted(rng, Step(ms, "observe", {"channel": "challenge", "code": code, "student": child.id}), 0.02)


def _ask(code: str, student: str | None, modifiers: dict[str, Any]) -> dict[str, Any]:
    return {"channel": "questioning", "code": code, "student": student, "modifiers": modifiers}


def _question(rng: Random, here: Sequence[Child], phase: _Phase, ms: int, growth: float) -> Step:
    asker = rng.choices(("me", "teacher", "student"), (50, 30, 14 + 12 * growth))[0]
    higher = {"me": 0.28 + 0.3 * growth, "teacher": 0.12 + 0.2 * growth, "student": 0.35 + 0.15 * growth}[asker]
    if "questioning" in phase.strategies:
        higher += 0.12
    upper = rng.random() < higher
    code = rng.choices(LEVELS, (0, 0, 0, 5, 2.5, 1.5) if upper else (5, 3.5, 3, 0, 0, 0))[0]
    modifiers: dict[str, Any] = {"asker": asker}
    if asker == "student":
        bold = [child for child in here if child.talent or child.identified]
        child = rng.choice(bold) if bold and rng.random() < 0.4 else _pick(rng, here)
        return _noted(rng, Step(ms, "observe", _ask(code, child.id, modifiers)), 0.04)
    chance = rng.random()
    if chance < 0.16:  # the stopwatch was on
        wait = rng.lognormvariate(0.35 + 0.85 * growth, 0.55)
        modifiers["wait_s"] = round(min(wait, 19.0), 1)
    elif chance < 0.6:
        modifiers["waited"] = rng.random() < 0.3 + 0.4 * growth
    if rng.random() < 0.25:
        modifiers["answered_by"] = _pick(rng, here).id
    student = _pick(rng, here).id if rng.random() < 0.15 else None
    return _noted(rng, Step(ms, "observe", _ask(code, student, modifiers)), 0.02)


def _spark(rng: Random, here: Sequence[Child], ms: int) -> Step:
    weights = [(6 if child.talent else 1) * (1.5 if child.identified else 1) for child in here]
    child = rng.choices(here, weights)[0]
    code = rng.choice(SPARKS)
    return _noted(rng, Step(ms, "observe", {"channel": "spark", "code": code, "student": child.id}), 0.35)


def _noted(rng: Random, step: Step, chance: float) -> Step:
    """With a note now and then, and a few logged a little after they happened."""
    texts = NOTES.get(step.fields["code"])
    if texts and rng.random() < chance:
        step.fields["note"] = rng.choice(texts)
    elif rng.random() < 0.001:
        step.fields.update(note=PRIVATE_NOTE, private=True)
    late = rng.randint(20_000, 120_000) if rng.random() < 0.03 else 0
    return replace(step, late=min(late, step.ms))


def _repaired(rng: Random, steps: Sequence[Step], here: Sequence[Child]) -> Iterator[Step]:
    """Her slips: the wrong child, a tap too many."""
    for step in steps:
        about_one = step.what == "observe" and step.fields.get("student") and "sweep" not in step.fields
        chance = rng.random() if about_one else 1.0
        if chance < 0.012:
            yield replace(step, mend=rng.choice(here).id)
        else:
            yield replace(step, mend=UNDO) if chance < 0.018 else step
