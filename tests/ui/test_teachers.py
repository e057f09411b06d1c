"""The page of a class and its teacher: promises, the limit, the agreement, and what the teacher ran alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.domain.cards import Line, Series, Table, page_text
from observe.services import classroom, coaching, flags, meetings, plan_start, promises, role_limit, settings, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.teacherpage import teacher_page
from observe.ui import messages
from observe.ui.live.controller import Controller
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.settings import SettingsScreen
from observe.ui.screens.sharedpage import SharedPageScreen
from observe.ui.screens.teachers import TeachersScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.wrapup import REASONS

from .finger import targets, touch
from .school import TEACHER, section_id
from .test_wrapup import cards, glass, press_at, settle, show, tap

ROOM = "Gr 4 Rm 12"


async def test_a_promise_is_written_chosen_and_kept(home_open: Home) -> None:
    section = section_id(home_open, ROOM)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("teachers", section))
        assert isinstance(app.screen, TeachersScreen)
        tap(app, "theirs")
        await settle(pilot)
        await pilot.press(*"ask why", "enter")
        (made,) = promises.every(home_open, section, standing=True)
        assert (made.by, made.text, made.teacher) == ("teacher", "ask why", TEACHER)
        while app.screen.cursor != f"end:{made.id}":
            await pilot.press("down")
        tap(app, "kept")
        await settle(pilot)
        assert promises.every(home_open, section, standing=True) == ()
        assert "1 kept" in glass(app)


async def test_the_limit_is_set_and_a_word_that_is_no_number_is_said(home_open: Home) -> None:
    section = section_id(home_open, ROOM)
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowPage("teachers", section))
        await pilot.press("l", *"few", "enter")
        assert "no number of minutes" in glass(app)
        await pilot.press(*["backspace"] * 3, "5", "enter")
        assert role_limit.limit(home_open, section) == 5
        await pilot.press("l", "backspace", "enter")
        assert role_limit.limit(home_open, section) is None


async def test_i_ran_it_without_you_is_a_tap_on_what_ran_and_its_day(home_open: Home) -> None:
    section = section_id(home_open, ROOM)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("teachers", section))
        await pilot.press("a")
        assert "I ran it without you" in glass(app)
        tap(app, "ran:strategy/minilesson")
        await settle(pilot)
        await pilot.press(*["backspace"] * 10, *"2020-02-30", "enter")
        assert "is no day" in glass(app)
        await pilot.press(*["backspace"] * 10, *"2020-02-28", "enter")
        (said,) = coaching.said_alone(home_open, section)
        assert (said.channel, said.code, said.day, said.teacher) == ("strategy", "minilesson", "2020-02-28", TEACHER)
        table = next(item for item in app.screen.page.cards[0].items if isinstance(item, Table))
        assert table.rows == (("Mini-lesson", "", "", "", "1", "28 Feb"),)
        await pilot.press("a")
        assert "Fri 28 Feb: Mini-lesson (tap to take it out)" in glass(app)
        tap(app, f"told:{said.id}")
        await settle(pilot)
        assert "taken out" in glass(app)
        assert coaching.said_alone(home_open, section) == ()
        await pilot.press("escape")
        assert "Working agreement" in glass(app)


def test_the_teachers_moves_and_questions_wait_for_the_agreement(home_open: Home, visit: str) -> None:
    coaching.agree(home_open, TEACHER, "logged", "")
    live = Controller(home_open, visit)
    live.press("code.move.press")
    live.press("asker_on")
    assert live.log.observations == ()
    assert "agree on it first" in live.session.message
    assert not live.session.teacher
    coaching.agree(home_open, TEACHER, "logged", "Questions and moves.")
    live.press("code.move.press")
    live.press("asker_on")
    assert [(o.channel, o.code, o.modifiers) for o in live.log.observations] == [("move", "press", {"stage": "saw"})]
    assert live.session.teacher


def test_once_the_agreement_is_taken_back_nothing_of_the_teacher_is_logged(home_open: Home, visit: str) -> None:
    Controller(home_open, visit).press("asker_on")
    live = Controller(home_open, visit)
    assert live.session.teacher
    coaching.agree(home_open, TEACHER, "logged", "")
    live = Controller(home_open, visit)
    assert not live.session.teacher
    live.press("asker_on")
    assert "agree on it first" in live.session.message
    live.press("choose.questioning.asker.teacher")
    live.press("code.questioning.create")
    assert [o.modifiers for o in live.log.observations] == [{"asker": "me"}]


async def test_settings_switch_the_teachers_questions_on_only_after_the_agreement(home_open: Home) -> None:
    coaching.agree(home_open, TEACHER, "logged", "")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 50)) as pilot:
        await show(app, pilot, messages.ShowSettings())
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        screen.press(f"agree.{TEACHER}")
        assert "agree on it first" in glass(app)
        assert not settings.agreed(home_open, TEACHER)
        coaching.agree(home_open, TEACHER, "logged", "Questions and moves.")
        screen.press(f"agree.{TEACHER}")
        assert settings.agreed(home_open, TEACHER)
        coaching.agree(home_open, TEACHER, "logged", "")
        screen.press(f"agree.{TEACHER}")  # off is never refused
        assert not settings.agreed(home_open, TEACHER)


def test_past_the_limit_the_strip_says_so_once(home_open: Home, visit: str, later: object) -> None:
    role_limit.set_limit(home_open, section_id(home_open, ROOM), 5)
    live = Controller(home_open, visit)
    live.press("code.role.extra")
    later(4)  # type: ignore[operator]
    live.refresh()
    assert live.limit.says(live.view.now) == ""
    later(2)  # type: ignore[operator]
    live.refresh()
    assert live.limit.says(live.view.now) == "past the 5 min agreed"
    later(3)  # type: ignore[operator]
    live.refresh()
    assert live.limit.says(live.view.now) == ""
    again = Controller(home_open, visit)
    later(1)  # type: ignore[operator]
    again.refresh()
    assert again.limit.says(again.view.now) == ""


def test_a_limit_that_was_passed_by_a_mistake_is_said_no_more_and_later_anew(
    home_open: Home, visit: str, later: object
) -> None:
    role_limit.set_limit(home_open, section_id(home_open, ROOM), 5)
    later(20)  # type: ignore[operator]
    live = Controller(home_open, visit)
    for id in ("code.role.extra", "strip", "strip"):
        live.press(id)
    assert live.limit.says(live.view.now) == "past the 5 min agreed"
    for id in ("undo", "undo", "undo"):
        live.press(id)
    assert live.limit.says(live.view.now) == ""
    live.press("code.role.extra")
    later(6)  # type: ignore[operator]
    live.refresh()
    assert live.limit.says(live.view.now) == "past the 5 min agreed"


@pytest.mark.parametrize("words", ["behavior", "own words"])
async def test_at_the_end_it_asks_for_the_reason(home_open: Home, visit: str, later: object, words: str) -> None:
    role_limit.set_limit(home_open, section_id(home_open, ROOM), 5)
    live = Controller(home_open, visit)
    live.press("code.role.extra")
    later(7)  # type: ignore[operator]
    visits.end_visit(home_open, visit)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 60)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        assert "Extra hands: 7 min, 5 agreed" in glass(app)
        if words in role_limit.REASONS:
            tap(app, next(id for id, said in REASONS.items() if said == words))
            await settle(pilot)
        else:
            tap(app, "reason_own")
            await settle(pilot)
            await pilot.press(*words, "enter")
        assert role_limit.FIELD in visits_reflection(home_open, visit, words)
        assert words in glass(app)


@pytest.mark.parametrize("size", [(60, 40), (80, 24), (100, 32), (66, 21)], ids=str)
async def test_each_reason_is_one_tap_while_it_is_asked_for(
    home_open: Home, visit: str, later: object, size: tuple[int, int]
) -> None:
    role_limit.set_limit(home_open, section_id(home_open, ROOM), 5)
    live = Controller(home_open, visit)
    live.press("code.role.extra")
    later(7)  # type: ignore[operator]
    visits.end_visit(home_open, visit)
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        for id, words in REASONS.items():
            offered = {cell.id: place for place, cell in cards(app).boards["foot"].cells}
            assert {*REASONS, "reason_own"} <= set(offered)
            assert "More extra hands than" in glass(app)
            foot = cards(app).boards["foot"].region
            assert foot.bottom == size[1]
            press_at(app, foot.x + offered[id].x + 2, foot.y + offered[id].y + 1)
            await settle(pilot)
            assert role_limit.FIELD in visits_reflection(home_open, visit, words)
            assert "reason_1" not in [cell.id for _, cell in cards(app).boards["foot"].cells]  # it is asked no more
            await pilot.press("5" if words != role_limit.REASONS[4] else "1")
            assert role_limit.FIELD in visits_reflection(home_open, visit, words)  # nor is a stray key an answer
            cards(app).touch("extra:")  # taken back, it is asked for anew
            await settle(pilot)


def visits_reflection(home: Home, visit: str, words: str) -> list[str]:
    from observe.store import queries

    return [field for field, body in queries.reflection(home.conn, visit).items() if body == words]


async def test_a_promise_is_on_today_until_it_is_kept(home_open: Home, visit: str) -> None:
    section = section_id(home_open, ROOM)
    made = promises.make(home_open, section, "me", "bring the tiles")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 50)) as pilot:
        await settle(pilot)
        assert "bring the tiles" in glass(app)
        assert isinstance(app.screen, TodayScreen)
        app.screen.touch(f"promise.{section}")
        await settle(pilot)
        assert isinstance(app.screen, TeachersScreen)
        promises.end(home_open, made, "dropped")
        await pilot.press("escape")
        await settle(pilot)
        assert "bring the tiles" not in glass(app)


async def test_today_has_a_promise_of_a_class_that_is_on_no_day_and_of_one_talked_about(home_open: Home) -> None:
    """A class of the day brings its promises back. What is on no day to come would never do so."""
    section, day = section_id(home_open, ROOM), 24 * 3_600_000
    promises.make(home_open, section, "me", "bring the tiles")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 50)) as pilot:
        await settle(pilot)
        assert "bring the tiles" in glass(app)
        assert f"you promised, {ROOM}" in glass(app)
        plan_start.new_visit(home_open, ROOM, home_open.clock.now() + 2 * day, 45)
        await show(app, pilot, messages.ShowPage("week"))
        await pilot.press("escape")
        await settle(pilot)
        assert "bring the tiles" not in glass(app)  # it comes back with that visit
        meetings.plan(home_open, section, home_open.clock.now(), 20)
        await show(app, pilot, messages.ShowPage("week"))
        await pilot.press("escape")
        await settle(pilot)
        assert "bring the tiles" in glass(app)


async def test_a_promise_comes_back_on_the_next_plan_and_ends_there(home_open: Home) -> None:
    section = section_id(home_open, ROOM)
    kept = promises.make(home_open, section, "teacher", "ask why")
    dropped = promises.make(home_open, section, "me", "bring the tiles")
    planned = plan_start.new_visit(home_open, ROOM, home_open.clock.now() + 3_600_000, 45).id
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowPage("plan", planned))
        screen = cards(app)
        for id, pad in ((kept, "kept"), (dropped, "d")):
            for _ in range(60):
                if screen.cursor == f"end:{id}":
                    break
                touch(screen, "line_down")
            if pad == "kept":
                touch(screen, pad)
            else:
                await pilot.press(pad)
        assert {p.id: p.how for p in promises.every(home_open, section)} == {kept: "kept", dropped: "dropped"}
        assert "Promised" not in page_text(screen.page)
        await pilot.press("y")
        assert "choose a promise first" in glass(app)


async def test_extra_hands_are_drawn_by_visit_from_three_on(home_open: Home, later: object) -> None:
    section = section_id(home_open, ROOM)
    role_limit.set_limit(home_open, section, 5)
    for minutes in (4, 7, 2):
        before = [card for card in teacher_page(home_open, section).cards if card.title == "Extra hands"]
        assert not any(isinstance(item, Series) for item in before[0].items)
        visit = visits.start_visit(home_open, section).id
        live = Controller(home_open, visit)
        live.press("code.role.extra")
        later(minutes)  # type: ignore[operator]
        visits.end_visit(home_open, visit)
    role_limit.give_reason(home_open, visits.visits_between(home_open, 0, None)[1].id, "materials")
    (card,) = [card for card in teacher_page(home_open, section).cards if card.title == "Extra hands"]
    (drawn,) = [item for item in card.items if isinstance(item, Series)]
    assert [row.values for row in drawn.rows] == [(4.0, 7.0, 2.0)]
    assert (drawn.top, drawn.full, drawn.rows[0].text) == (7.0, "7 minutes", "13 min")
    lines = [item.text for item in card.items if isinstance(item, Line)]
    assert len(lines) == 2  # what was agreed on, and the visit that passed it
    assert "7 min  materials" in lines[1]


async def test_a_full_bar_of_one_minute_is_one_minute(home_open: Home, later: object) -> None:
    section = section_id(home_open, ROOM)
    for _ in range(3):
        visit = visits.start_visit(home_open, section).id
        later(2)  # type: ignore[operator]
        visits.end_visit(home_open, visit)
    (card,) = [card for card in teacher_page(home_open, section).cards if card.title == "Extra hands"]
    (drawn,) = [item for item in card.items if isinstance(item, Series)]
    assert (drawn.full, drawn.rows[0].text) == ("1 minute", "0 min")


async def test_a_visit_that_was_not_like_others_is_named_and_not_drawn(home_open: Home, later: object) -> None:
    section, held = section_id(home_open, ROOM), []
    for minutes in (4, 7, 2, 3):
        held.append(visits.start_visit(home_open, section).id)
        Controller(home_open, held[-1]).press("code.role.extra")
        later(minutes)  # type: ignore[operator]
        visits.end_visit(home_open, held[-1])
    flags.put(home_open, held[1], "substitute")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 50)) as pilot:
        await show(app, pilot, messages.ShowPage("teachers", section))
        (card,) = [card for card in cards(app).page.cards if card.title == "Extra hands"]
        (drawn,) = [item for item in card.items if isinstance(item, Series)]
        assert [row.values for row in drawn.rows] == [(4.0, 2.0, 3.0)]
        assert "7 min  not drawn: substitute" in glass(app)


async def test_what_the_teacher_ran_before_is_not_said_to_be_unticked(home_open: Home) -> None:
    section = section_id(home_open, ROOM)
    coaching.say_alone(home_open, section, "strategy", "tiered", date(2020, 2, 28))
    visit = visits.start_visit(home_open, section).id
    Afterwards(home_open, visit).tick_ran("strategy", "tiered", "me")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 50)) as pilot:
        await show(app, pilot, messages.ShowPage("teachers", section))
        assert "Nothing is ticked" not in glass(app)
        assert "the teacher had run before" in glass(app)


async def test_every_pad_by_a_finger_alone(home_open: Home, visit: str, tmp_path: Path) -> None:
    visits.end_visit(home_open, visit)
    classroom.type_in(home_open, "Gr 5", "Ida; Ole", teacher="Mr. Tan")
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowPage("teachers", section_id(home_open, ROOM)))
        screen = cards(app)
        assert isinstance(screen, TeachersScreen)

        async def finger(id: str) -> None:
            for _ in range(6):
                if any(one == id for _, _, one in targets(cards(app))):
                    break
                touch(cards(app), "more_pads")
            touch(cards(app), id)
            await settle(pilot)

        def typed(text: str) -> None:
            assert screen.typing is not None
            screen.typing.text = text
            touch(screen, "keep")

        await finger("mine")
        typed("sit with Amara Okeke")
        await finger("theirs")
        typed("")  # nothing was promised
        await finger("limit")
        typed("6")
        assert [p.by for p in promises.every(home_open)] == ["me"]
        assert role_limit.limit(home_open, screen.section) == 6
        await finger("privacy")
        assert "Amara" not in page_text(screen.page)
        await finger("privacy")
        await finger("write")
        typed(str(tmp_path / "agreed.html"))
        written = (tmp_path / "agreed.html").read_text(encoding="utf-8")
        assert "What is logged" in written
        assert "Amara" not in written  # promises are not on it
        await finger("talk")
        assert isinstance(app.screen, SharedPageScreen)
        await finger("back")
        await finger("section")
        assert screen.section == section_id(home_open, "Gr 5")
        await finger("talk")
        assert "no visit was held yet" in glass(app)
        await finger("write")
        assert "nothing is agreed on yet" in glass(app)
        await finger("help")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await finger("back")
        assert isinstance(app.screen, TodayScreen)
