"""Start, resume, end, summary, leaving: the screens around a visit."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.events import Key, MouseDown
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.codec import day_bounds, iso, local
from observe.services import classroom, missed, plan_start, visits
from observe.services.afterwards import Afterwards
from observe.services.backups import backups_of
from observe.services.home import Home
from observe.services.record import Recorder
from observe.store.queries import last_saved_at
from observe.ui.base import BoardScreen
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import ShowRoster, ToStart
from observe.ui.pads import Pad
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.leaving import LeavingScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.trouble import STANDS_S, TroubleScreen
from observe.ui.screens.wrapup import WrapUpScreen

from .finger import key
from .school import ids, school, section_id

SIZES = [(80, 24), (100, 32), (120, 36), (160, 45), (60, 40)]
MINUTE = 60_000


def glass(app: ObserveApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def tap(app: ObserveApp, id: str) -> None:
    """A finger on the pad of this id, wherever a page has it."""
    assert isinstance(app.screen, BoardScreen)
    for board in app.screen.boards.values():
        for region, cell in board.cells:
            if cell.id == id:
                x, y = board.region.x + region.x + 2, board.region.y + region.y + 1
                app.post_message(MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))
                return
    raise AssertionError(f"no pad {id}")


def said(app: ObserveApp) -> str:
    """What the glass says, wherever its lines are broken: a path in it is as long as it is."""
    return " ".join(glass(app).split())


async def settle(pilot: Pilot[int]) -> None:
    """Until the glass is at rest; a machine with much to do takes more than one look."""
    before = ""
    for _ in range(20):
        await pilot.pause()
        await pilot.pause()
        assert isinstance(pilot.app, ObserveApp)
        now = glass(pilot.app)
        if now == before and now.strip():  # a new screen is empty until it knows its size
            return
        before = now


async def test_a_visit_is_live_after_two_keys(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        assert "Gr 4 Rm 12" in glass(app)
        await pilot.press("1", "3")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        (visit,) = visits.open_visits(home_open)
        assert visit.section_name == "Gr 4 Rm 12"


@pytest.mark.parametrize(("pad", "minutes"), [("began_0", 0), ("began_5", 5), ("began_10", 10)])
async def test_a_visit_can_have_begun_a_while_ago(home_open: Home, pad: str, minutes: int) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        tap(app, pad)
        await settle(pilot)
        section = section_id(home_open, "Gr 4 Rm 12")
        tap(app, f"section.{section}")
        await settle(pilot)
        (visit,) = visits.open_visits(home_open)
        assert visit.started_at is not None
        assert abs(home_open.clock.now() - visit.started_at - minutes * MINUTE) < MINUTE / 2


@pytest.mark.parametrize("size", [*SIZES, (80, 25), (80, 26)], ids=str)
async def test_every_class_of_many_can_be_reached_by_finger(
    tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int]
) -> None:
    many = school(tmp_path_factory.mktemp("many") / "home", {f"Class {i:02d}": ("Ana Ruiz",) for i in range(23)})
    app = ObserveApp(many)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        seen: set[str] = set()
        for _ in range(12):
            assert isinstance(app.screen, TodayScreen)
            seen |= {cell.id for _, cell in app.screen.boards["body"].cells if cell.id.startswith("section.")}
            tap(app, "scroll_down")
            await pilot.pause()
        assert len(seen) == 23
        for board in app.screen.boards.values():
            assert all(r.width >= 5 and r.height >= 3 for r, cell in board.cells if cell.id)
    many.close()


async def test_an_open_visit_is_asked_about_and_goes_on(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Resume Gr 4 Rm 12 - Fractions, began" in glass(app)
        tap(app, "resume")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert app.screen.controller.recorder.visit_id == visit


async def test_an_open_visit_is_ended_at_its_last_log_and_marked_estimated(home_open: Home) -> None:
    start = home_open.clock.now() - 30 * MINUTE
    id = visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), at=start).id
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("l")
        await settle(pilot)
        ended = visits.read(home_open, id)
        assert (ended.ended_at, ended.estimated_end) == (start, True)
        assert "Which class?" in glass(app)


async def test_another_class_ends_the_open_one(home_open: Home, visit: str) -> None:
    classroom.type_in(home_open, "Gr 2 Rm 5", "Bo Lind")
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "the open visit ends at its last log" in glass(app)
        tap(app, f"section.{section_id(home_open, 'Gr 2 Rm 5')}")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        (now,) = visits.open_visits(home_open)
        assert now.section_name == "Gr 2 Rm 5"
        assert visits.read(home_open, visit).estimated_end


async def test_a_visit_begun_elsewhere_since_is_not_ended_unseen(home_open: Home, visit: str) -> None:
    classroom.type_in(home_open, "Gr 5 Rm 1", "Abe Old")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        visits.end_visit(home_open, visit)  # by a command, or on her other device
        other = visits.start_visit(home_open).id
        tap(app, f"section.{section_id(home_open, 'Gr 5 Rm 1')}")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert "another visit is open than a moment ago" in said(app)
        assert [v.id for v in visits.open_visits(home_open)] == [other]
        tap(app, f"section.{section_id(home_open, 'Gr 5 Rm 1')}")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert visits.read(home_open, other).ended_at is not None


async def test_the_visit_goes_on_below_today_and_help(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "A", "4", "question_mark")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        assert "Student by letter" in glass(app)
        await pilot.press("escape", "escape")
        await settle(pilot)
        tap(app, "leave")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert app.screen.controller.session.selected is not None
        assert len(app.screen_stack) == 2


async def test_the_end_shows_the_summary_and_she_can_still_go_back(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "A", "4", "t", "1", "c", "escape", "1")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)
        text = ""
        for _ in range(6):
            text += glass(app)
            await pilot.press("pagedown")
        assert "Thinking" in text
        assert "Amara" in text
        assert visits.read(home_open, visit).ended_at is not None
        tap(app, "back_in")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert visits.read(home_open, visit).ended_at is None
        await pilot.press("escape", "1")
        await settle(pilot)
        tap(app, "today")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert "Which class?" in glass(app)


async def test_a_visit_that_is_ended_elsewhere_shows_its_summary(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "3")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        other = school(home_open.path, {})
        visits.end_visit(other, visit)
        other.close()
        app.screen.tick()
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)


async def test_leaving_with_unsaved_taps_is_asked_once(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("A", "4", "3")
        assert "! not saved, 2 waiting" in glass(app)
        await pilot.press("escape", "1")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)  # a visit is not ended over their heads
        await pilot.press("ctrl+q")
        await settle(pilot)
        assert isinstance(app.screen, LeavingScreen)
        assert "Thinking" in glass(app)
        lit = {cell.id: cell.on for _, cell in app.screen.boards["foot"].cells if isinstance(cell, Pad)}
        assert (lit["stay"], lit["lose"]) == (True, False)  # what loses nothing is the heaviest
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        other.rollback()
        other.close()
        app.screen.tick()
        await pilot.pause()
        assert "logged Active / Amara" in glass(app)
        await pilot.press("ctrl+q")
        await settle(pilot)
    assert not app.is_running
    assert app.return_value == 0
    codes = [o.code for o in visits.visit_log(home_open, visit).observations]
    assert codes == ["deep", "active"]


async def test_the_question_goes_when_the_disk_has_answered_it(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("A", "4", "ctrl+q")
        await settle(pilot)
        assert isinstance(app.screen, LeavingScreen)
        other.rollback()
        other.close()
        for _ in range(100):
            await pilot.pause(0.1)
            if isinstance(app.screen, LiveScreen):
                break
        assert isinstance(app.screen, LiveScreen)
        assert "logged Thinking / Amara" in glass(app)
        await pilot.press("ctrl+q")
        await settle(pilot)
    assert app.return_value == 0


async def test_leaving_twice_means_it(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("4", "ctrl+q")
        await settle(pilot)
        await pilot.press("q")
        await settle(pilot)
        assert app.return_value == 0
        other.close()


async def test_a_start_that_is_not_saved_is_a_line_and_can_be_tried_again(home_open: Home) -> None:
    app = ObserveApp(home_open)
    home_open.database.wait(50)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("1")
        await settle(pilot)
        assert "! not saved" in glass(app)
        other.rollback()
        other.close()
        await pilot.press("1")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)


async def test_the_palette_offers_every_action_and_no_student(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        live = app.screen
        assert isinstance(live, LiveScreen)
        await pilot.press("ctrl+p")
        await settle(pilot)
        assert app.screen is not live
        await pilot.press(*"Desk to desk")
        while any(search.node is app.screen for search in app.workers):
            await pilot.pause(0.02)
        await pilot.press("enter")
        while app.screen is not live:
            await pilot.pause(0.02)
        await settle(pilot)
        assert [o.code for o in live.controller.log.observations] == ["circulate"]


async def test_control_c_lays_nothing_over_the_pads(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        before = re.sub(r"\d+:\d\d", "", glass(app))  # the clocks go on
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert re.sub(r"\d+:\d\d", "", glass(app)) == before
        assert app.is_running


FIRST_FRAME = """
import asyncio, sys
from pathlib import Path
from observe.platform import Platform
from observe.services.home import open_home
from observe.app import ObserveApp
from observe.domain.codec import day_bounds, iso, local

async def main():
    app = ObserveApp(open_home(Path(sys.argv[1]), Platform()))
    async with app.run_test(size=(100, 32)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        print(type(app.screen).__name__, *sorted(sys.modules))

asyncio.run(main())
"""


def test_the_way_to_the_live_screen_loads_nothing_that_it_does_not_need(home_open: Home, visit: str) -> None:
    command = [sys.executable, "-c", FIRST_FRAME, str(home_open.path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)
    screen, *loaded = done.stdout.split()
    assert screen == "LiveScreen"
    slow = {"pendulum", "click", "sqlite_utils", "cryptography", "tomllib", "dateutil", "markdown_it"}
    later = {f"observe.{name}" for name in ("ui.palette", "ui.screens.help", "ui.screens.wrapup", "services.wrapup")}
    assert not (slow | later) & set(loaded)


# -- what Today says, and its keys ---------------------------------------------------------------------------


def plan(home: Home, section: str, minutes_from_now: int, length: int = 40) -> str:
    key = home.new_key()
    data = {
        "section": section_id(home, section),
        "planned_at": iso(home.clock.now() + minutes_from_now * MINUTE),
        "planned_minutes": length,
        "zone": home.zone,
        "protocol": "push_in",
        "protocol_version": 1,
    }
    home.write(lambda act: act.put("visit", key, data, new=True))
    return key


@pytest.fixture
def noon(home_open: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Whatever the hour of the test, the day has hours before and after it."""
    real, began = home_open.clock.now, home_open.clock.now()
    day = local(began, home_open.zone).date() + timedelta(days=1)
    to_noon = day_bounds(day, home_open.zone)[0] + 12 * 60 * MINUTE - began
    monkeypatch.setattr(home_open.clock, "now", lambda: real() + to_noon)
    classroom.type_in(home_open, "Gr 2 Rm 5", "Bo Lind")
    return home_open


async def test_the_next_visit_is_chosen_already(noon: Home) -> None:
    plan(noon, "Gr 2 Rm 5", 90)
    due = plan(noon, "Gr 4 Rm 12", 30)
    app = ObserveApp(noon)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Gr 4 Rm 12 - next" in glass(app)
        await pilot.press("enter", "4")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert [v.id for v in visits.open_visits(noon)] == [due]
        assert [o.code for o in app.screen.controller.log.observations] == ["deep"]


async def test_a_tap_on_the_next_visit_ends_the_open_one(noon: Home) -> None:
    first = visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), at=noon.clock.now() - 50 * MINUTE)
    due = plan(noon, "Gr 2 Rm 5", 120)  # also long before its hour: it is what she tapped
    app = ObserveApp(noon)
    async with app.run_test(size=(60, 40)) as pilot:
        await settle(pilot)
        tap(app, f"visit.{due}")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert [v.id for v in visits.open_visits(noon)] == [due]
        assert visits.read(noon, first.id).estimated_end


async def test_a_visit_can_have_begun_when_it_was_planned(noon: Home) -> None:
    due = plan(noon, "Gr 4 Rm 12", -7)
    app = ObserveApp(noon)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        tap(app, "began_plan")
        await settle(pilot)
        tap(app, f"section.{section_id(noon, 'Gr 2 Rm 5')}")  # which has no planned time
        await settle(pilot)
        assert "no planned time" in glass(app)
        tap(app, f"visit.{due}")
        await settle(pilot)
        (now,) = visits.open_visits(noon)
        assert now.started_at == now.planned_at


@pytest.mark.parametrize(("pad", "minutes"), [("end_last", 20), ("end_plan", 45), ("end_now", 24 * 60)])
async def test_a_visit_forgotten_yesterday_gets_an_end_and_is_marked(noon: Home, pad: str, minutes: int) -> None:
    id = plan(noon, "Gr 4 Rm 12", -24 * 60, 45)
    start = visits.read(noon, id).planned_at
    assert start is not None
    visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), at=start, visit=id)
    Recorder(noon, id).observe("engagement", "deep", at=start + 20 * MINUTE)
    app = ObserveApp(noon)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "began yesterday" in glass(app)
        assert "It was forgotten" in glass(app)
        tap(app, pad)
        await settle(pilot)
        ended = visits.read(noon, id)
        assert ended.ended_at is not None
        assert abs(ended.ended_at - start - minutes * MINUTE) < MINUTE
        assert ended.estimated_end


async def test_what_is_unfinished_is_finished_from_here(noon: Home) -> None:
    id = visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), at=noon.clock.now() - 50 * MINUTE).id
    amara = ids(noon, "Gr 4 Rm 12")["Amara Okeke"]
    Afterwards(noon, id).note(student=amara)
    visits.end_visit(noon, id)
    app = ObserveApp(noon)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        assert "a note without words, Amara" in glass(app)
        assert "no glow line yet" in glass(app)
        tap(app, f"finish.note.{visits.visit_log(noon, id).notes[0].id}")
        await pilot.press(*"Saw it", "enter")
        await settle(pilot)
        assert [n.body for n in visits.visit_log(noon, id).notes] == ["Saw it"]
        assert "a note without words" not in glass(app)
        tap(app, f"visit.{id}")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert "saved " in glass(app)


async def test_the_cursor_stays_on_its_note_while_another_one_is_finished_elsewhere(noon: Home) -> None:
    id = visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), at=noon.clock.now() - 50 * MINUTE).id
    who = ids(noon, "Gr 4 Rm 12")
    first, second = (Afterwards(noon, id).note(student=who[name]).id for name in ("Farah Nasser", "Mei Lin"))
    visits.end_visit(noon, id)
    app = ObserveApp(noon)
    async with app.run_test(size=(100, 45)) as pilot:
        await settle(pilot)
        today = app.screen
        assert isinstance(today, TodayScreen)
        for _ in range(20):  # over all pads on the way there
            if today.cursor != f"finish.note.{second}":
                await pilot.press("right")
        Afterwards(noon, id).put_note_into_words(first or "", "Said on her other device")
        today.elsewhere()
        await pilot.press("enter", *"Mei saw it", "enter")
        await settle(pilot)
    assert {n.id: n.body for n in visits.visit_log(noon, id).notes}[second] == "Mei saw it"


@pytest.mark.parametrize("size", [(60, 40), (80, 24), (100, 32)], ids=str)
async def test_a_visit_whose_end_is_estimated_says_that_it_was_held(noon: Home, size: tuple[int, int]) -> None:
    due = plan(noon, "Gr 4 Rm 12", -50)
    visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), at=noon.clock.now() - 50 * MINUTE)
    visits.end_visit(noon, due, at=noon.clock.now() - 20 * MINUTE, estimated=True)
    app = ObserveApp(noon)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        said = next(row for row in glass(app).splitlines() if "held 30 of" in row)
        assert ("estimated" in said) == (size[0] > 60), said


async def test_what_was_saved_on_another_day_says_which_day(noon: Home) -> None:
    stamped = last_saved_at(noon.conn, noon.journal.device)  # by the true clock: noon is tomorrow's
    assert stamped is not None
    saved = local(stamped, noon.zone)
    app = ObserveApp(noon)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert f"saved {saved:%a} {saved.day} {saved:%b} {saved:%H:%M} on this device" in glass(app)


async def test_names_are_hidden_in_titles_too(noon: Home) -> None:
    visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), title="Fractions with Amara")
    app = ObserveApp(noon)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "with Amara" in glass(app)
        await pilot.press("p")
        await settle(pilot)
        assert "Amara" not in glass(app)


# -- when the log cannot be read --------------------------------------------------------------------------------


async def test_a_resume_that_fails_still_lets_her_start_a_visit(
    noon: Home,
) -> None:
    broken = visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), at=noon.clock.now() - 5 * MINUTE).id
    # Text where figures belong, as a damaged page may leave it.
    Recorder(noon, broken).observe("engagement", "deep")
    noon.conn.execute("UPDATE observation SET more = '{' WHERE visit = ?", (broken,))
    noon.conn.commit()
    app = ObserveApp(noon)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert "the visit cannot be opened" in glass(app)
        assert "Nothing was lost" in glass(app)
        tap(app, f"section.{section_id(noon, 'Gr 2 Rm 5')}")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert visits.read(noon, broken).estimated_end


async def test_a_read_that_fails_while_a_screen_is_drawn_is_said_in_words(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "4")
        await settle(pilot)
        live = app.screen
        home_open.conn.execute("ALTER TABLE member RENAME TO lost")
        live.post_message(ShowRoster())
        for _ in range(50):
            await settle(pilot)
            if isinstance(app.screen, TroubleScreen):
                break
        assert isinstance(app.screen, TroubleScreen)
        text = said(app)
        assert "cannot be read" in text
        assert "What was logged before is still in" in text
        assert "What to do" in text
        await pilot.press("escape", "3")
        assert app.screen is live  # and her taps are taken
        live.post_message(ToStart())
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert "cannot be read" in said(app)
        await pilot.press("r")
        await settle(pilot)
        assert "cannot be read" in said(app)  # said again, not in silence
        home_open.conn.execute("ALTER TABLE lost RENAME TO member")
    codes = [o.code for o in visits.visit_log(home_open, visit).observations]
    assert codes == ["deep", "active"]


async def test_a_read_that_fails_while_the_clock_of_a_visit_ticks_is_said_and_she_goes_on(
    home_open: Home, visit: str
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "4")
        await settle(pilot)
        live = app.screen
        other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
        other.execute("ALTER TABLE observation RENAME TO lost")
        for _ in range(40):  # until the next second
            await pilot.pause(0.1)
            if isinstance(app.screen, TroubleScreen):
                break
        await settle(pilot)
        assert "cannot be read" in said(app)
        other.execute("ALTER TABLE lost RENAME TO observation")
        other.close()
        await pilot.press("escape", "3")
        assert app.screen is live
    assert app.failure is None
    codes = [o.code for o in visits.visit_log(home_open, visit).observations]
    assert codes == ["deep", "active"]


async def test_a_read_that_fails_in_a_screen_ends_neither_it_nor_the_app(home: Path) -> None:
    empty = school(home, {})
    app = ObserveApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape")
        welcome = app.screen
        empty.conn.execute("ALTER TABLE section RENAME TO lost")
        await pilot.press("down")
        await settle(pilot)
        assert isinstance(app.screen, TroubleScreen)
        empty.conn.execute("ALTER TABLE lost RENAME TO section")
        await pilot.press("escape", "3")
        await settle(pilot)
        assert app.screen is welcome
        assert "Name of the class" in glass(app)
    empty.close()


async def test_the_check_after_the_first_frame_finds_damage_and_makes_the_backup(
    home_open: Home, monkeypatch: pytest.MonkeyPatch, stands: Callable[[float], None]
) -> None:
    monkeypatch.setattr("observe.app.CARE_AFTER", 0.01)
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert len(backups_of(home_open.path)) == 1
    page = int(home_open.conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry_key'").fetchone()[0])
    home_open.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (home_open.path / "observe.db").open("r+b") as file:
        file.seek((page - 1) * 4096 + 100)
        file.write(b"\xff" * 3000)
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(app.screen, TroubleScreen)
        assert "nothing is deleted" in " ".join(glass(app).split())
        await pilot.press("m", "q")  # roles, for the hand that was logging as this came
        await settle(pilot)
        assert isinstance(app.screen, TroubleScreen)
        stands(STANDS_S)
        await pilot.press("m")
        await settle(pilot)
    assert app.mend


async def test_damage_that_the_check_finds_is_said_over_what_came_back_from_the_last(home_open: Home) -> None:
    app = ObserveApp(home_open, told=("rebuilt from the journal",))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "rebuilt from the journal" in glass(app)
        for _ in range(2):
            app._say("The log is damaged", ("A check found damage.",), mend=True)
            await settle(pilot)
        assert "Mend it now" in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        assert "rebuilt from the journal" in glass(app)


def test_without_a_terminal_one_line_says_so(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "observe", "--home", str(home)], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "needs a terminal" in done.stderr


async def test_the_line_for_tomorrow_stands_on_today(noon: Home) -> None:
    yesterday = noon.clock.now() - 24 * 60 * MINUTE
    visit = visits.start_visit(noon, section_id(noon, "Gr 4 Rm 12"), at=yesterday).id
    visits.end_visit(noon, visit, at=yesterday + 30 * MINUTE)
    Afterwards(noon, visit).reflect("tomorrow", "begin with Amara Okeke")
    app = ObserveApp(noon)
    async with app.run_test(size=(60, 40)) as pilot:
        await settle(pilot)
        assert "begin with Amara Okeke" in glass(app)
        await pilot.press("p")
        await settle(pilot)
        assert "begin with" in glass(app)
        assert "Amara" not in glass(app)


async def test_a_visit_that_went_while_the_glass_was_too_small_to_show_it_is_not_there_for_a_key(noon: Home) -> None:
    one = plan_start.new_visit(noon, "Gr 4 Rm 12", noon.clock.now() + 30 * MINUTE, 45)
    app = ObserveApp(noon)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        today = app.screen
        assert isinstance(today, TodayScreen)
        assert (today.cursor, today.numbered[0]) == (f"visit.{one.id}", f"visit.{one.id}")
        await pilot.resize_terminal(80, 10)
        missed.drop(noon, one.id)
        today.elsewhere()
        assert today.key(key("1"))
        assert today.key(Key("enter", None))
    assert visits.open_visits(noon) == ()
