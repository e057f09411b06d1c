"""Sparks, the rule and the chances, against a walk through every observation and every millisecond."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.context import contexts
from observe.domain.figures import active_time
from observe.domain.model import Observation, VisitLog
from observe.domain.talent import Chance, Rule, Spark, chance, never_open, raised, rates, shares, sparks, switches, why

from .drawn_students import SCHEME, WHO, moments, on_at, visit

DAY = date(2026, 11, 2)


def open_before(log: VisitLog, i: int) -> bool:
    """Whether an open task was on when this observation was made: the last switch of one of them up to it."""
    for code in ("wide", "deep"):
        switched = [o.on for o in log.observations[: i + 1] if o.channel == "way" and o.code == code]
        if switched and switched[-1]:
            return True
    return False


def given_by(log: VisitLog) -> Chance:
    """The looks, and what was seen in open tasks, are counted where the observations are: here by hand."""
    looked = {(o.sweep, o.student) for o in log.observations if o.method == "sweep"}
    own = [(o.student, open_before(log, i)) for i, o in enumerate(log.observations)]
    looks = Counter(who for _, who in looked if who)
    return chance(log, active_time(log.visit, log.pauses, 99), looks, Counter(who for who, on in own if who and on))


@settings(max_examples=150)
@given(st.integers(0, 1 << 32))
def test_sparks_and_chances_are_those_of_a_walk(seed: int) -> None:
    log = visit(random.Random(seed))
    found, given_ = sparks(log, DAY), given_by(log)
    own = [(i, o) for i, o in enumerate(log.observations) if o.channel == "spark"]
    assert [(s.id, s.student, s.code, s.open) for s in found] == [
        (o.id, o.student, o.code, open_before(log, i)) for i, o in own
    ]
    assert [s.around for s in found] == [next(contexts(log, [(o.at, o.student)])) for _, o in own]
    opened = [(i, open_before(log, i)) for i in range(len(log.observations))]
    changed = [i for i, on in opened if on != (i > 0 and opened[i - 1][1])]
    assert switches(log) == [(log.observations[i].at, *log.observations[i].order) for i in changed]
    assert given_.ms == len(moments(log))
    assert given_.open_ms == sum(on_at(log, t, "wide") or on_at(log, t, "deep") for t in moments(log))
    for who in WHO:
        passes = {o.sweep for o in log.observations if o.method == "sweep" and o.student == who}
        assert given_.looks.get(who, 0) == len(passes)
        seen = sum(o.student == who and open_before(log, i) for i, o in enumerate(log.observations))
        assert given_.seen_open.get(who, 0) == seen


@settings(max_examples=60)
@given(st.integers(0, 1 << 32))
def test_rates_shares_and_who_was_never_seen_in_an_open_task_over_visits(seed: int) -> None:
    draw = random.Random(seed)
    logs = [visit(draw, id) for id in "abcd"]
    found = [s for n, log in enumerate(logs) for s in sparks(log, DAY + timedelta(days=n))]
    each = [given_by(log) for log in logs]
    some = frozenset(draw.sample(WHO, draw.randrange(1, 5)))
    own = [s for s in found if s.student in some]
    said = rates(found, each, some)
    looks = {(log.visit.id, o.sweep, o.student) for log in logs for o in log.observations if o.method == "sweep"}
    n = sum(who in some for _, _, who in looks)
    assert (said["looks"]["sparks"], said["looks"]["looks"]) == (len(own), n)
    assert said["looks"]["per_look"] == (pytest.approx(len(own) / n, abs=1e-4) if n else None)
    assert said["open"]["sparks"] + said["other"]["sparks"] == len(own)
    assert said["open"]["sparks"] == sum(s.open for s in own)
    assert round(1000 * (said["open"]["seconds"] + said["other"]["seconds"])) == sum(one.ms for one in each)
    beside = [o.student for log in logs for i, o in enumerate(log.observations) if o.student and open_before(log, i)]
    assert never_open(each, WHO) == [who for who in WHO if who not in beside]
    groups = {"in": [w for w in WHO if w in some], "out": [w for w in WHO if w not in some]}
    inside, outside = shares(found, groups)
    counted = Counter(s.student in some for s in found)
    assert (inside["sparks"], outside["sparks"]) == (counted[True], counted[False])
    assert (inside["students"], outside["students"]) == (len(some), 4 - len(some))
    assert inside["share_of_sparks"] == (pytest.approx(counted[True] / len(found), abs=1e-4) if found else None)
    assert inside["share_of_students"] == pytest.approx(len(some) / 4)
    assert inside["few"]


def spark(day: int, code: str, student: str = "ana") -> Spark:
    return Spark("v", f"{day}{code}", day, DAY + timedelta(days=day), student, "spark", code, "")


def test_the_rule_asks_for_sparks_and_kinds_and_days_and_each_of_them_counts() -> None:
    rule = Rule()
    assert rule.words == "at least 3 sparks of 2 kinds on 2 days"
    enough = [spark(0, "see"), spark(0, "ask"), spark(1, "see")]
    assert raised(enough, rule)
    assert why(enough, ["Sees", "Asks"]) == "3 sparks of 2 kinds (Sees, Asks) on 2 days"
    assert not raised(enough[1:], rule)  # two
    assert not raised([spark(0, "see"), spark(1, "see"), spark(2, "see")], rule)  # of one kind
    assert not raised([spark(0, "see"), spark(0, "ask"), spark(0, "make")], rule)  # on one day
    assert raised([spark(0, "see")], Rule(1, 1, 1))
    assert Rule(1, 1, 1).words == "at least 1 spark of 1 kind on 1 day"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(("see", "ask", "make"))), max_size=8), st.data())
def test_more_sparks_never_take_a_student_back(drawn: list[tuple[int, str]], data: st.DataObject) -> None:
    rule = Rule(*(data.draw(st.integers(1, 4)) for _ in range(3)))
    own = [spark(*one) for one in drawn]
    states = [raised(own[:n], rule) for n in range(len(own) + 1)]
    assert states == sorted(states)


def test_a_channel_of_another_name_that_picks_one_student_is_one_of_sparks_too() -> None:
    channels = tuple(c for c in SCHEME.channels if c.name != "spark")
    spark_channel = SCHEME.channel("spark")
    assert spark_channel is not None
    from dataclasses import replace

    renamed = replace(SCHEME, channels=(*channels, replace(spark_channel, name="glimpse")))
    log = replace(
        visit(random.Random(1)), protocol=renamed, observations=(Observation("1", 9, "glimpse", "see", "ana"),)
    )
    assert [s.channel for s in sparks(log, DAY)] == ["glimpse"]
