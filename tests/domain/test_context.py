"""What was going on at a moment, against a walk over everything that was logged, from its beginning."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.context import Context, contexts
from observe.domain.model import Observation, Visit, VisitLog
from observe.domain.programme import Grouping, Move, PlanLine
from observe.domain.protocol import Channel, Code, Protocol

CODES = (Code("one", "One"), Code("two", "Two"))
PROTOCOL = Protocol(
    "p",
    1,
    "P",
    (
        Channel("look", "L", "scale", "anyone", CODES),
        Channel("role", "R", "state", "visit", CODES),
        Channel("form", "F", "state", "visit", CODES),
        Channel("way", "W", "toggle", "visit", CODES),
    ),
)
PLAN = (
    PlanLine("a", "v", "group", 0, name="Red", tier="core", students=("s1",)),
    PlanLine("b", "v", "group", 1, name="Blue", tier="top"),
    PlanLine("c", "v", "group", 2, name="Red", tier="top"),
    PlanLine("d", "v", "group", 3, name="Plain"),
    PlanLine("e", "v", "tier", 0, name="core", text="page 4"),
    PlanLine("f", "v", "tier", 1, name="top", text="invent one"),
)


def context(log: VisitLog, at: int, student: str | None) -> Context:
    (found,) = contexts(log, [(at, student)])
    return found


def test_a_spark_has_the_states_the_toggles_and_the_students_own_task_of_that_moment() -> None:
    log = VisitLog(
        Visit("v", started_at=0),
        PROTOCOL,
        observations=(
            Observation("1", 10, "role", "one"),
            Observation("2", 20, "way", "two", on=True),
            Observation("3", 30, "role", None),
            Observation("4", 40, "way", "one", on=True),
            Observation("5", 50, "way", "two", on=False),
        ),
        plan=PLAN,
        grouping=Grouping({"s1": "Red"}, (Move("m", "v", 35, "s1", "Blue"),)),
    )
    assert context(log, 9, "s1") == Context(group="Red", tier="core", task="page 4")
    assert context(log, 20, "s2") == Context({"role": "one"}, (("way", "two"),))
    at_the_move = context(log, 35, "s1")
    assert (at_the_move.group, at_the_move.tier, at_the_move.task) == ("Blue", "top", "invent one")
    assert context(log, 40, None) == Context({}, (("way", "one"), ("way", "two")))
    assert context(log, 99, None) == Context({}, (("way", "one"),))


def walked(log: VisitLog, at: int, student: str) -> Context:
    """By hand: one thing after another, each from the beginning."""
    states, on = {}, {}
    for o in log.observations:
        if o.at <= at and o.channel in ("role", "form"):
            states[o.channel] = o.code
        if o.at <= at and o.channel == "way":
            on[o.code] = o.on
    group = log.grouping.start.get(student, "")
    for move in log.grouping.moves:
        if move.at <= at and move.student == student:
            group = move.group
    tier = {"Red": "core", "Blue": "top"}.get(group, "")
    task = {"core": "page 4", "top": "invent one"}.get(tier, "")
    running = {name: code for name, code in states.items() if code}
    return Context(running, tuple(("way", key) for key in ("one", "two") if on.get(key)), group, tier, task)


@settings(max_examples=60)
@given(st.integers(0, 1 << 32))
def test_at_every_moment_it_is_what_a_walk_from_the_beginning_finds(seed: int) -> None:
    draw = random.Random(seed)
    made = []
    for i, at in enumerate(sorted(draw.choices(range(30), k=draw.randrange(14)))):
        channel = draw.choice(("role", "form", "way", "look"))
        code = draw.choice(("one", "two") if channel in ("way", "look") else ("one", "two", None))
        made.append(Observation(str(i), at, channel, code, on=draw.random() < 0.5 if channel == "way" else None))
    labels = ("Red", "Blue", "Plain", "Strange", "")
    moves = tuple(
        Move(str(i), "v", at, draw.choice(("s1", "s2")), draw.choice(labels))
        for i, at in enumerate(sorted(draw.choices(range(30), k=draw.randrange(6))))
    )
    grouping = Grouping({"s1": draw.choice(labels), "s2": draw.choice(labels)}, moves)
    log = VisitLog(Visit("v", started_at=0), PROTOCOL, observations=tuple(made), plan=PLAN, grouping=grouping)
    for at in range(31):
        for student in ("s1", "s2"):
            assert context(log, at, student) == walked(log, at, student)
    asked = [(at, draw.choice(("s1", "s2"))) for at in sorted(draw.choices(range(31), k=9))]
    assert list(contexts(log, asked)) == [walked(log, *one) for one in asked]
