"""Random visits through the real recorder: the program's figures against the slow ones, 0 differences.

One home takes all visits of a run, as a real one would. Every visit is compared as it goes, at its end
and after later corrections.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import slow_documents
from book import IDENTIFIED, SCHEMES, Record
from drawn import live_through, whole
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from school import School, local_date

from observe.services import summary, visits
from observe.store import migrations, queries
from observe.store.journal import rebuild

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)  # explaining would run a failing visit hundreds of times more
ANY = tuple(SCHEMES)
CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)

pytestmark = pytest.mark.timeout(300)  # what shrinking a failure may take


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    found = School(tmp_path_factory.mktemp("figures") / "home")
    yield found
    found.close()


@settings(max_examples=300, phases=PHASES, suppress_health_check=CHECKS, report_multiple_bugs=False)
@given(drawn=whole(("push_in",)))
def test_any_visit_with_the_default_scheme(school: School, drawn: dict[str, Any]) -> None:
    live_through(school, drawn, school.check)


@settings(max_examples=300, phases=PHASES, suppress_health_check=CHECKS, report_multiple_bugs=False)
@given(drawn=whole(("dcos", "copus", "own")))
def test_any_visit_with_another_scheme(school: School, drawn: dict[str, Any]) -> None:
    live_through(school, drawn, school.check)


@settings(max_examples=40, phases=PHASES, suppress_health_check=CHECKS, report_multiple_bugs=False)
@given(several=st.lists(whole(ANY), min_size=1, max_size=4), which=st.integers(0, 63))
def test_any_span(school: School, several: list[dict[str, Any]], which: int) -> None:
    """Totals of several visits, of any schemes, computed, kept, and computed again after a correction."""
    known = set(school.records)
    for drawn in several:
        live_through(school, drawn, lambda _: None)
    records = [record for id, record in school.records.items() if id not in known]
    computed = school.check_span(records)
    assert json.dumps(school.check_span(records)) == json.dumps(computed)  # now from what was kept, to the letter
    for record in records:
        kept = queries.cached_tally(school.home.conn, record.id)
        assert (kept is not None) == (record.ended is not None)
    _correct_one(school, [record for record in records if record.ended is not None], which)
    school.check_span(records)


def _correct_one(school: School, ended: list[Record], which: int) -> None:
    """A correction of one visit drops what was kept of it, and of no other."""
    held = [record for record in ended if record.book.looks()]
    if not held:
        return
    school.current = held[which % len(held)]
    looks = school.current.book.looks()
    school.amend(looks[which % len(looks)].id, note="seen again on the recording")
    for record in ended:
        kept = queries.cached_tally(school.home.conn, record.id)
        assert (kept is None) == (record is school.current)


def _some_visits(school: School) -> None:
    """This test was asked for alone: it needs a home with something in it."""
    if len(school.records) > 20:
        return

    @settings(max_examples=40, phases=[Phase.generate], suppress_health_check=CHECKS)
    @given(drawn=whole(ANY))
    def fill(drawn: dict[str, Any]) -> None:
        live_through(school, drawn, lambda _: None)

    fill()


def test_every_day_has_its_visits(school: School) -> None:
    """By the clock of the home's zone, also on days of 23 and 25 hours and for visits over midnight."""
    _some_visits(school)
    days: dict[Any, list[Record]] = {}
    for record in school.records.values():
        moment = record.planned_at if record.started is None else record.started
        assert moment is not None
        days.setdefault(local_date(moment), []).append(record)
    assert len(days) > 10
    for day, records in sorted(days.items())[::3]:
        records.sort(key=lambda record: (record.planned_at if record.started is None else record.started, record.id))
        found = summary.day(school.home, day)
        expected = {
            "date": day.isoformat(),
            "others": [],
            **slow_documents.span([school.held(record) for record in records]),
        }
        wrong = slow_documents.differences(expected, found)
        assert not wrong, (day, wrong)


def test_tables_made_anew_from_the_journal_are_equal(school: School) -> None:
    _some_visits(school)
    before = _dump(school)
    assert len(before) > 200
    with school.home.journal.write():
        rebuild(school.home.conn, school.home.journal.device, migrations.projection_tables(), migrations.PROJECTIONS)
    assert _dump(school) == before
    for record in [record for record in school.records.values() if record.started is not None][::10]:
        school.check(record)


def _dump(school: School) -> list[str]:
    """All rows of all tables that are made from the journal, tables and rows sorted."""
    return sorted(
        f"{table} {row!r}"
        for table in migrations.projection_tables()
        for row in school.home.conn.execute(f"SELECT * FROM {table}")
    )


def test_an_identification_counts_in_what_was_kept_too(tmp_path: Path) -> None:
    """Which group a child is in is asked when the figures are shown, not when they were counted."""
    school = School(tmp_path / "home")
    record = school.start("room-12", "push_in")
    school.look(record.scheme["channel"][0], "deep", student="s-ben")
    school.end()
    others = school.check_span([record])["totals"]["channels"]["engagement"]["by_group"]
    assert (others["identified"]["tap"]["n"], others["others"]["tap"]["n"]) == (0, 1)
    assert "s-ben" not in IDENTIFIED
    school.home.write(lambda act: act.put("student", "s-ben", {"name": "Ben Oyelaran", "identified": True}))
    assert queries.cached_tally(school.home.conn, record.id) is not None
    groups = summary.span(school.home, [visits.read(school.home, record.id)])["totals"]["channels"]["engagement"]
    assert (groups["by_group"]["identified"]["tap"]["n"], groups["by_group"]["others"]["tap"]["n"]) == (1, 0)
    school.close()


@pytest.mark.torture
@pytest.mark.timeout(7200)
@settings(settings.get_profile("torture"), phases=PHASES, suppress_health_check=list(HealthCheck))
@given(drawn=whole(ANY))
def test_many_more_visits(school: School, drawn: dict[str, Any]) -> None:
    live_through(school, drawn, school.check)
