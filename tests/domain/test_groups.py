"""Groups as figures, against slow counting by hand: who moved, for how long they are the same, and looks in each."""

import json
import random
from itertools import pairwise, permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain import groups
from observe.domain.model import Observation, Visit, VisitLog
from observe.domain.programme import Grouping, Move, PlanLine
from observe.domain.protocol import Channel, Code, Protocol

STUDENTS = tuple(f"s{i}" for i in range(7))
LABELS = ("Red", "Blue", "Green", "")
labels = st.dictionaries(st.sampled_from(STUDENTS), st.sampled_from(LABELS[:3]))


def moved(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return set(groups.moved_between(before, after))


def test_another_name_for_the_same_children_moves_nobody() -> None:
    before = {"a": "Red", "b": "Red", "c": "Blue", "d": "Blue"}
    assert moved(before, {"a": "Arrays", "b": "Arrays", "c": "Stories", "d": "Stories"}) == set()
    assert moved(before, {"a": "Red", "b": "Red", "c": "Arrays", "d": "Arrays"}) == set()


def test_a_group_of_the_same_name_is_the_same_group_whoever_is_in_it() -> None:
    assert moved({"a": "Red", "b": "Blue"}, {"a": "Blue", "b": "Red"}) == {"a", "b"}


def test_of_a_group_that_was_split_the_larger_part_is_the_group() -> None:
    before = dict.fromkeys("abcde", "Red")
    assert moved(before, {"a": "One", "b": "One", "c": "One", "d": "Two", "e": "Two"}) == {"d", "e"}


def test_who_was_in_no_group_or_is_in_none_has_not_moved() -> None:
    assert moved({"a": "Red"}, {"b": "Red"}) == set()
    assert moved({}, {"a": "Red"}) == set()


def by_hand(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Takes the largest overlap that is left again and again, from all pairs each time."""
    pairs = {label: label for label in before.values() if label in after.values()}
    while True:
        left = [
            (-sum(before.get(s) == was and after.get(s) == now for s in STUDENTS), was, now)
            for was in set(before.values())
            for now in set(after.values())
            if was not in pairs.values() and now not in pairs
        ]
        left = [one for one in left if one[0]]
        if not left:
            break
        _, was, now = min(left)
        pairs[now] = was
    return {s for s in STUDENTS if s in before and s in after and pairs.get(after[s]) != before[s]}


@settings(max_examples=300)
@given(labels, labels)
def test_who_moved_between_two_visits_is_what_a_count_by_hand_finds(before: dict, after: dict) -> None:
    assert moved(before, after) == by_hand(before, after)


@settings(max_examples=100)
@given(labels, labels, st.permutations(("Circle", "Square", "Star")))
def test_new_names_for_all_groups_change_nothing_of_who_moved(before: dict, after: dict, new: list[str]) -> None:
    """Where no label of before is used again, what the groups are called cannot matter, but for ties."""
    one = {s: f"{label}'" for s, label in after.items()}
    other = {s: new[LABELS.index(label)] for s, label in after.items()}
    overlaps = [sum(before.get(s) == was and after.get(s) == now for s in STUDENTS) for was in LABELS for now in LABELS]
    if len({n for n in overlaps if n}) == len([n for n in overlaps if n]):
        assert moved(before, one) == moved(before, other)
    else:  # a tie may fall to another pair; it never finds fewer than the best naming does
        best = min(
            sum(s in before and dict(zip(LABELS[:3], names, strict=True))[after[s]] != before[s] for s in after)
            for names in permutations(("Red", "Blue", "Green"))
        )
        assert len(moved(before, one)) >= best
        assert len(moved(before, other)) >= best


def drawn(draw: random.Random) -> Grouping:
    """A visit's groups."""
    moves = [
        Move(str(i), "v", at, draw.choice(STUDENTS), draw.choice(LABELS))
        for i, at in enumerate(sorted(draw.choices(range(20), k=draw.randrange(5))))
    ]
    start = {s: draw.choice(LABELS) for s in draw.sample(STUDENTS, draw.randrange(len(STUDENTS)))}
    return Grouping(start, tuple(moves))


@settings(max_examples=200)
@given(st.integers(0, 1 << 32))
def test_over_visits_the_same_groups_last_until_somebody_moves(seed: int) -> None:
    draw = random.Random(seed)
    visits = []
    for _ in range(draw.randrange(1, 6)):
        if visits and draw.random() < 0.6:
            visits.append(Grouping(visits[-1].at(), ()))
        else:
            visits.append(drawn(draw))
    rows = groups.flexible(json.loads(json.dumps([groups.course(grouping) for grouping in visits])))
    for i, (grouping, row) in enumerate(zip(visits, rows, strict=True)):
        within = {}
        for student in STUDENTS:
            course = [grouping.start.get(student, "")] + [m.group for m in grouping.moves if m.student == student]
            named = [label for label in course if label]
            changes = sum(a != b for a, b in pairwise(named))
            if changes:
                within[student] = changes
        assert row["within"] == within
        begun = {s: label for s, label in grouping.start.items() if label}
        assert set(row["between"]) == (by_hand(visits[i - 1].at(), begun) if i else set())
        back = i
        while back and not rows[back]["between"] and not rows[back]["within"]:
            back -= 1
        assert row["same_for"] == i - back + 1


CODES = (Code("off", "Off"), Code("on", "On"))
PROTOCOL = Protocol(
    "p", 1, "P", (Channel("look", "L", "scale", "anyone", CODES), Channel("say", "S", "count", "anyone", CODES))
)
PLAN = (
    PlanLine("a", "v", "group", 0, name="Red", tier="core"),
    PlanLine("b", "v", "group", 1, name="Blue", tier="top"),
    PlanLine("c", "v", "group", 2, name="Green", tier="core"),
)
TIER = {"Red": "core", "Blue": "top", "Green": "core", "": ""}


@settings(max_examples=150)
@given(st.integers(0, 1 << 32))
def test_looks_by_group_and_tier_are_those_of_the_group_of_that_moment(seed: int) -> None:
    draw = random.Random(seed)
    made: list[list[Any]] = []
    for _ in range(draw.randrange(1, 4)):
        times = sorted(draw.choices(range(20), k=draw.randrange(12)))
        observations = []
        for i, at in enumerate(times):
            student = draw.choice((*STUDENTS, None))
            sweep = 1 if student and draw.random() < 0.4 else None
            code = draw.choice(("off", "on", "later"))
            observations.append(
                Observation(str(i), at, "look", code, student, "sweep" if sweep else "tap", sweep, group="Red")
            )
        made.append([drawn(draw), observations])
    logs = [VisitLog(Visit("v", started_at=0), PROTOCOL, observations=tuple(o), plan=PLAN, grouping=g) for g, o in made]
    kept = [groups.tally(log, {"look": log.observations, "say": ()}) for log in logs]
    kept = json.loads(json.dumps(kept))
    for (grouping, _), one in zip(made, kept, strict=True):
        assert bool(one) == bool(set(grouping.start.values()) - {""} or {m.group for m in grouping.moves} - {""})
    found = groups.render_looks(PROTOCOL, [one for one in kept if one])
    cells: dict[tuple[str, str, str], list[Observation]] = {}
    for (grouping, observations), one in zip(made, kept, strict=True):
        for o in observations if one else ():
            if o.student is None:
                continue
            label = grouping.start.get(o.student, "")
            for move in grouping.moves:
                if move.student == o.student and move.at <= o.at:
                    label = move.group
            cells.setdefault(("by_group", label, o.method), []).append(o)
            cells.setdefault(("by_tier", TIER[label], o.method), []).append(o)
    told = {
        (what, name, method): block
        for what, part in found.get("look", {}).items()
        for name, blocks in part.items()
        for method, block in blocks.items()
    }
    assert told.keys() == cells.keys()
    for cell, looks in cells.items():
        block = told[cell]
        assert (block["n"], block["students"]) == (len(looks), len({o.student for o in looks}))
        for code, n in block["counts"].items():
            assert n == sum(o.code == code for o in looks)
        assert sum(block["counts"].values()) == len(looks)
        assert ("shares" in block) == (cell[2] == "sweep")
        for code, share in block.get("shares", {}).items():
            assert abs(share - sum(o.code == code for o in looks) / len(looks)) <= 0.00005


def test_what_a_plan_says_of_groups_and_tiers() -> None:
    plan = (
        PlanLine("a", "v", "group", 0, name="Red", tier="core", students=("s1", "s2")),
        PlanLine("b", "v", "group", 1, name="Blue", students=("s2", "s3")),
        PlanLine("c", "v", "group", 2, name="Red", tier="top"),
        PlanLine("d", "v", "group", 3, name="", students=("s4",)),
        PlanLine("e", "v", "tier", 0, name="core", text="page 4"),
        PlanLine("f", "v", "tier", 1, name="core", text="page 5"),
    )
    assert groups.tiers(plan) == {"Red": "core"}
    assert groups.planned(plan) == {"s1": "Red", "s2": "Red", "s3": "Blue"}
    assert groups.tasks(plan) == {"core": "page 4"}
    assert groups.members({"s1": "Red", "s2": "Blue", "s3": "Red"}, "Red") == ("s1", "s3")
