"""A flag of a visit: said, shown where the visit is, taken back, and nothing a teacher gets without the words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain import sharing
from observe.domain.cards import page_text
from observe.domain.codec import local
from observe.domain.errors import Refused
from observe.services import flags, visits
from observe.services.afterwards import Afterwards
from observe.services.dayreview import day_page
from observe.services.home import Home
from observe.services.summary import summary
from observe.services.wrapup import wrap_up
from observe.store import migrations
from observe.store.journal import rebuild

from ..ui.school import CLASS, school, section_id

ROOM = "Gr 4 Rm 12"


@pytest.fixture
def home_open(home: Path) -> Iterator[Home]:
    opened = school(home, {ROOM: CLASS})
    yield opened
    opened.close()


@pytest.fixture
def visit(home_open: Home) -> str:
    started = visits.start_visit(home_open, section_id(home_open, ROOM)).id
    visits.end_visit(home_open, started)
    return started


def test_a_flag_is_said_changed_and_taken_back(home_open: Home, visit: str) -> None:
    assert visits.read(home_open, visit).flag == ""
    assert summary(home_open, visit)["visit"]["flag"] is None
    assert flags.put(home_open, visit, " assessment ").flag == "assessment"
    assert flags.put(home_open, visit, "field trip").flag == "field trip"
    assert summary(home_open, visit)["visit"]["flag"] == "field trip"
    assert visits.read(home_open, visit).status(home_open.clock.now()) == "ended"  # it is a visit all the same
    assert flags.clear(home_open, visit).flag == ""
    assert summary(home_open, visit)["reflection"] == {}


def test_saying_what_is_so_already_writes_nothing(home_open: Home, visit: str) -> None:
    flags.put(home_open, visit, "substitute")
    before = home_open.conn.execute("SELECT count(*) FROM entry").fetchone()
    flags.put(home_open, visit, "substitute")
    assert home_open.conn.execute("SELECT count(*) FROM entry").fetchone() == before


@pytest.mark.parametrize("words", ["", "   ", "x" * 201])
def test_no_words_and_too_many_are_refused(home_open: Home, visit: str, words: str) -> None:
    with pytest.raises(Refused, match="flag: "):
        flags.put(home_open, visit, words)
    with pytest.raises(Refused, match="not known"):
        flags.put(home_open, "nobody", "substitute")


def test_a_rebuilt_home_has_it(home_open: Home, visit: str) -> None:
    flags.put(home_open, visit, "substitute")
    home_open.conn.execute("BEGIN IMMEDIATE")
    rebuild(home_open.conn, home_open.journal.device, migrations.projection_tables(), migrations.PROJECTIONS)
    home_open.conn.execute("COMMIT")
    assert visits.read(home_open, visit).flag == "substitute"


def test_taps_go_through_the_choices_own_words_and_back() -> None:
    steps = [""]
    while (following := flags.following(steps[-1])) is not None:
        steps.append(following)
    assert steps == ["", *flags.CHOICES]
    assert flags.following("a fire drill") == ""


def test_the_day_and_the_wrap_up_say_it_and_a_glow_line_is_still_asked_for(home_open: Home, visit: str) -> None:
    today = local(home_open.clock.now(), home_open.zone).date()
    assert "as usual" in page_text(wrap_up(home_open, visit, tappable=True))
    assert "This lesson" not in page_text(wrap_up(home_open, visit))
    flags.put(home_open, visit, "substitute")
    day = page_text(day_page(home_open, today))
    assert "seen 0 of 25  substitute" in day
    assert "no glow line yet" in day
    assert "This lesson substitute, left out of trends" in page_text(wrap_up(home_open, visit))
    Afterwards(home_open, visit).reflect("glow", "quiet start")
    assert "no glow line yet" not in page_text(day_page(home_open, today))


def test_the_teacher_gets_it_with_the_words_alone(home_open: Home, visit: str) -> None:
    flags.put(home_open, visit, "Ana was upset")
    figures = summary(home_open, visit)
    assert "upset" not in str(sharing.share(figures))
    assert "upset" not in page_text(wrap_up(home_open, visit, share=True))
    assert sharing.share(figures, notes=True)["visit"]["flag"] == "Ana was upset"
