"""Random visits over some weeks: the program's trends against the slow ones, 0 differences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import slow
import slow_trends
from book import EVERYBODY, Record
from drawn import live_through, whole
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from school import ZONE, School, local_date

from observe.domain.bootstrap import PASSES
from observe.services import flags
from observe.services.trends import Asked, trends

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
SPAN = st.tuples(st.integers(0, 15), st.integers(0, 12))
"""Days of the span before its first and after its last visit."""

FLAGGED: dict[str, str] = {}
"""What was said of the school's visits, as long as it stands."""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    found = School(tmp_path_factory.mktemp("trends") / "home")
    FLAGGED.clear()
    yield found
    found.close()


@settings(
    max_examples=15, phases=PHASES, report_multiple_bugs=False,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture),
)  # fmt: skip
@given(
    several=st.lists(whole(("push_in", "push_in", "dcos", "own")), min_size=1, max_size=4),
    flagged=st.lists(st.booleans(), min_size=4, max_size=4),
    around=SPAN,
    which=st.integers(0, len(EVERYBODY) - 1),
)
def test_any_weeks(
    school: School, several: list[dict[str, Any]], flagged: list[bool], around: tuple[int, int], which: int
) -> None:
    lived: list[Record] = []
    base = 12 * len(school.records)  # weeks of its own
    for i, (drawn, flag) in enumerate(zip(several, flagged, strict=False)):
        # Near each other, so that a span has several: the same week, the next, or one later.
        near = {"when": several[0]["when"], "later": base + i * (drawn["later"] % 3)}
        record = live_through(school, {**drawn, **near}, lambda _: None)
        lived.append(record)
        if flag:
            FLAGGED[record.id] = flags.put(school.home, record.id, "substitute").flag
    days = [local_date(record.started) for record in lived if record.started is not None]
    first, last = min(days) - timedelta(days=around[0]), max(days) + timedelta(days=around[1])
    compare(school, Asked(first=first, last=last))
    compare(school, Asked(first=first, last=last, flagged=True, section="room-12"))
    compare(school, Asked(first=first, last=last, student=EVERYBODY[which]))


def compare(school: School, asked: Asked) -> None:
    """What the program says of this span, and what the books say."""
    found = trends(school.home, asked)
    first, last = date.fromisoformat(found["from"]), date.fromisoformat(found["to"])
    visits = [
        record.held(school.now)
        for record in sorted(school.records.values(), key=lambda r: (r.started or 0, r.id))
        if record.started is not None and first <= local_date(record.started) <= last
        and asked.section in (None, record.section) and (asked.flagged or record.id not in FLAGGED)
    ]  # fmt: skip
    if asked.student is not None:
        visits = [visit for visit in visits if concerns(visit, asked.student)]
        expected = slow_trends.student(visits, asked.student, first, last, ZONE)
        assert found["student"]["weeks"] == expected["weeks"]
        rows = [{**row, "looks": by_pass(row["looks"])} for row in found["student"]["visits"]]
        assert rows == [{**row, "looks": by_pass(row["looks"])} for row in expected["visits"]]
    assert [v["visit"]["id"] for v in found["visits"] if v["visit"]["started_at"]] == [v.id for v in visits]
    assert found["weeks"] == slow_trends.weeks(visits, first, last, ZONE)
    assert found["looks"] == slow_trends.over(visits)


def by_pass(looks: dict[str, Any]) -> dict[str, list[str]]:
    """The codes of each scale, in whatever order: within a pass the order of codes says nothing."""
    return {
        name: sorted(code for one in codes for code in ([one] if isinstance(one, str) else one))
        for name, codes in looks.items()
    }


def concerns(visit: slow.Held, who: str) -> bool:
    """A visit to the student's class, or one that the student was in."""
    members = {"room-12": ("s-ada", "s-ben", "s-cleo", "s-dov", "s-eve", "s-left"), "room-7": ("s-gia", "s-hal")}
    here = slow_trends.present(visit), slow_trends.about(visit, who), slow_trends.service_ms(visit, who)
    section = visit.section["id"] if visit.section else ""
    return who in members.get(section, ()) or who in here[0] or bool(here[1]) or bool(here[2])


def test_five_passes_have_an_interval_and_four_have_none(school: School) -> None:
    """The same with enough passes on purpose: random visits seldom have so many."""
    record = school.start("room-12", "push_in")
    engagement = record.scheme["channel"][0]
    for number in range(1, PASSES + 2):
        for i, who in enumerate(("s-ada", "s-ben", "s-cleo", "s-dov", "s-eve")[: 2 + number % 4]):
            code = ("deep", "active", "off")[(i * number) % 3]
            school.look(engagement, code, student=who, method="sweep", sweep=number)
            school.clock.advance(1000)
        compare(school, Asked())
        ends = trends(school.home, Asked())["looks"]["engagement"]["all"]["intervals"]
        assert (ends is None) == (number < PASSES)
