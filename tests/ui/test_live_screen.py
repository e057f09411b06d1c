"""The live screen through a real app: taps, keys, places, words."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.events import Key, MouseDown, Paste
from textual.geometry import Region
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.services import visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import OpenVisit
from observe.ui.pads import Gap, Pad, Panel, Tile
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.wrapup import WrapUpScreen

from .school import CLASS, HARD, school, section_id

SIZES = [(80, 24), (100, 32), (120, 36), (160, 45), (60, 40)]
FACES = ("", "more", "picks", "drawer.role", "drawer.grouping", "drawer.strategy", "sheet.menu")


@asynccontextmanager
async def app_on(home: Home, size: tuple[int, int] = (100, 32)) -> AsyncIterator[tuple[Pilot[int], LiveScreen]]:
    """The app, back in the visit that is open."""
    app = ObserveApp(home)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await keys(pilot, "enter")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)
        yield pilot, app.screen


def down(screen: LiveScreen, x: int, y: int, button: int = 1) -> None:
    """A finger goes down, as the driver reports it. Nothing waits."""
    screen.app.post_message(MouseDown(None, x, y, 0, 0, button, False, False, False, x, y))


_CHARACTERS = {"slash": "/", "question_mark": "?", "space": " ", "minus": "-", "comma": ","}


async def keys(pilot: Pilot[int], *names: str) -> None:
    """Keys in one clump, as a fast typist's arrive; Pilot's own press waits 50 ms after each."""
    for name in names:
        pilot.app.post_message(Key(name, name if len(name) == 1 else _CHARACTERS.get(name)))
    await pilot.pause()


def where(screen: LiveScreen, id: str) -> Region:
    return next(region for region, found in screen.targets() if found == id)


def tap(screen: LiveScreen, id: str) -> None:
    region = where(screen, id)
    down(screen, region.x + region.width // 2, region.y + 1)


async def there(pilot: Pilot[int], screen: LiveScreen, id: str) -> None:
    """Wait for a target: the other boards follow the strip a frame later."""
    for _ in range(200):
        if any(found == id for _, found in screen.targets()):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{id} is not on the glass")


def student(screen: LiveScreen, name: str) -> str:
    seats = screen.controller.view.seats
    return "student." + next(seat.student.id for seat in seats if seat.student.name.startswith(name))


def glass(screen: LiveScreen) -> str:
    """Everything that can be read on the screen."""
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


def logged(screen: LiveScreen) -> list[tuple[str, str | None, str | None]]:
    screen.controller.refresh()
    return [(o.channel, o.code, o.student) for o in screen.controller.log.observations]


# -- places -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_hit_test_covers_every_cell_of_every_face(home_open: Home, visit: str, size: tuple[int, int]) -> None:
    async with app_on(home_open, size) as (pilot, screen):
        for face in FACES:
            screen.controller.session.open = face
            screen.draw()
            await pilot.pause()
            targets = screen.targets()
            assert len({id for _, id in targets}) == len(targets)
            for region, id in targets:
                assert region.width >= 5
                assert region.height >= 3
                for x in range(region.x, region.right):
                    for y in range(region.y, region.bottom):
                        found = screen.cell_at(x, y)
                        assert found is not None
                        assert found.id == id, (face, x, y)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_four_hundred_random_taps_move_nothing(home_open: Home, visit: str, size: tuple[int, int]) -> None:
    async with app_on(home_open, size) as (pilot, screen):
        boards = {board.id: board.region for board in screen.boards.values() if board.display}
        cells = {key: tuple(cells) for key, cells in screen.scene.layout.faces.items()}
        keep = ("wrap", "leave", "privacy", "help", "away", "pause")
        ids: list[str] = []
        for face in FACES:
            screen.controller.session.open = face
            screen.draw()
            ids += [id for _, id in screen.targets() if id not in keep]
        screen.controller.session.open = ""
        for i in range(400):
            screen.press(random.choice(ids), touch=True)
            if i % 100 == 0:
                await pilot.pause()
        await pilot.pause()
        assert {board.id: board.region for board in screen.boards.values() if board.display} == boards
        assert {key: tuple(cells) for key, cells in screen.scene.layout.faces.items()} == cells


async def test_only_a_resize_moves_and_the_same_things_are_there_after_it(home_open: Home, visit: str) -> None:
    async with app_on(home_open, (100, 32)) as (pilot, screen):
        before = glass(screen)
        for size in ((80, 24), (60, 40), (160, 45), (40, 10), (66, 21), (100, 32)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            lines = glass(screen).split("\n")
            assert len(lines) == size[1]
        assert glass(screen).split("\n")[1:] == before.split("\n")[1:]


async def test_a_screen_that_is_too_small_says_so_and_keys_still_log(home_open: Home, visit: str) -> None:
    async with app_on(home_open, (50, 12)) as (pilot, screen):
        assert "too small" in glass(screen)
        await keys(pilot, "3")
        assert logged(screen) == [("engagement", "active", None)]


# -- taps -----------------------------------------------------------------------------------------------


async def test_twenty_taps_in_one_clump_log_twenty(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        for _ in range(20):
            tap(screen, "code.engagement.active")
        await pilot.pause()
        assert logged(screen) == [("engagement", "active", None)] * 20


async def test_a_clump_of_taps_on_several_boards_keeps_its_order(home_open: Home, visit: str) -> None:
    """A screen that froze for a moment gets many taps at once: each goes to the child it was meant for."""
    async with app_on(home_open) as (pilot, screen):
        expected = []
        for i, seat in enumerate(screen.controller.view.seats):
            code = ("deep", "active", "passive", "off")[i % 4]
            tap(screen, f"student.{seat.student.id}")
            tap(screen, f"code.engagement.{code}")
            expected.append(("engagement", code, seat.student.id))
        await pilot.pause()
        assert logged(screen) == expected


async def test_taps_and_keys_in_one_clump_keep_their_order(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        expected = []
        for seat in screen.controller.view.seats[:8]:
            tap(screen, f"student.{seat.student.id}")
            screen.app.post_message(Key("4", "4"))
            expected.append(("engagement", "deep", seat.student.id))
        await pilot.pause()
        assert logged(screen) == expected


@pytest.mark.parametrize("button", [2, 3])
async def test_other_buttons_do_nothing(home_open: Home, visit: str, button: int) -> None:
    async with app_on(home_open) as (pilot, screen):
        region = where(screen, "code.engagement.active")
        down(screen, region.x + 1, region.y + 1, button)
        await pilot.pause()
        assert logged(screen) == []


async def test_a_tap_on_nothing_does_nothing(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        covered = {
            (x, y)
            for region, _ in screen.targets()
            for x in range(region.x, region.right)
            for y in range(region.y, region.bottom)
        }
        for x in range(0, 100, 3):
            for y in range(32):
                if (x, y) not in covered:
                    down(screen, x, y)
        await pilot.pause()
        assert logged(screen) == []
        assert screen.controller.session.selected is None


async def test_what_shows_is_on_disk_already(home_open: Home, visit: str) -> None:
    """Read by another connection in the middle of the tap, before the screen is painted."""
    async with app_on(home_open) as (_, screen):
        other = sqlite3.connect(home_open.path / "observe.db")
        screen.press("code.engagement.deep", touch=True)
        assert other.execute("SELECT count(*) FROM observation WHERE visit = ?", (visit,)).fetchone() == (1,)
        other.close()


async def test_only_cells_that_changed_are_drawn(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await pilot.pause()
        drawn: list[int] = []
        for board in screen.boards.values():
            show = board.show

            def counted(cells: object, shown: object, show: Callable[..., int] = show) -> int:
                drawn.append(show(cells, shown))
                return drawn[-1]

            board.show = counted
        tap(screen, student(screen, "Amara"))
        await pilot.pause()
        assert sum(drawn) <= 6
        drawn.clear()
        screen.tick()
        assert sum(drawn) <= 3


# -- keys ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(100, 32), (80, 24)], ids=str)
async def test_every_key_on_a_pad_does_what_the_pad_does(
    home: Home, visit: str, home_open: Home, size: tuple[int, int]
) -> None:
    async with app_on(home_open, size) as (pilot, screen):
        await keys(pilot, "A")
        for face in ("", "drawer.role", "drawer.grouping", "drawer.strategy", "picks"):
            screen.controller.session.open = face
            screen.draw()
            for _, cells in list(screen.shown.values()):
                for cell in cells:
                    if not (isinstance(cell, Pad) and cell.id.startswith("code.")):
                        continue
                    key = screen.scene.keys[cell.id]
                    screen.controller.session.close()
                    before = len(logged(screen))
                    for stroke in key.split(" "):
                        screen.on_key(Key(stroke, _CHARACTERS.get(stroke, stroke)))
                    after = logged(screen)
                    if len(after) > before:
                        assert f"code.{after[-1][0]}.{after[-1][1]}" == cell.id
                    else:  # a state that runs already
                        assert screen.controller.view.states[cell.id.split(".")[1]].code == cell.id.split(".")[2]


async def test_letters_choose_students(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        for seat in screen.controller.view.seats:
            await keys(pilot, seat.letter)
            assert screen.controller.session.selected == seat.student.id
            await keys(pilot, "0", "slash", seat.letter.lower())
            assert screen.controller.session.selected == seat.student.id
        assert logged(screen) == []


async def test_a_letter_after_the_slash_that_no_tile_has_does_its_own_work(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "slash", "4")
        assert logged(screen)[0][:2] == ("engagement", "deep")


async def test_over_twenty_six_students_take_two_letters(home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    names = tuple(
        f"{a} {b}"
        for a in ("Ana", "Bo", "Cy")
        for b in ("Ash", "Birk", "Cole", "Dorn", "Elm", "Fox", "Gray", "Hall", "Ibe", "Jay")
    )
    big = school(tmp_path_factory.mktemp("big") / "home", {"Big": names})
    visits.start_visit(big, section_id(big, "Big"))
    async with app_on(big) as (pilot, screen):
        seats = screen.controller.view.seats
        assert {len(seat.letter) for seat in seats} == {2}
        for seat in (seats[0], seats[13], seats[29]):
            await keys(pilot, "slash", *seat.letter.lower())
            assert screen.controller.session.selected == seat.student.id
            await keys(pilot, "0", *seat.letter)
            assert screen.controller.session.selected == seat.student.id
    big.close()


async def test_arrows_go_from_tile_to_tile(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        seats = [seat.student.id for seat in screen.controller.view.seats]
        await keys(pilot, "right", "right", "left")
        assert screen.controller.session.selected == seats[0]
        await keys(pilot, "down")
        assert screen.controller.session.selected == seats[screen.scene.layout.columns]
        await keys(pilot, "up", "left")
        assert screen.controller.session.selected is None
        await keys(pilot, "left", "up")
        assert screen.controller.session.selected is None


async def test_two_keys_spark_and_any_other_key_does_its_own_work(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        amara = student(screen, "Amara").removeprefix("student.")
        await keys(pilot, "A", "t")
        assert "which kind?" in glass(screen)
        await keys(pilot, "3", "3", "t", "f", "o", "é", "3")
        assert logged(screen) == [
            ("spark", "connect", amara), ("engagement", "active", amara), ("questioning", "remember", None),
            ("engagement", "active", amara),
        ]  # fmt: skip


async def test_a_tapped_spark_takes_the_kind_from_a_tap_or_a_digit(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        tap(screen, student(screen, "Mei"))
        tap(screen, "open.picks")
        await pilot.pause()
        tap(screen, "code.spark.lead")
        await there(pilot, screen, "open.picks")
        tap(screen, "open.picks")
        await pilot.pause()
        await keys(pilot, "1")
        assert [code for _, code, _ in logged(screen)] == ["lead", "insight"]
        await there(pilot, screen, "undo")


async def test_the_cursor_goes_over_all_pads_and_enter_presses(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        seen = set()
        for direction in ("left", "up", "right", "down", "right", "up") * 6:
            await keys(pilot, f"shift+{direction}")
            seen.add(screen.controller.session.cursor)
        assert len(seen) > 12
        assert logged(screen) == []
        await keys(pilot, "escape")
        assert screen.controller.session.cursor == ""
        await keys(pilot, "shift+left", "enter")
        assert logged(screen)[0][0] == "engagement"


async def test_every_pad_can_be_reached_with_the_cursor(home_open: Home, visit: str) -> None:
    from observe.ui.live.cursor import STEPS, move

    for size in SIZES:
        async with app_on(home_open, size) as (_, screen):
            targets = screen.targets()
            reached, ahead = set(), ["everyone"]
            while ahead:
                now = ahead.pop()
                if now not in reached:
                    reached.add(now)
                    ahead += [move(targets, now, step) for step in STEPS]
            assert reached == {id for _, id in targets}, size


async def test_help_explains_the_pad_under_the_cursor_and_the_visit_goes_on(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "shift+left")
        code = screen.controller.session.cursor.rpartition(".")[2]
        channel = screen.controller.protocol.channel("engagement")
        assert channel is not None
        meaning = channel.code(code)
        assert meaning is not None
        await keys(pilot, "question_mark")
        await pilot.pause()
        assert isinstance(screen.app.screen, HelpScreen)
        text = "\n".join(strip.text for strip in screen.app.screen._compositor.render_strips())
        assert meaning.definition.split(".")[0][:30] in text
        await keys(pilot, "escape")
        await pilot.pause()
        assert screen.app.screen is screen


# -- the note line ----------------------------------------------------------------------------------------------


async def test_a_note_is_typed_on_the_strip_while_pads_still_log(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4", "i", *"drew 3", "backspace", "4")
        assert "note: drew 4" in glass(screen)
        tap(screen, "code.challenge.stretch")
        await pilot.pause()
        await keys(pilot, "enter")
        notes = {o.code: o.note for o in screen.controller.log.observations}
        assert notes == {"deep": "drew 4", "stretch": ""}
        await keys(pilot, "i", *"no", "escape")
        assert [o.note for o in screen.controller.log.observations if o.note] == ["drew 4"]


async def test_what_is_pasted_into_a_note_holds_nothing_that_a_terminal_acts_upon(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4", "i")
        pilot.app.post_message(Paste("\u202e[b]\x1b\x07\n\u200bit"))
        await pilot.pause()
        assert "note: [b] it" in glass(screen)
        assert screen.controller.session.typing == "[b] it"


async def test_a_long_paste_holds_nothing_up_and_a_note_that_is_too_long_is_a_line(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4", "i")
        pilot.app.post_message(Paste("ab " * 60_000))
        await pilot.pause()
        begun = time.process_time()
        await keys(pilot, "enter")
        assert isinstance(pilot.app.screen, LiveScreen)
        assert "! note: too long" in glass(screen)
        tap(screen, "code.challenge.stretch")
        await pilot.pause()
        assert time.process_time() - begun < 5  # it took minutes
        assert [o.code for o in screen.controller.log.observations] == ["deep", "stretch"]
        await keys(pilot, "backspace")
        assert "note: …" in glass(screen) or " ab a" in glass(screen)  # what she wrote is still there
        await keys(pilot, "escape", "i", *"short", "enter")
        assert [o.note for o in screen.controller.log.observations if o.note] == ["short"]


async def test_a_finger_on_note_leaves_a_flag(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A")
        tap(screen, "note")
        await pilot.pause()
        assert screen.controller.session.typing is None
        assert "flag / Amara" in glass(screen)
        flag = screen.controller.log.notes[0]
        assert (flag.student, flag.body) == (screen.controller.session.selected, "")


async def test_a_note_that_is_still_being_written_when_the_visit_ends_is_kept(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "i", *"hums")
        tap(screen, "menu")
        await there(pilot, screen, "wrap")
        tap(screen, "wrap")
        await pilot.pause()
        assert isinstance(pilot.app.screen, WrapUpScreen)
        assert [n.body for n in visits.visit_log(home_open, visit).notes] == ["hums"]


@pytest.mark.parametrize("how", ["ended elsewhere", "another visit", "the app is left"])
async def test_a_note_that_is_still_being_written_when_the_page_goes_is_kept(
    home_open: Home, visit: str, how: str
) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "i", *"hums")
        if how == "ended elsewhere":
            visits.end_visit(home_open, visit)
            screen.tick()
        elif how == "another visit":
            pilot.app.post_message(OpenVisit(visits.start_visit(home_open, None, end_open=True).id))
        else:
            await pilot.app.action_quit()
        await pilot.pause()
        await pilot.pause()
        assert not screen.is_attached or how == "the app is left"
    assert [n.body for n in visits.visit_log(home_open, visit).notes] == ["hums"]


async def test_a_visit_does_not_end_over_a_note_that_cannot_be_kept(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "i")
        pilot.app.post_message(Paste("ab " * 60_000))
        tap(screen, "menu")
        await there(pilot, screen, "wrap")
        tap(screen, "wrap")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert "! note: too long" in glass(screen)
        assert not screen.controller.view.ended


async def test_a_note_needs_no_tap_to_belong_to(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "i", *"hums", "enter")
        assert [n.body for n in screen.controller.log.notes] == ["hums"]


# -- what changes elsewhere, or is dropped ---------------------------------------------------------------------


@pytest.mark.parametrize("tile", ["down", "right", "B"])
async def test_a_log_that_was_taken_back_elsewhere_is_moved_to_no_other_child(
    home_open: Home, visit: str, tile: str
) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4", "backspace")
        Recorder(home_open, visit).undo()
        await keys(pilot, tile)
        assert pilot.app.screen is screen
        assert screen.controller.session.message == ""
        assert screen.controller.session.selected != student(screen, "Amara").removeprefix("student.")
        assert logged(screen) == []


@pytest.mark.parametrize("begun", ["slash", "t", "o"])
async def test_esc_drops_a_key_that_waits_for_a_second_one_and_opens_nothing(
    home_open: Home, visit: str, begun: str
) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, begun)
        assert screen.controller.session.prefix
        await keys(pilot, "escape")
        assert (screen.controller.session.prefix, screen.controller.session.open) == ("", "")
        await keys(pilot, "escape")
        assert screen.controller.session.open == "sheet.menu"


# -- drawers ----------------------------------------------------------------------------------------------------


async def test_a_drawer_shows_its_codes_in_the_same_three_rows(home_open: Home, visit: str) -> None:
    async with app_on(home_open, (80, 24)) as (pilot, screen):
        tap(screen, "open.drawer.role")
        await pilot.pause()
        tap(screen, "code.role.circulate")
        await pilot.pause()
        assert screen.controller.session.open == ""
        assert "Desk to desk" in glass(screen)
        while screen.unanswered:  # the rest of the glass comes a frame after the strip
            await pilot.pause(0.01)
        tap(screen, "open.drawer.role")
        await pilot.pause()
        await keys(pilot, "escape")
        assert screen.controller.session.open == ""
        assert logged(screen) == [("role", "circulate", None)]


async def test_students_that_do_not_fit_are_on_another_page(home_open: Home, visit: str) -> None:
    async with app_on(home_open, (66, 21)) as (pilot, screen):
        zoe = student(screen, "Zoe")
        assert zoe not in {id for _, id in screen.targets()}
        tap(screen, "page")
        await pilot.pause()
        tap(screen, zoe)
        await pilot.pause()
        tap(screen, "code.engagement.deep")
        await pilot.pause()
        await keys(pilot, "A")
        assert student(screen, "Amara") in {id for _, id in screen.targets()}
        assert logged(screen) == [("engagement", "deep", zoe.removeprefix("student."))]


# -- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (100, 32), (60, 40)], ids=str)
async def test_names_are_data_and_never_markup(tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int]) -> None:
    hard = school(tmp_path_factory.mktemp("hard") / "home", {"Odd [b]class[/b]": HARD})
    visits.start_visit(hard, section_id(hard, "Odd [b]class[/b]"), title="[@click=app.quit]x[/]")
    async with app_on(hard, size) as (pilot, screen):
        for seat in screen.controller.view.seats:
            tap(screen, f"student.{seat.student.id}")
            await pilot.pause()
            await keys(pilot, "4", "i", "enter")
        text = glass(screen)
        assert "[b]x" in text
        assert "[/x]" in text
        assert "Odd [b]class" in text
        assert len(logged(screen)) == len(HARD)
        assert screen.app.is_running
    hard.close()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_hidden_names_are_nowhere_on_the_glass(home_open: Home, visit: str, size: tuple[int, int]) -> None:
    async with app_on(home_open, size) as (pilot, screen):
        await keys(pilot, "A", "4", "M", "3", "c")
        for face in ("", "picks", "sheet.menu"):
            screen.controller.session.open = face
            screen.draw()
            await keys(pilot, "p")
            await pilot.pause()
            screen.controller.session.open = face
            screen.draw()
            await pilot.pause()
            text = glass(screen)
            shown = [part for name in CLASS for part in name.split() if f" {part}" in text and part not in ("Hill",)]
            assert not shown
            if not face:
                assert "A. #1" in text
                assert "HIDDEN" in text
            await keys(pilot, "p")
            await pilot.pause()


async def test_hidden_names_stay_hidden_in_the_title_the_summary_and_at_the_next_start(home_open: Home) -> None:
    visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), title="Proofs with Amara")
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4", "p")
        await pilot.pause()
        assert "Proofs with A. #1" in glass(screen)
        app = screen.app
        await keys(pilot, "escape", "1")
        await pilot.pause()
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "Wrap-up" in text
        assert "A. #1" in text
        assert "Amara" not in text
    assert ObserveApp(home_open).hidden


async def test_after_a_minute_the_strip_asks_whether_it_is_still_that_child(
    home_open: Home, visit: str, later: Callable[[float], None]
) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4")
        later(59 / 60)
        screen.tick()
        await pilot.pause()
        assert "next tap for" in glass(screen)
        assert "?" not in glass(screen).split("\n")[2][:20]
        later(66 / 60)
        screen.tick()
        await pilot.pause()
        assert "Amara Okeke? 2m" in glass(screen)
        await keys(pilot, "3")
        await pilot.pause()
        assert "Amara Okeke? 2m" not in glass(screen)


async def test_no_totals_stand_on_a_pad(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        for _ in range(7):
            await keys(pilot, "3")
        await pilot.pause()
        rails = [
            cell
            for name, (_, cells) in screen.shown.items()
            if name in ("left", "right", "lower", "upper")
            for cell in cells
        ]
        assert all(not any(ch.isdigit() for sub in cell.subs for ch in sub) for cell in rails if isinstance(cell, Pad))


async def test_a_demo_says_so_in_the_title(home_open: Home, visit: str) -> None:
    home_open.set_setting("demo", "1")
    for size in SIZES:
        async with app_on(home_open, size) as (_, screen):
            assert "DEMO" in glass(screen).split("\n")[0], size


async def test_the_strip_and_undo_say_what_they_touch(home_open: Home, visit: str) -> None:
    for size in SIZES:
        async with app_on(home_open, size) as (pilot, screen):
            await keys(pilot, "A", "4")
            await pilot.pause()
            text = glass(screen)
            assert "Thinking" in text
            assert "other" in text
            undo = next(cell for _, cells in screen.shown.values() for cell in cells if cell.id == "undo")
            assert isinstance(undo, Pad)
            assert undo.subs[0] == "Thinking Amara"
            await keys(pilot, "u", "u")


async def test_tiles_show_the_last_word_and_the_minutes(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4")
        await pilot.pause()
        tile = next(cell for cell in screen.shown["tiles"][1] if cell.id == student(screen, "Amara"))
        assert isinstance(tile, Tile)
        assert (tile.words[0], tile.age, tile.meter) == ("Thinking", "now", 1.0)
        assert "Think now" in glass(screen)


async def test_a_message_is_a_line_on_the_strip(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "t", "1")
        await pilot.pause()
        panel = screen.shown["strip"][1][1]
        assert isinstance(panel, Panel)
        assert panel.rows[0].text.startswith(" ! Sparks")
        assert len(screen.app.screen_stack) == 2
        assert not [cell for cell in screen.shown["strip"][1] if isinstance(cell, Gap)]


async def test_the_menu_leads_to_the_wrap_up_so_far_and_the_last_twenty_and_the_visit_goes_on(
    home_open: Home, visit: str
) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A", "4")
        for entry, title in (("so_far", "Wrap-up - "), ("last_twenty", "Correct")):
            screen.press(entry)
            await pilot.pause()
            await pilot.pause()
            text = "\n".join(strip.text for strip in screen.app.screen._compositor.render_strips())
            assert title in text
            await keys(pilot, "escape")
            assert screen.app.screen is screen
        await keys(pilot, "3")
        assert [o.code for o in screen.controller.log.observations] == ["deep", "active"]


async def test_a_look_says_where_it_stands_in_every_form(home_open: Home, visit: str) -> None:
    for size in (*SIZES, (66, 21)):
        async with app_on(home_open, size) as (pilot, screen):
            await keys(pilot, "comma")
            await pilot.pause()
            text = glass(screen)
            said = "EVERYONE 1 of 25" if size == (66, 21) else "look 1 of 25"
            assert said in text, size
            assert "Skip" in text
            assert "Previous" in text
            await keys(pilot, "comma")


async def test_a_spark_that_was_begun_is_dropped_by_another_pad_which_does_its_own_work(
    home_open: Home, visit: str
) -> None:
    async with app_on(home_open) as (pilot, screen):
        await keys(pilot, "A")
        tap(screen, "open.picks")
        await pilot.pause()
        tap(screen, "code.engagement.deep")
        await pilot.pause(0.05)
        assert "which kind?" not in glass(screen)
        assert where(screen, "undo")
        assert [code for _, code, _ in logged(screen)] == ["deep"]


async def test_undo_names_in_every_form_what_it_touches(home_open: Home, visit: str) -> None:
    for size in (*SIZES, (66, 21)):
        async with app_on(home_open, size) as (pilot, screen):
            for id in ("code.role.group", "code.strategy.enrichment", "code.grouping.groups", "pause", "note", "look"):
                screen.press(id, touch=True)
                screen.draw()
                if size == (66, 21) and screen.controller.session.open:
                    continue
                await pilot.pause()
                board = next(b for b in screen.boards.values() if any(c.id == "undo" for _, c in b.cells))
                region = where(screen, "undo")
                rows = glass(screen).split("\n")[region.y : region.bottom - 1]
                text = "".join(row[region.x : region.right] for row in rows)
                assert text.replace("Undo", "").replace("u ", "", 1).strip(), (size, id, board.id)
            while screen.controller.touched[0] is not None:
                screen.press("undo")


async def test_what_is_marked_is_said_in_words_that_are_not_cut(home_open: Home, visit: str) -> None:
    for size in (*SIZES, (66, 21)):
        async with app_on(home_open, size) as (pilot, screen):
            screen.press("away")
            await pilot.pause()
            panel = screen.shown["strip"][1][1]
            assert isinstance(panel, Panel)
            assert panel.rows[0].text.startswith(" away 0: ")
            assert "tiles" in panel.rows[0].text, size
            assert "…" not in panel.rows[0].text, size
            screen.press("strip")
