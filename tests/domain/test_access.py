"""What each student was offered, against a walk through every millisecond of the visit."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.access import Chances, chances, in_top_tier, standing, summed, top_tier
from observe.domain.figures import active_time, tally
from observe.domain.model import Observation, Visit, VisitLog
from observe.domain.programme import Compacting, Grouping, Move, PlanLine

from .drawn_students import SCHEME, WHO, moments, on_at, visit


def fast(log: VisitLog) -> dict[str, Chances]:
    return chances(log, active_time(log.visit, log.pauses, 99), in_top(log))


def in_top(log: VisitLog) -> frozenset[str]:
    return in_top_tier(log.plan, log.grouping, tally(log, 99))


def slow_service(log: VisitLog, who: str) -> tuple[int, dict[str, int]]:
    """Milliseconds with her, and of these with each offer on."""
    service, beside = 0, {"mini": 0, "wide": 0}
    for t in moments(log):
        said = [o for o in log.observations if o.channel == "do" and o.at <= t]
        if said and said[-1].code is not None and who in said[-1].with_whom:
            service += 1
            for code in beside:
                beside[code] += on_at(log, t, code)
    return service, beside


def slow_top(log: VisitLog) -> set[str]:
    """Moment by moment: who is in a group of the last of two tiers at least, if the log shows it worked."""
    tiers = [line for line in log.plan if line.part == "tier"]
    if len(tiers) < 2:
        return set()
    top = tiers[-1]
    labels = {line.name for line in log.plan if line.part == "group" and line.tier == top.name}
    kept = bool(log.grouping.start or log.grouping.moves)

    def members(t: int) -> set[str]:
        if kept:
            return {who for who, label in log.grouping.at(t).items() if label in labels}
        red, blue = ("Red", {"ana", "dov"}), ("Blue", {"ben"})  # the first line that names Ana holds
        return {who for label, people in (red, blue) if label in labels for who in people}

    def meant(o: Observation) -> set[str]:
        return {o.student} if o.student else set(o.with_whom)

    worked = ("plan", top.id) in log.ran
    # Of a plan that was not kept as groups, its line names Ana in both.
    named = {who for line in log.plan if line.part == "group" and line.name in labels for who in line.students}
    for o in log.observations:
        worked |= bool(meant(o)) and meant(o) <= (members(o.at) if kept else named)
    if not worked:
        return set()
    here = set(log.present()) | {o.student for o in log.observations if o.student}
    ever = {who for t in range(100) for who in members(t)}
    ever |= {who for who, label in log.grouping.start.items() if label in labels}
    ever |= {move.student for move in log.grouping.moves if move.group in labels}  # for no time, but it was said
    return ever & here


@settings(max_examples=150)
@given(st.integers(0, 1 << 32))
def test_each_students_chances_are_those_of_a_walk_through_the_visit(seed: int) -> None:
    log = visit(random.Random(seed))
    found = fast(log)
    assert set(found) <= set(WHO)
    for who in WHO:
        one = found.get(who, Chances())
        service, beside = slow_service(log, who)
        assert one.service_ms == service
        assert one.offers == {f"way.{code}": (1, ms) for code, ms in beside.items() if ms}
        higher = [o for o in log.observations if o.channel == "talk" and o.code in ("why", "what_if")]
        assert one.asked == sum(o.student == who for o in higher)
        assert one.answered == sum(o.modifiers.get("by") == who for o in higher)
        assert one.questions == sum(who in (o.student, o.modifiers.get("by")) for o in higher)  # put and answered: one
        assert bool(one.top_tier) == (who in slow_top(log))
        assert one.any == bool(one.offers or one.asked or one.answered or one.top_tier)


@settings(max_examples=40)
@given(st.integers(0, 1 << 32))
def test_over_visits_they_add_up(seed: int) -> None:
    draw = random.Random(seed)
    each = [fast(visit(draw, id)) for id in "abcdefgh"]
    whole = summed(each)
    for who in WHO:
        alone = [one.get(who, Chances()) for one in each]
        one = whole.get(who, Chances())
        names = ("service_ms", "asked", "answered", "questions", "top_tier")
        assert [getattr(one, name) for name in names] == [sum(getattr(part, name) for part in alone) for name in names]
        for key in ("way.mini", "way.wide"):
            had = [part.offers.get(key, (0, 0)) for part in alone]
            assert one.offers.get(key, (0, 0)) == (sum(n for n, _ in had), sum(ms for _, ms in had))
        assert one.any == any(part.any for part in alone)


PLAN = (
    PlanLine("t1", "v", "tier", 0, name="core"),
    PlanLine("t2", "v", "tier", 1, name="top", text="make a rule"),
    PlanLine("g1", "v", "group", 0, name="Red", tier="top", students=("ana",)),
    PlanLine("g2", "v", "group", 1, name="Blue", tier="core", students=("ben",)),
)
VISIT = Visit("v", started_at=0, ended_at=50, roster=("ana", "ben"))


def test_the_top_tier_needs_two_tiers_and_a_sign_that_it_was_worked_on() -> None:
    log = VisitLog(VISIT, SCHEME, plan=PLAN)
    assert top_tier(log.plan) == "top"
    assert in_top(log) == frozenset()  # a plan alone is no chance
    seen = replace(log, observations=(Observation("1", 9, "look", "high", "ana"),))
    assert in_top(seen) == {"ana"}
    assert in_top(replace(log, ran={("plan", "t2"): "me"})) == {"ana"}
    assert in_top(replace(seen, plan=PLAN[1:])) == frozenset()  # one task for all has no top
    assert in_top(replace(seen, visit=replace(VISIT, started_at=None))) == frozenset()


def test_who_came_into_the_group_later_was_in_it_and_who_was_away_was_not() -> None:
    grouping = Grouping({"ana": "Red"}, (Move("m", "v", 20, "ben", "Red"), Move("n", "v", 25, "cy", "Red")))
    log = VisitLog(VISIT, SCHEME, plan=PLAN, grouping=grouping, ran={("plan", "t2"): "me"})
    assert in_top(log) == {"ana", "ben"}


def test_an_agreement_stands_from_its_day_to_its_end() -> None:
    one, ended = Compacting("c", "s", "ana", 10), Compacting("d", "s", "ben", 10, ended_at=20)
    assert standing([one, ended], 0, 10) == {}
    assert standing([one, ended], 0, 11) == {"ana": [one], "ben": [ended]}
    assert standing([one, ended], 20, 99) == {"ana": [one]}
