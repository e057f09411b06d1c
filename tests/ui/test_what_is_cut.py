"""What would be cut on a narrow glass and lose its meaning: names of classes, tasks, levels, warnings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.cards import page_text
from observe.services import classroom, patterns, plan_start, spans, students, visits
from observe.services.home import Home, open_home
from observe.services.plan import Plan
from observe.services.record import Recorder
from observe.services.sent import record
from observe.ui import messages
from observe.ui.cardpage import CardPage
from observe.ui.padpage import PadPage
from observe.ui.pads import Panel

from ..snapshots.stage import SECTION, Fixed, class_home
from .school import section_id
from .test_today import glass, settle

ONE = "Grade 5 Mathematics, section one, with a name of sixty letters"
TWO = "Grade 5 Mathematics, section two, with a name of sixty letters"
NARROW = (60, 40)


@pytest.fixture
def at(home: Path) -> Home:
    """A class of 25, and two whose names differ in one late word; all three are visited on Tuesdays."""
    class_home(home)
    opened = open_home(home, Fixed())
    for name in (ONE, TWO):
        classroom.type_in(opened, name, "Ida Lund; Ole Berg", teacher="Mrs. Peña-Whitman")
    for i, name in enumerate((SECTION, ONE, TWO)):
        patterns.add(opened, name, 1, f"{9 + i:02d}:45", 45, first=date(2026, 11, 16), last=date(2026, 12, 18))
    return opened


def told(app: ObserveApp, sign: str) -> str:
    """The words of the panel with this sign, wherever it stands on the page, its lines joined."""
    screen = app.screen
    assert isinstance(screen, PadPage)
    panels = [cell for _, cell in screen.boards["body"].cells if isinstance(cell, Panel)]
    rows = next(panel.rows for panel in panels if any(sign in row.text for row in panel.rows))
    return " ".join(" ".join(row.text for row in rows).split())


async def page(app: ObserveApp, pilot: Pilot[int], kind: str, about: str = "") -> None:
    app.screen.post_message(messages.ShowPage(kind, about))
    await settle(pilot)


@pytest.mark.parametrize("size", [NARROW, (80, 24), (100, 32)], ids=str)
async def test_the_minutes_of_two_classes_that_differ_in_a_late_word_can_be_told_apart(
    at: Home, size: tuple[int, int]
) -> None:
    app = ObserveApp(at)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for kind in ("", "week"):
            if kind:
                await page(app, pilot, kind)
            for _ in range(8):
                if "minutes held of planned" in glass(app):
                    break
                await pilot.press("pagedown")
                await settle(pilot)
            said = told(app, "minutes held of planned")
            assert "section one, with" in said
            assert "section two, with" in said
            assert "…" not in said
            assert said.count("0 of 45") == 3


async def test_a_pattern_says_its_last_day_as_the_week_says_days(at: Home) -> None:
    app = ObserveApp(at)
    async with app.run_test(size=(80, 36)) as pilot:
        await settle(pilot)
        await page(app, pilot, "week")
        assert "until 18 Dec" in glass(app)
        assert "2026-12-18" not in glass(app)


async def test_what_a_tier_and_a_question_say_is_whole_on_a_narrow_glass(at: Home) -> None:
    visit = plan_start.new_visit(at, section_id(at, SECTION), at.clock.now() + 3_600_000, 45).id
    made = Plan(at, visit)
    made.add("tier", name="Tier 1", text="make two sums with one answer")
    made.add("tier", name="Tier 2", text="fraction strips with the same whole")
    made.add("question", code="analyze", text="Which share is fairer? How do you know?")
    made.add("question", code="evaluate", text="Whose method is better here, and why?")
    app = ObserveApp(at)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await page(app, pilot, "plan_fill", f"{visit}/tier")
        assert "make two sums with one answer" in glass(app)
        assert "fraction strips with the same whole" in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        await page(app, pilot, "plan_fill", f"{visit}/question")
        lines = glass(app).splitlines()
        for level, words in (("Analyze", "Which share is fairer? How do you know?"), ("Evaluate", "Whose method")):
            at_line = next(i for i, text in enumerate(lines) if words in text)
            assert level in lines[at_line - 1]


async def test_the_plan_says_its_day_and_who_is_not_placed_on_a_narrow_glass(at: Home) -> None:
    visit = plan_start.new_visit(at, section_id(at, SECTION), at.clock.now() + 3_600_000, 45).id
    made = Plan(at, visit)
    old = at.clock.now() - 29 * 86_400_000
    made.add("group", name="A", evidence="look at everyone", evidence_at=old, students=[made.students()[0].id])
    made.add("segment", minutes=40, code="circulate")
    app = ObserveApp(at)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await page(app, pilot, "plan", visit)
        assert "Plan - Gr 4 Rm 12 - Tue 24 Nov, 11:15" in glass(app)
        assert glass(app).count("40 of 45 min, 5 left") == 1
        await page(app, pilot, "plan_fill", f"{visit}/group")
        assert "more than three weeks" in glass(app)
        assert "not placed yet: 24" in glass(app)


@pytest.mark.parametrize("size", [NARROW, (80, 24), (100, 32)], ids=str)
async def test_a_page_to_give_away_says_what_is_held_back_on_every_glass(at: Home, size: tuple[int, int]) -> None:
    record(at, "principal", "Dr. Lee", span=spans.named(at, spans.LAST))
    app = ObserveApp(at)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await page(app, pilot, "shared", "coverage")
        assert "No student is named" in glass(app)
        await page(app, pilot, "shared", "principal")
        screen = app.screen
        assert isinstance(screen, CardPage)
        assert screen.hint().startswith("No teacher")
        assert len(screen.hint()) <= size[0] - 2
        went = "".join(piece.text for row in screen.sheet.rows for piece in row)
        assert "of 1 to 31 Oct 2026" in " ".join(went.split())
        assert "2026-10" not in went


async def test_amber_is_explained_where_there_is_amber_and_nowhere_else(at: Home) -> None:
    visit = visits.start_visit(at, section_id(at, SECTION), at=at.clock.now() - 3_600_000).id
    seen = visits.students(at, section_id(at, SECTION))[0].id
    Recorder(at, visit).observe("spark", "insight", student=seen)
    visits.end_visit(at, visit, at.clock.now())
    app = ObserveApp(at)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await page(app, pilot, "students")
        screen = app.screen
        assert isinstance(screen, CardPage)
        shown = " ".join(" ".join(piece.text for row in screen.sheet.rows for piece in row).replace("│", " ").split())
        assert "Amber: offered nothing of this. seen: observations in person." in shown
        assert "Sparks and roster, identified or not" in shown
    paper = page_text(students.Pages(at, spans.named(at)).access())
    assert "Offered to each student" in paper
    assert "Amber" not in paper


async def test_what_a_tap_on_a_strategy_does_is_said_before_it(at: Home) -> None:
    visit = plan_start.new_visit(at, section_id(at, SECTION), at.clock.now() + 3_600_000, 45).id
    app = ObserveApp(at)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await page(app, pilot, "plan_fill", f"{visit}/strategy")
        assert "Each tap goes on: by me, by the teacher, by both, not run" in glass(app)
