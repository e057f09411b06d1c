"""Plan against actual, against a slow count that asks every second of the visit what was on then."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.figures import active_time
from observe.domain.model import Attendance, Observation, Pause, Visit, VisitLog
from observe.domain.plan_actual import carries, render, split, tally
from observe.domain.programme import PLAN_PARTS, Grouping, Move, PlanLine
from observe.services.protocols import shipped

SECOND = 1000
START, LENGTH = 1_000_000, 60
PEOPLE = ("s1", "s2", "s3", "s4")
GROUPS = ("A", "B", "C", "")
CODES = {
    "role": ("teach", "group", "extra", None),
    "strategy": ("tiered", "minilesson", "compacting"),
    "questioning": ("apply", "analyze", "create"),
    "engagement": ("active", "deep"),
}
NOW = START + LENGTH * SECOND

who = st.sampled_from((*PEOPLE, None))
second = st.integers(0, LENGTH - 1)
line_ids = st.sampled_from(("p0", "p1", "p2", "p3", "elsewhere", ""))


@st.composite
def observation(draw: st.DrawFn) -> tuple[Any, ...]:
    channel = draw(st.sampled_from(tuple(CODES)))
    code = draw(st.sampled_from(CODES[channel]))
    about = draw(who) if channel in ("questioning", "engagement") else None
    company = draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True)) if channel == "role" and code else []
    group = draw(st.sampled_from(("", "", "A", "C"))) if about is None and channel != "strategy" else ""
    return draw(second), channel, code, about, draw(st.booleans()), tuple(company), group, draw(line_ids)


@st.composite
def planned(draw: st.DrawFn, id: str) -> PlanLine:
    part = draw(st.sampled_from((*PLAN_PARTS, "group", "group", "tier")))
    channel = {"strategy": "strategy", "question": "questioning", "segment": "role"}.get(part, "")
    code = draw(st.sampled_from([c for c in CODES[channel] if c])) if channel else ""
    if part == "segment" and draw(st.booleans()):
        channel = code = ""
    return PlanLine(
        id, "v", part, draw(st.integers(0, 3)),
        text="words", name=draw(st.sampled_from("ABC")) if part in ("group", "tier") else "",
        tier=draw(st.sampled_from(("A", "B", ""))) if part == "group" else "",
        students=tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True))),
        minutes=draw(st.integers(1, 30)) if part == "segment" else None, channel=channel, code=code,
    )  # fmt: skip


@st.composite
def lived(draw: st.DrawFn) -> VisitLog:
    raw = sorted(draw(st.lists(observation(), max_size=14)), key=lambda one: one[0])
    seen = tuple(
        Observation(
            f"o{i}", START + at * SECOND, channel, code, about, on=on if channel == "strategy" else None,
            with_whom=company, order=(i, 0, "d", i), group=group, plan=plan,
        )
        for i, (at, channel, code, about, on, company, group, plan) in enumerate(raw)
    )  # fmt: skip
    pauses = tuple(
        Pause(f"p{i}", START + a * SECOND, START + (a + b) * SECOND)
        for i, (a, b) in enumerate(draw(st.lists(st.tuples(second, st.integers(0, 9)), max_size=2)))
    )
    kept = draw(st.booleans())
    moved_ = st.tuples(second, st.sampled_from(PEOPLE), st.sampled_from(GROUPS))
    moves = sorted(draw(st.lists(moved_, max_size=4 * kept)))
    start = draw(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(GROUPS), max_size=4 * kept))
    plan = tuple(draw(planned(f"p{i}")) for i in range(draw(st.integers(0, 4))))
    away = draw(st.sets(st.sampled_from(PEOPLE), max_size=2))
    ticks = draw(
        st.dictionaries(
            st.sampled_from([("plan", "p0"), ("plan", "p1"), ("strategy", "tiered"), ("strategy", "minilesson")]),
            st.sampled_from(("me", "both")),
            max_size=2,
        )
    )
    begun = draw(st.sampled_from((True, True, True, False)))
    visit = Visit("v", "c", started_at=START if begun else None, ended_at=NOW if begun else None, roster=PEOPLE)
    moved = tuple(
        Move(f"m{i}", "v", START + at * SECOND, student, group) for i, (at, student, group) in enumerate(moves)
    )
    return VisitLog(
        visit, shipped()["push_in"], attendance={one: Attendance(False) for one in away},
        observations=seen if begun else (), pauses=pauses, ran=ticks, plan=plan, grouping=Grouping(start, moved),
    )  # fmt: skip


class Slow:
    """The same questions, answered second by second and person by person."""

    def __init__(self, log: VisitLog) -> None:
        self.log = log
        self.begun = log.visit.started_at is not None
        self.kept = bool(log.grouping.start or log.grouping.moves)
        self.seconds = [
            START + at * SECOND
            for at in range(LENGTH)
            if self.begun and not any(p.start <= START + at * SECOND < (p.end or NOW) for p in log.pauses)
        ]

    def state(self, channel: str, moment: int) -> str | None:
        found = [o for o in self.log.observations if o.channel == channel and o.at <= moment]
        return found[-1].code if found else None

    def on(self, channel: str, code: str, moment: int) -> bool:
        found = [o for o in self.log.observations if (o.channel, o.code) == (channel, code) and o.at <= moment]
        return bool(found and found[-1].on)

    def label(self, student: str, moment: int) -> str:
        label = self.log.grouping.start.get(student, "")
        for move in self.log.grouping.moves:
            if move.student == student and move.at <= moment:
                label = move.group
        return label

    def belongs(self, student: str, labels: set[str], moment: int) -> bool:
        if self.kept:
            label = self.label(student, moment)
            return label != "" and label in labels
        return any(line.part == "group" and line.name in labels and student in line.students for line in self.log.plan)

    def as_one(self, o: Observation, labels: set[str]) -> bool:
        if o.group != "":
            return o.group in labels
        return len(o.with_whom) > 0 and all(self.belongs(one, labels, o.at) for one in o.with_whom)

    def ran(self, line: PlanLine) -> tuple[bool | None, dict[str, Any]]:
        ticked = self.log.ran.get((line.channel, line.code) if line.part == "strategy" else ("plan", line.id))
        ran, more = getattr(self, line.part)(line)
        if ticked:
            return True, more
        return (ran if self.begun else None), more

    def objective(self, line: PlanLine) -> tuple[None, dict[str, Any]]:
        return None, {}

    def strategy(self, line: PlanLine) -> tuple[bool, dict[str, Any]]:
        ms = sum(self.on(line.channel, line.code, at) for at in self.seconds) * SECOND
        return ms > 0, {"ms": ms}

    def question(self, line: PlanLine) -> tuple[bool | None, dict[str, Any]]:
        asked = [o for o in self.log.observations if o.plan == line.id]
        known = [one.id for one in self.log.plan]
        level = [
            o
            for o in self.log.observations
            if o.channel == line.channel and o.code == line.code and o.plan not in known
        ]
        more = {"asked": len(asked), "first_at": asked[0].at if asked else None, "at_level": len(level)}
        return (True if asked else None if level else False), more

    def group(self, line: PlanLine) -> tuple[bool | None, dict[str, Any]]:
        about = [o for o in self.log.observations if self.as_one(o, {line.name})]
        here = [one for one in line.students if one in self.log.present()]
        more: dict[str, Any] = {"students": len(line.students), "here": len(here), "n": len(about)}
        if not self.kept:
            return (True if about else None), {**more, "start": None, "end": None, "joined": None}
        begin = {one for one in PEOPLE if self.log.grouping.start.get(one) == line.name}
        close = {one for one in PEOPLE if self.label(one, NOW) == line.name}
        counts = [len([one for one in line.students if one in found]) for found in (begin, close)]
        joined = len([one for one in close if one not in line.students])
        more |= {"start": counts[0], "end": counts[1], "joined": joined}
        if about or begin != close:
            return True, more
        return (None if any(counts) else False), more

    def tier(self, line: PlanLine) -> tuple[bool | None, dict[str, Any]]:
        labels = {one.name for one in self.log.plan if one.part == "group" and one.tier == line.name}
        n = 0
        for o in self.log.observations if labels else ():
            n += self.as_one(o, labels) or (o.student is not None and self.belongs(o.student, labels, o.at))
        return (n > 0 if labels else None), {"groups": len(labels), "n": n}

    def segment(self, line: PlanLine) -> tuple[bool | None, dict[str, Any]]:
        if not line.code:
            return None, {"ms": None, "planned_ms": None}
        roles = [self.state(line.channel, at) for at in self.seconds]
        minutes = [
            one.minutes or 0
            for one in self.log.plan
            if one.part == "segment" and one.channel == line.channel and one.code == line.code
        ]
        ran = None if not any(roles) else line.code in roles
        return ran, {"ms": roles.count(line.code) * SECOND, "planned_ms": sum(minutes) * 60_000}

    def watch(self, line: PlanLine) -> tuple[bool | None, dict[str, Any]]:
        n = len([o for o in self.log.observations if o.student is not None and o.student in line.students])
        here = [one for one in line.students if one in self.log.present()]
        return (True if n else False if here else None), {"n": n if line.students else None}


@settings(max_examples=100)
@given(lived())
def test_what_became_of_each_line_is_what_a_slow_count_says(log: VisitLog) -> None:
    check(log)


@pytest.mark.torture
@settings(max_examples=5_000)
@given(lived())
def test_and_so_it_is_for_many_more(log: VisitLog) -> None:
    check(log)


def check(log: VisitLog) -> None:
    numbers = tally(log, active_time(log.visit, log.pauses, NOW))
    if not log.plan:
        assert numbers == {}
        assert render(log.plan, numbers) == {}
        return
    slow = Slow(log)
    for line in log.plan:
        ran, more = slow.ran(line)
        found = dict(numbers["lines"][line.id])
        by = log.ran.get((line.channel, line.code) if line.part == "strategy" else ("plan", line.id))
        assert (found.pop("ran"), found.pop("ticked")) == (ran, by), line
        assert found == more, line
    shown = render(log.plan, numbers)
    rows = shown["lines"]
    assert sorted(row["id"] for row in rows) == sorted(line.id for line in log.plan)
    states = [row["ran"] for row in rows]
    assert [state for state in (False, None, True) for _ in range(states.count(state))] == states  # not run first
    names = {"ran": True, "not_run": False, "unsaid": None}
    assert shown["counts"] == {"planned": len(log.plan), **{name: states.count(ran) for name, ran in names.items()}}
    assert [len(part) for part in split(rows)] == [states.count(state) for state in (False, None, True)]
    _extra(log, slow, shown["unplanned"])


def _extra(log: VisitLog, slow: Slow, unplanned: list[dict[str, Any]]) -> None:
    """Nothing planned is among what was not, and nothing that ran is in neither."""
    planned_ = {(line.part, line.channel, line.code) for line in log.plan}
    found = {(row["part"], row.get("channel", ""), row.get("code", "")): row for row in unplanned}
    assert not planned_ & {key for key in found if key[0] != "group"}
    if not slow.begun:
        assert not unplanned
        return
    for code in CODES["strategy"]:
        ms = sum(slow.on("strategy", code, at) for at in slow.seconds) * SECOND
        ran = ms > 0 or ("strategy", code) in log.ran
        row = found.get(("strategy", "strategy", code))
        assert (row is not None) == (ran and ("strategy", "strategy", code) not in planned_)
        assert row is None or row["seconds"] == ms / 1000
    for part, channel in (("question", "questioning"), ("segment", "role")):
        used = any(line.part == part and line.channel == channel for line in log.plan)
        for code in filter(None, CODES[channel]):
            if part == "segment":
                n: float = [slow.state(channel, at) for at in slow.seconds].count(code)
            else:
                known = [line.id for line in log.plan]
                n = sum(o.channel == channel and o.code == code and o.plan not in known for o in log.observations)
            row = found.get((part, channel, code))
            assert (row is not None) == (used and n > 0 and (part, channel, code) not in planned_)
            assert row is None or row["n" if part == "question" else "seconds"] == n
    names = {line.name for line in log.plan if line.part == "group"}
    labels = [row["name"] for row in unplanned if row["part"] == "group"]
    there = {label for at in (START - 1, NOW) for one in PEOPLE if (label := slow.label(one, at))}
    assert labels == (sorted(there - names) if names else [])


def test_where_no_groups_were_kept_a_group_is_whom_the_plan_names() -> None:
    plan = (
        PlanLine("g", "v", "group", name="A", tier="one", students=("s1", "s2")),
        PlanLine("t", "v", "tier", name="one"),
        PlanLine("u", "v", "tier", name="two"),
    )
    seen = (
        Observation("o1", START, "role", "group", with_whom=("s1", "s2")),
        Observation("o2", START, "engagement", "deep", student="s2"),
        Observation("o3", START, "role", "group", with_whom=("s1", "s3")),
    )
    visit = Visit("v", "c", started_at=START, ended_at=NOW, roster=PEOPLE)
    log = VisitLog(visit, shipped()["push_in"], observations=seen, plan=plan)
    lines = tally(log, active_time(visit, (), NOW))["lines"]
    assert (lines["g"]["ran"], lines["g"]["n"], lines["g"]["start"]) == (True, 1, None)
    assert (lines["t"]["ran"], lines["t"]["n"]) == (True, 2)
    assert (lines["u"]["ran"], lines["u"]["groups"]) == (None, 0)


@pytest.mark.parametrize(
    ("part", "ran", "again"),
    [
        ("objective", None, False), ("group", True, True), ("tier", True, True), ("strategy", True, True),
        ("segment", True, True), ("question", True, False), ("question", None, True), ("question", False, True),
        ("watch", True, False), ("watch", False, True),
    ],
)  # fmt: skip
def test_what_stands_goes_over_and_what_was_done_does_not(part: str, ran: bool | None, again: bool) -> None:
    assert carries(PlanLine("x", "v", part), ran) is again


def test_a_visit_that_was_not_counted_has_its_plan_and_says_nothing_of_it() -> None:
    shown = render([PlanLine("x", "v", "question", channel="questioning", code="apply")], {})
    assert shown["counts"] == {"planned": 1, "ran": 0, "not_run": 0, "unsaid": 1}
    assert shown["lines"][0]["actual"] == {}
