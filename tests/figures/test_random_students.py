"""What visits say of their students, read with as little of each log as it takes, against whole logs; 0 differences."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import slow_students
from book import EVERYBODY, SCHEMES
from drawn import live_through, whole
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from school import School

from observe.domain.access import Chances
from observe.services import facts, role_limit, visits
from observe.services.spans import Span
from observe.store import queries

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)
EVER = Span(date(2020, 1, 1), date(2035, 1, 1), "ever")
TIERS = (("core", "top"), ("top", "core"), ("top",))

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    found = School(tmp_path_factory.mktemp("students") / "home")
    yield found
    found.close()


planned = st.tuples(
    st.sampled_from(TIERS), st.lists(st.sampled_from(EVERYBODY), max_size=3), st.sampled_from(("top", "core", ""))
)


def plan(school: School, visit: str, drawn: tuple[Any, ...]) -> None:
    """A plan with tiers and two groups, written while or after it was held."""
    tiers, students, tier = drawn
    lines = [{"part": "tier", "place": i, "name": name, "text": f"do {name}"} for i, name in enumerate(tiers)]
    lines += [
        {"part": "group", "place": 0, "name": "Arrays", "tier": tier, "students": students},
        {"part": "group", "place": 1, "name": "Stories", "tier": "top", "students": ["s-ben", "s-ada"]},
    ]

    def change(act: Any) -> None:
        for i, data in enumerate(lines):
            act.put("plan", f"{visit}/l{i}", {"visit": visit, **data})

    school.home.write(change)
    school.stamp()


def check(school: School, some: set[str]) -> None:
    """Both sorts of facts, each alone and together, and the roles."""
    home = school.home
    both = facts.read(home, EVER)
    offered = facts.read(home, EVER, what=(facts.OFFERED,)).visits
    shown = facts.read(home, EVER, what=(facts.SHOWN,)).visits
    known = [one.visit.id for one in both.visits]
    assert known == [v.id for v in queries.visits(home.conn) if v.started_at is not None]
    for one, first, second in zip(both.visits, offered, shown, strict=True):
        if one.visit.id not in some:
            continue
        slow = slow_students.facts(home, one.visit.id)
        assert {who: had for who, had in one.offered.items() if had != Chances()} == slow["offered"]
        sparks = [tuple(getattr(s, name) for name in type(s).__slots__) for s in one.sparks]
        assert sparks == slow["sparks"]
        given_ = one.chance
        assert (given_.ms, given_.open_ms) == (slow["ms"], slow["open_ms"])
        assert (dict(given_.looks), dict(given_.seen_open)) == (slow["looks"], slow["seen_open"])
        assert (first.offered, first.sparks) == (one.offered, ())
        assert (second.offered, second.sparks, second.chance) == ({}, one.sparks, one.chance)
    ended = [v for v in queries.visits(home.conn) if v.id in some and v.ended_at is not None]
    for visit, log in zip(ended, facts.roles(home, ended), strict=True):
        end = visit.ended_at or 0
        whole_log = visits.visit_log(home, visit.id)
        assert role_limit.spent_ms(log, end) == slow_students.extra_ms(home, visit.id, end)
        assert role_limit.active_ms(log, end) == role_limit.active_ms(whole_log, end)
        assert role_limit.over(home, log, end) == role_limit.over(home, whole_log, end)


@settings(max_examples=60, phases=PHASES, suppress_health_check=CHECKS, report_multiple_bugs=False)
@given(several=st.lists(st.tuples(whole(tuple(SCHEMES)), st.none() | planned), min_size=1, max_size=3))
def test_any_visits(school: School, several: list[tuple[dict[str, Any], tuple[Any, ...] | None]]) -> None:
    """Held, live, corrected; read before their numbers were kept, and after."""
    made = set()
    for drawn, with_plan in several:
        record = live_through(school, drawn, lambda _: None)
        if with_plan is not None:
            plan(school, record.id, with_plan)
        made.add(record.id)
    check(school, made)
    check(school, made)


@settings(max_examples=25, phases=PHASES, suppress_health_check=CHECKS, report_multiple_bugs=False)
@given(drawn=whole(("push_in",)), edges=st.lists(st.integers(0, 40), max_size=9, unique=True))
def test_the_counts_between_places_are_those_of_the_log(
    school: School, drawn: dict[str, Any], edges: list[int]
) -> None:
    from observe.store import sightings

    record = live_through(school, drawn, lambda _: None)
    log = visits.visit_log(school.home, record.id)
    places = [(o.at, *o.order) for o in log.observations]
    chosen = sorted(places[i] for i in edges if i < len(places))
    slow: dict[str, int] = {}
    for o, place in zip(log.observations, places, strict=True):
        if o.student and sum(edge <= place for edge in chosen) % 2 == 1:
            slow[o.student] = slow.get(o.student, 0) + 1
    most = sightings._MOST
    try:
        for few in (most, 2):  # asked for at once, and a stretch at a time
            sightings._MOST = few
            assert sightings.seen_between(school.home.conn, record.id, chosen) == slow
    finally:
        sightings._MOST = most


def test_a_year_is_read_in_two_questions_a_visit(school: School) -> None:
    """And a few for all of them; a log whole is eighteen, which took seconds over a year."""
    while sum(record.started is not None for record in school.records.values()) < 30:
        school.go_to(school.clock.wall + 60 * 60_000)
        school.start("room-12", "push_in")
        school.look(SCHEMES["push_in"]["channel"][0], "deep", student="s-ben")
        school.end()
    asked: list[str] = []
    plans = len({v for (v,) in school.home.conn.execute("SELECT DISTINCT visit FROM item")})
    school.home.conn.set_trace_callback(asked.append)
    found = facts.read(school.home, EVER, what=(facts.SHOWN,)).visits
    school.home.conn.set_trace_callback(None)
    assert len(found) >= 30
    assert len(asked) <= 2 * len(found) + 4 * plans + 20


def test_a_home_without_visits_says_nothing(school: School) -> None:
    none = facts.read(school.home, Span(date(2019, 1, 1), date(2019, 1, 2), "then"))
    assert none.visits == ()
