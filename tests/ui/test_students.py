"""The Students page on the glass: whom to see, one student alone, the rule, evidence written late, names hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.domain.codec import iso
from observe.services import facts, talent, visits
from observe.services.home import Home
from observe.services.protocols import shipped
from observe.ui import messages
from observe.ui.names import Names
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.students import StudentsScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.text import width

from ..services.held import FIRST, MINUTE, NOON, SECOND, SMALL, Held, identify
from .school import CLASS, HARD, ids, school, section_id
from .test_wrapup import SIZES, body, cards, glass, settle, show, tap


@pytest.fixture
def small(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    opened = school(home, {FIRST: CLASS, SECOND: SMALL})
    monkeypatch.setattr(opened.clock, "now", lambda: NOON)
    identify(opened, SECOND, "Ana Ruiz")
    yield opened
    opened.close()


def term(home: Home, section: str = SECOND, names: tuple[str, ...] = SMALL) -> Held:
    """Two visits this month: sparks of the second student, a mini-lesson for the first two, the last never seen."""
    one, two = Held(home, 3, section), Held(home, 1, section)
    one.tap(1, "strategy", "enrichment", on=True)
    one.tap(2, "strategy", "minilesson", on=True)
    one.tap(3, "role", "group", group=list(names[:2]))
    one.tap(5, "spark", "insight", names[1], note=f"{names[1]} saw the pattern")
    one.tap(20, "spark", "question", names[1])
    two.tap(5, "spark", "insight", names[1])
    two.tap(9, "engagement", "active", names[0])
    two.tap(9, "engagement", "active", names[2])
    return two


def all_text(app: ObserveApp) -> str:
    return "\n".join("".join(piece.text for piece in row) for row in cards(app).sheet.rows)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_line_can_be_reached_every_frame_holds_and_names_hide(small: Home, size: tuple[int, int]) -> None:
    term(small)
    app = ObserveApp(small)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        screen = cards(app)
        assert isinstance(screen, StudentsScreen)
        assert "never seen: Dan" in all_text(app)
        wanted = {act for act, _, _ in screen.sheet.acts}
        assert {act.partition(":")[0] for act in wanted} == {"student", "evidence"}
        assert len([act for act in wanted if act.startswith("student:")]) == len(SMALL)
        seen: set[str] = set()
        for _ in range(9):
            seen |= {act for _, act in body(app).targets}
            await pilot.press("pagedown")
        assert seen == wanted
        for pieces in screen.sheet.rows:
            assert sum(width(piece.text) for piece in pieces) == size[0]
        await pilot.press("p")
        await settle(pilot)
        hidden = all_text(app) + glass(app)
        assert "NAMES HIDDEN" in hidden
        assert not [name for name in SMALL if set(name.split()) & set(re.findall(r"\w+", hidden))]
        assert "#4" in hidden


async def test_from_today_to_a_student_and_back(small: Home) -> None:
    held = term(small)
    app = ObserveApp(small)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("i")
        await settle(pilot)
        screen = cards(app)
        assert isinstance(screen, StudentsScreen)
        assert SECOND in glass(app)  # the class that was visited last
        await pilot.press("c")
        assert FIRST in glass(app)
        assert "no visit yet" in glass(app)
        await pilot.press("c")
        assert "all classes" in glass(app)
        await pilot.press("c")
        assert SECOND in glass(app)
        await pilot.press("down", "enter")  # the first line that does something: whom the rule raises
        await settle(pilot)
        assert screen.who == held.who["Ben Ode"]
        text = all_text(app)
        assert "observed 3 times, here in 2 of 2 visits" in text
        assert "mini-lesson in 1 visit" in text
        assert "saw the pattern" in text
        assert "enrichment" in text  # what was going on
        await pilot.press("w")
        assert "in three months" in glass(app)
        await pilot.press("w", "w")
        assert "this month" in glass(app)
        await pilot.press("escape")
        assert "Students" in glass(app).split("\n")[0]
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_what_stands_in_small_letters_is_explained_too(small: Home) -> None:
    held = term(small)
    push_in = shipped()["push_in"].channel("strategy")
    assert push_in is not None
    meanings = {code.key: (code.definition, *code.looks_like) for code in push_in.codes}
    app = ObserveApp(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowPage("students", SECOND))
        for _ in range(2):  # all of the class, then one student alone
            assert "enrichment" in all_text(app)
            await pilot.press("?")
            await settle(pilot)
            assert isinstance(app.screen, HelpScreen)
            said = " ".join(" ".join(row.text for row in app.screen.lines(78)).split())
            for words in (*meanings["minilesson"], *meanings["enrichment"]):
                assert words in said
            await pilot.press("escape")
            await settle(pilot)
            screen = cards(app)
            assert isinstance(screen, StudentsScreen)
            screen.touch(f"student:{held.who['Ben Ode']}")
            await settle(pilot)


async def test_a_student_may_be_asked_for_and_leads_on_to_the_trends(small: Home) -> None:
    held = term(small)
    app = ObserveApp(small)
    async with app.run_test(size=(120, 36)) as pilot:
        await show(app, pilot, messages.ShowPage("students", held.who["Dan Roe"]))
        assert "never observed" in all_text(app)
        assert "never observed in an open task" in " ".join(all_text(app).split())
        tap(app, "over_time")
        await settle(pilot)
        assert not isinstance(app.screen, StudentsScreen)
        assert "Trends - Dan" in glass(app)
        await pilot.press("escape")  # back to where she was, not to a page that she never opened
        await settle(pilot)
        assert isinstance(app.screen, StudentsScreen)
        assert "never observed" in all_text(app)
        await pilot.press("escape", "escape")
        await settle(pilot)


async def test_evidence_is_written_by_a_tap_on_the_spark_and_shows_at_once(small: Home) -> None:
    held = term(small)
    (late,) = (o for o in visits.visit_log(small, held.visit).observations if o.channel == "spark")
    app = ObserveApp(small)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        screen = cards(app)
        screen.press(f"evidence:{held.visit}/{late.id}")
        await settle(pilot)
        assert "what did you see?" in glass(app)
        await pilot.press(*"drew it first", "enter")
        await settle(pilot)
        assert "drew it first" in all_text(app)
        (after,) = (o for o in visits.visit_log(small, held.visit).observations if o.channel == "spark")
        assert (after.note, after.at) == ("drew it first", late.at)


async def test_the_rule_is_set_on_the_page_and_a_wrong_one_changes_nothing(small: Home) -> None:
    term(small)
    app = ObserveApp(small)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        assert "3 sparks of 2 kinds (Insight, Question) on 2 days" in all_text(app)
        typed = ["r", *["backspace"] * 5]
        await pilot.press(*typed, *"9 2", "enter")
        assert "three numbers" in " ".join(glass(app).split())
        assert cards(app).typing is not None
        await pilot.press(*" z", "enter")
        assert "! days: 'z' cannot be, allowed: a whole number from 1 to 99" in glass(app)
        await pilot.press("backspace", "2", "enter")
        assert talent.rule_of(small).sparks == 9
        assert "nobody. The rule: at least 9 sparks of 2 kinds on 2 days" in " ".join(all_text(app).split())


async def test_the_page_is_written_with_the_whole_names_and_nothing_to_tap(small: Home, tmp_path: Path) -> None:
    term(small)
    app = ObserveApp(small)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        await pilot.press("e")
        typing = cards(app).typing
        assert typing is not None
        typing.text = str(tmp_path / "students.html")
        await pilot.press("enter")
        assert "written:" in glass(app)
        text = (tmp_path / "students.html").read_text(encoding="utf-8")
        assert "Dan Roe" in text
        assert "tap to write" not in text


async def test_a_home_without_a_class_says_so(home: Path) -> None:
    opened = school(home, {})
    app = ObserveApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        assert not isinstance(app.screen, StudentsScreen)
    opened.close()


async def test_without_a_class_the_keys_of_today_say_what_is_missing_and_frighten_nobody(home: Path) -> None:
    """A visit of no class is all there is: nothing is wrong with the log."""
    opened = school(home, {})
    open_ = visits.start_visit(opened, None)
    app = ObserveApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for page in ("students", "teachers"):
            await show(app, pilot, messages.ShowPage(page))
            assert isinstance(app.screen, TodayScreen)
            assert "there is no class yet" in glass(app)
            assert "add a class first" in glass(app)
        await show(app, pilot, messages.ShowDay())
        assert "no class" in glass(app)
        assert "no section" not in glass(app)
        await app.pop_screen()
        visits.end_visit(opened, open_.id)
        await show(app, pilot, messages.ShowPage("plan"))
        assert "no class yet: add one on Today" in glass(app)
    opened.close()


@pytest.mark.parametrize("size", [(120, 36), (60, 40)], ids=str)
async def test_names_in_any_script_break_no_frame(home: Path, size: tuple[int, int]) -> None:
    opened = school(home, {"Gr 2 מחר": HARD})
    for days, minute in ((0, 5), (0, 6)):
        held = Held(opened, days, "Gr 2 מחר")
        for name in HARD[1:]:
            held.tap(minute, "spark", "insight", name, note=f"{name} saw it")
    app = ObserveApp(opened)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        for _ in range(2):
            for pieces in cards(app).sheet.rows:
                assert sum(width(piece.text) for piece in pieces) == size[0]
            await pilot.press("p")
            await settle(pilot)
        cards(app).press(f"student:{ids(opened, 'Gr 2 מחר')[HARD[0]]}")
        await settle(pilot)
        for pieces in cards(app).sheet.rows:
            assert sum(width(piece.text) for piece in pieces) == size[0]
    opened.close()


@pytest.mark.parametrize("size", [(80, 24), (60, 40)], ids=str)
async def test_today_names_three_to_see_where_she_is_due_and_hides_them(small: Home, size: tuple[int, int]) -> None:
    held = term(small)
    facts = {
        "section": section_id(small, SECOND), "planned_at": iso(NOON + 60 * MINUTE), "planned_minutes": 40,
        "protocol": "push_in", "protocol_version": 1, "zone": small.zone,
    }  # fmt: skip
    small.write(lambda act: act.put("visit", small.new_key(), facts, new=True))
    short = Names(visits.students(small)).short(held.who["Dan Roe"])
    app = ObserveApp(small)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        text = ""
        for _ in range(6):
            text += glass(app) + "\n"
            await pilot.press("pagedown")
        assert f"{SECOND}: {short} (never)" in text
        await pilot.press("p")
        await settle(pilot)
        for _ in range(6):
            await pilot.press("pageup")
        hidden = ""
        for _ in range(6):
            hidden += glass(app) + "\n"
            await pilot.press("pagedown")
        assert "(never)" in hidden
        assert short not in re.findall(r"\w+", hidden)


async def test_many_visits_are_said_to_be_read_before_they_are(small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    term(small)
    app = ObserveApp(small)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        screen = cards(app)
        assert isinstance(screen, StudentsScreen)
        monkeypatch.setattr("observe.ui.screens.students.AT_ONCE", 1)
        shown: list[str] = []
        read = facts.read

        def watched(*args: object) -> object:
            shown.append(glass(app))
            return read(*args)

        monkeypatch.setattr("observe.services.students.read", watched)
        await pilot.press("w")
        await settle(pilot)
        assert len(shown) == 1
        assert "Reading 2 visits" in shown[0]
        assert "in three months" in glass(app)
        assert "Reading" not in glass(app)
        await pilot.press("down", "down")
        before = screen.cursor
        assert before
        screen.fresh()  # something changed: the place in the page is still that
        await settle(pilot)
        assert len(shown) == 2
        assert "Reading 2 visits" in shown[1]
        assert screen.cursor == before
        await pilot.press("w", "c")  # two at once: what was pressed last is what is shown
        await settle(pilot)
        assert FIRST in glass(app)
        assert "in a year" in glass(app)
