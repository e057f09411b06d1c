"""The wrap-up and the corrections from it: read, finished and put right, by finger and by keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import MouseDown, Paste
from textual.message import Message
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.cards import Page, page_text
from observe.domain.model import VisitLog
from observe.services import purge, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.summary import summary
from observe.store import queries
from observe.ui import messages
from observe.ui.cardpage import CardPage
from observe.ui.cards import CardBoard, draw
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.correct import CorrectScreen
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.wrapup import WrapUpScreen
from observe.ui.text import width

from ..snapshots.stage import send
from ..snapshots.stage import settle as quiet
from .school import CLASS, HARD, ids, school, section_id

SIZES = [(80, 24), (100, 32), (120, 36), (160, 45), (60, 40)]
MINUTE = 60_000
ROOM = "Gr 4 Rm 12"


def glass(app: ObserveApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def cards(app: ObserveApp) -> CardPage:
    assert isinstance(app.screen, CardPage)
    return app.screen


def body(app: ObserveApp) -> CardBoard:
    found = app.screen.query_one("#body")
    assert isinstance(found, CardBoard)
    return found


def press_at(app: ObserveApp, x: int, y: int) -> None:
    app.post_message(MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))


def tap(app: ObserveApp, act: str, into: int = 0) -> None:
    """A finger on a line that is on the glass, so many cells into it, and on Do it; or on a pad."""
    board = body(app)
    for region, found in board.targets:
        if found == act:
            press_at(app, board.region.x + region.x + into, board.region.y + region.y)
            if not act.startswith("edge:"):
                tap(app, "choose")
            return
    for foot in (cards(app).boards["foot"], cards(app).boards["line"]):
        for region, cell in foot.cells:
            if cell.id == act:
                press_at(app, foot.region.x + region.x + 2, foot.region.y + region.y + 1)
                return
    raise AssertionError(f"{act} is not on the glass")


async def settle(pilot: Pilot[int]) -> None:
    await pilot.pause()
    await pilot.pause()


async def show(app: ObserveApp, pilot: Pilot[int], message: Message) -> None:
    await settle(pilot)
    app.screen.post_message(message)
    await settle(pilot)


def twelve_taps(home: Home, section: str = ROOM, names: tuple[str, ...] = CLASS) -> str:
    """A visit of 41 minutes with twelve things logged, and ended."""
    start = home.clock.now() - 41 * MINUTE
    visit = visits.start_visit(home, section_id(home, section), at=start, title="Fractions").id
    who, log = ids(home, section), Recorder(home, visit)
    people = [who[name] for name in names]
    log.observe("role", "circulate", at=start)
    log.observe("role", "group", at=start + 8 * MINUTE, with_whom=people[:4])
    log.observe("role", "coteach", at=start + 30 * MINUTE)
    for at, code, student in ((10, "deep", 0), (11, "deep", 1), (12, "off", 2)):
        log.observe("engagement", code, student=people[student], at=start + at * MINUTE)
    log.observe("spark", "insight", student=people[3], at=start + 13 * MINUTE)
    log.observe("spark", "question", student=people[0], at=start + 14 * MINUTE, note="does it always work?")
    log.observe("questioning", "analyze", at=start + 15 * MINUTE)
    log.observe("challenge", "known", student=people[0], at=start + 16 * MINUTE)
    log.observe("strategy", "tiered", on=True, at=start + 17 * MINUTE)
    Afterwards(home, visit).note(student=people[4], at=start + 18 * MINUTE)
    visits.end_visit(home, visit)
    return visit


@pytest.fixture
def held(home_open: Home) -> str:
    return twelve_taps(home_open)


def logged(home: Home, visit: str) -> VisitLog:
    return visits.visit_log(home, visit)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_visit_of_twelve_taps_reads_well_and_every_line_can_be_reached_by_keys_and_by_finger(
    home_open: Home, held: str, size: tuple[int, int]
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        screen = cards(app)
        wanted = {act for act, _, _ in screen.sheet.acts}
        assert {"write:glow", "write:try_next", "write:next_visit", "tick:strategy/tiered"} <= wanted
        assert {act.partition(":")[0] for act in wanted} == {"edge", "write", "tick", "evidence", "note", "flag"}
        seen: set[str] = set()
        text = ""
        for _ in range(12):
            text += glass(app)
            for region, act in body(app).targets:
                x, y = body(app).region.x + region.x, body(app).region.y + region.y
                cell = screen.cell_at(x, y)
                assert cell is not None
                assert cell.id == act
                seen.add(act)
            send(app, "pagedown")
            await quiet(app)
        assert seen == wanted
        for said in ("Held 41 min", "Thinking", "Amara", "Desk to desk", "1 note to finish", "no percentages"):
            assert said in text
        assert "%" not in text
        screen.first, screen.cursor = 0, ""
        screen.draw()
        found = set()
        for _ in range(len(wanted) + 80):
            send(app, "down")
            await quiet(app)
            found.add(screen.cursor)
            if screen.cursor:  # what is chosen is on the glass
                assert screen.cursor in {act for _, act in body(app).targets}
        assert found - {""} == wanted


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_pads_are_whole_at_every_size_and_none_is_lost(home_open: Home, held: str, size: tuple[int, int]) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        found: set[str] = set()
        for _ in range(4):
            cells = cards(app).boards["foot"].cells
            assert all(region.width >= 5 and region.height >= 3 for region, _ in cells)
            found |= {cell.id for _, cell in cells}
            if "more_pads" not in found:
                break
            tap(app, "more_pads")
            await settle(pilot)
        assert set(cards(app).foot()) <= found


async def test_a_line_is_written_kept_or_dropped(home_open: Home, held: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        await pilot.press("g", *"Two ways", "escape")
        assert summary(home_open, held)["reflection"] == {}
        await pilot.press("g", *"Two ways ", "x", "backspace")
        app.post_message(Paste("\u202efo\u200bund\x1b\nalone"))
        await settle(pilot)
        typing = cards(app).typing
        assert typing is not None
        assert typing.text == "Two ways found alone"  # nothing that a terminal would act upon reaches it
        await pilot.press("enter", "r", *"Wait longer", "enter")
        assert summary(home_open, held)["reflection"] == {"glow": "Two ways found alone", "try_next": "Wait longer"}
        await pilot.press("n", "q", "u")  # letters write, and neither leave nor undo
        tap(app, "keep")
        await settle(pilot)
        assert summary(home_open, held)["reflection"]["next_visit"] == "qu"
        await pilot.press("g")
        assert "Two ways found alone" in glass(app)  # what stands is there to be changed


async def test_a_strategy_is_ticked_by_me_the_teacher_both_and_not(home_open: Home, held: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(160, 45)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        tick = ("strategy", "compacting")
        for by in ("me", "teacher", "both", None):
            tap(app, "tick:strategy/compacting")
            await settle(pilot)
            assert logged(home_open, held).ran.get(tick) == by
        await pilot.press("enter")  # the cursor is where the finger was
        assert logged(home_open, held).ran.get(tick) == "me"
        await pilot.press("u")
        assert logged(home_open, held).ran.get(tick) is None


async def test_words_for_a_child_who_is_erased_while_they_are_written_are_said_to_be_refused(
    home_open: Home, held: str
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        flag = logged(home_open, held).notes[0]
        assert flag.student is not None
        cards(app).touch(f"note:{flag.id}")
        purge.purge(home_open, "student", flag.student)
        await pilot.press(*"asked why", "enter")
        assert "! the words are not kept, whom they are about was erased meanwhile" in glass(app)
        assert cards(app).typing is not None  # hers to drop


async def test_a_spark_gets_its_words_and_a_flag_too(home_open: Home, held: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(160, 45)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        spark = next(o for o in logged(home_open, held).observations if o.code == "insight")
        flag = logged(home_open, held).notes[0]
        tap(app, f"evidence:{spark.id}")
        await settle(pilot)
        await pilot.press(*"saw a pattern", "enter")
        assert next(o.note for o in logged(home_open, held).observations if o.id == spark.id) == "saw a pattern"
        tap(app, f"note:{flag.id}")
        await settle(pilot)
        await pilot.press("enter")  # an empty line takes no flag away
        assert [note.body for note in logged(home_open, held).notes] == [""]
        tap(app, f"note:{flag.id}")
        await settle(pilot)
        await pilot.press(*"asked why", "enter")
        assert [note.body for note in logged(home_open, held).notes] == ["asked why"]
        assert "saw a pattern" in glass(app)
        assert "to finish" not in glass(app)


async def test_private_words_are_shown_and_cannot_slip_into_the_log(home_open: Home, held: str) -> None:
    spark = next(o for o in logged(home_open, held).observations if o.code == "insight")
    Recorder(home_open, held).observe(
        "spark", "lead", student=spark.student, at=spark.at + MINUTE, note="hers alone", private=True
    )
    Afterwards(home_open, held).note("mine alone", private=True, at=spark.at)
    app = ObserveApp(home_open)
    async with app.run_test(size=(160, 45)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        text = page_text(cards(app).page)
        assert "hers alone" in text
        assert "mine alone" in text
        secret = {o.id for o in logged(home_open, held).observations if o.code == "lead"}
        secret |= {note.id for note in logged(home_open, held).notes if note.at == spark.at}
        assert len(secret) == 2
        assert not [act for act, _, _ in cards(app).sheet.acts if act.partition(":")[2] in secret]


async def test_an_edge_moves_by_keys_and_by_two_taps_and_stays_between_its_neighbours(
    home_open: Home, held: str
) -> None:
    def begins() -> list[int]:
        return [(o.at - start) // MINUTE for o in logged(home_open, held).observations if o.channel == "role"]

    start = logged(home_open, held).visit.started_at or 0
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        roles = [o for o in logged(home_open, held).observations if o.channel == "role"]
        tap(app, f"edge:{roles[1].id}")
        await settle(pilot)
        assert begins() == [0, 8, 30]
        await pilot.press("left", "left", "right")
        assert begins() == [0, 7, 30]
        assert home_open.journal.winner("observation", roles[1].id).data["reason"]
        await pilot.press(*["right"] * 25)
        assert begins() == [0, 29, 30]
        assert "it stays where it is" in glass(app)
        track = body(app).sheet.tracks[0]
        x = body(app).region.x + track.x + track.w // 2
        press_at(app, x, body(app).region.y + track.row - body(app).first)
        await settle(pilot)
        assert abs(begins()[1] - 20) <= 1
        assert begins()[2] == 30
        await pilot.press("u")
        assert begins() == [0, 29, 30]


async def test_an_edge_lands_where_it_is_tapped_although_a_pause_lies_before(home_open: Home, held: str) -> None:
    visits.reopen_visit(home_open, held)
    log = Recorder(home_open, held)
    start = logged(home_open, held).visit.started_at or 0
    log.pause(True, at=start + 2 * MINUTE)
    log.pause(False, at=start + 6 * MINUTE)
    visits.end_visit(home_open, held)
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        role = [o for o in logged(home_open, held).observations if o.channel == "role"][2]
        screen = cards(app)
        screen.cursor = f"edge:{role.id}"
        screen.press(f"place:{16 * MINUTE}")  # 16 active minutes are 20 on the clock
        await settle(pilot)
        moved = next(o for o in logged(home_open, held).observations if o.id == role.id)
        assert abs(moved.at - start - 20 * MINUTE) <= MINUTE // 2


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_hidden_names_are_hidden_in_every_card_and_in_what_was_typed(
    home_open: Home, held: str, size: tuple[int, int]
) -> None:
    Afterwards(home_open, held).reflect("glow", "Amara Okeke showed Aiden how")
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        if size[0] >= 100:
            tap(app, "privacy")
        else:
            await pilot.press("p")
        await settle(pilot)
        text = ""
        for _ in range(10):
            text += glass(app)
            await pilot.press("pagedown")
        assert "NAMES HIDDEN" in text
        for name in CLASS:
            assert name.split()[0] not in text
            assert name.split()[1] not in text


async def test_the_teachers_page_is_looked_at_first_and_written_where_she_says(
    home_open: Home, held: str, tmp_path: Path
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        await pilot.press("e")
        text = page_text(cards(app).page)
        assert "For the teacher" in glass(app)
        assert not [name for name in CLASS if name.split()[0] in text]
        assert cards(app).sheet.acts == ()
        await pilot.press("?")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.press("w")
        typing = cards(app).typing
        assert typing is not None
        assert Path(typing.text).suffix == ".html"
        assert "Rm-12" not in Path(typing.text).name  # which may be a child's
        typing.text = str(tmp_path / "for you.html")
        await pilot.press("enter")
        written = (tmp_path / "for you.html").read_text(encoding="utf-8")
        assert "<script" not in written
        assert not [name for name in CLASS if name.split()[0] in written]
        unwrapped = "".join(glass(app).split())  # where a long path goes on in the next line depends on its length
        assert "".join(f"written: {tmp_path / 'for you.html'}".split()) in unwrapped
        await pilot.press("e", "w")
        again = cards(app).typing
        assert again is not None
        again.text = str(tmp_path / "for you.html")
        await pilot.press("enter")
        assert "is not written over" in glass(app)
        assert cards(app).typing is again  # to be changed, not to be typed anew


async def test_from_a_live_visit_it_goes_on_and_escape_is_back_in_it(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.OpenVisit(visit))
        assert isinstance(app.screen, LiveScreen)
        await pilot.press("A", "4")
        await show(app, pilot, messages.ShowWrapUp(visit))
        assert isinstance(app.screen, WrapUpScreen)
        assert "the visit goes on" in glass(app)
        await pilot.press("g", *"so far", "enter", "escape")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert visits.read(home_open, visit).ended_at is None
        await pilot.press("3")
        assert [o.code for o in logged(home_open, visit).observations] == ["deep", "active"]


async def test_a_visit_with_nothing_logged_is_worth_reading(home_open: Home, visit: str) -> None:
    visits.end_visit(home_open, visit)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        text = glass(app)
        assert "Nothing was logged, and that is fine" in text
        assert "0 %" not in text
        assert "tap to write" in text
        tap(app, "tick:strategy/tiered")
        await settle(pilot)
        assert "ran, by me" in glass(app)


async def test_what_cannot_be_saved_stays_on_the_line(home_open: Home, held: str) -> None:
    app = ObserveApp(home_open)
    home_open.database.wait(50)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("g", *"kept", "enter")
        assert "not saved" in glass(app)
        assert "> kept" in glass(app)
        other.rollback()
        other.close()
        await pilot.press("enter")
        assert summary(home_open, held)["reflection"] == {"glow": "kept"}


@pytest.fixture
def hard(home: Path) -> Iterator[tuple[Home, str]]:
    opened = school(home, {"Gr 2 מחר": HARD})
    yield opened, twelve_taps(opened, "Gr 2 מחר", HARD)
    opened.close()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_names_in_any_script_neither_break_a_frame_nor_are_read_as_markup(
    hard: tuple[Home, str], size: tuple[int, int]
) -> None:
    home, visit = hard
    app = ObserveApp(home)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        for pieces in cards(app).sheet.rows:
            assert sum(width(piece.text) for piece in pieces) == size[0]
        text = page_text(cards(app).page)
        assert "[b]x" in text
        assert "[/x]" in text


@pytest.mark.parametrize("w", [20, 33, 60, 80, 95, 96, 97, 100, 133, 160])
def test_every_row_is_as_wide_as_the_glass(home_open: Home, held: str, w: int) -> None:
    from observe.services.wrapup import wrap_up

    page = wrap_up(home_open, held, tappable=True)
    for shown in (page, Page("", ())):
        rows = draw(shown, w).rows
        assert all(sum(width(piece.text) for piece in row) == w for row in rows)


# -- the corrections -------------------------------------------------------------------------------------


async def pick(app: ObserveApp, pilot: Pilot[int], home: Home, visit: str, code: str) -> str:
    """Correct opened from the wrap-up, and the observation of this code picked."""
    await show(app, pilot, messages.ShowWrapUp(visit))
    await pilot.press("c")
    await settle(pilot)
    assert isinstance(app.screen, CorrectScreen)
    id = next(o.id for o in logged(home, visit).observations if o.code == code)
    tap(app, f"pick:{id}")
    await settle(pilot)
    return id


async def test_the_last_twenty_are_there_newest_first(home_open: Home, held: str) -> None:
    start = logged(home_open, held).visit.started_at or 0
    for i in range(15):
        Recorder(home_open, held).observe("engagement", "active", at=start + (20 + i) * MINUTE)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowCorrect(held))
        newest = sorted(logged(home_open, held).observations, key=lambda o: (o.at, o.order), reverse=True)
        assert [act for act, _, _ in cards(app).sheet.acts] == [f"pick:{o.id}" for o in newest[:20]]


async def test_another_student_code_and_time_and_out_with_reasons(home_open: Home, held: str) -> None:
    def now(id: str) -> object:
        return next((o for o in logged(home_open, held).observations if o.id == id), None)

    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 45)) as pilot:
        id = await pick(app, pilot, home_open, held, "off")
        before = next(o for o in logged(home_open, held).observations if o.id == id)
        zoe = ids(home_open, ROOM)["Zoe Kim"]
        tap(app, f"student:{zoe}")
        await settle(pilot)
        await pilot.press(*"it was Zoe", "enter")
        after = next(o for o in logged(home_open, held).observations if o.id == id)
        assert (after.student, after.code, after.at) == (zoe, "off", before.at)
        assert home_open.journal.winner("observation", id).data["reason"] == "it was Zoe"

        tap(app, f"pick:{id}")
        await settle(pilot)
        tap(app, "code:active")
        await settle(pilot)
        await pilot.press("enter")
        after = next(o for o in logged(home_open, held).observations if o.id == id)
        assert (after.student, after.code) == (zoe, "active")

        tap(app, f"pick:{id}")
        await settle(pilot)
        tap(app, "shift:5")
        await settle(pilot)
        await pilot.press("enter")
        assert next(o.at for o in logged(home_open, held).observations if o.id == id) == before.at + 5 * MINUTE

        tap(app, f"pick:{id}")
        await settle(pilot)
        tap(app, "void")
        await settle(pilot)
        await pilot.press(*"a slip", "enter")
        assert now(id) is None
        await pilot.press("u")
        assert now(id) is not None
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)


async def test_undo_says_in_words_what_it_took_back(home_open: Home) -> None:
    visit = visits.start_visit(home_open, section_id(home_open, ROOM)).id
    log, amara = Recorder(home_open, visit), ids(home_open, ROOM)["Amara Okeke"]
    log.observe("engagement", "active", student=amara)
    log.sweep_start(1, order="seat", students=[amara])
    log.sweep_skip(1, amara)
    log.pause(True)
    visits.end_visit(home_open, visit)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        said = []
        for key in "uuuyu":
            await pilot.press(key)
            said.append(cards(app).message)
        look = ["undo: look at everyone", "redo: look at everyone", "undo: look at everyone"]
        assert said == ["undo: pause", "undo: skip", *look]
        await pilot.press("c")
        await settle(pilot)
        assert isinstance(app.screen, CorrectScreen)
        await pilot.press("u")
        assert app.screen.message == "undo: Active / Amara"
        assert app.screen.pad("undo").dim
        await pilot.press("u")
        assert app.screen.message == "nothing to undo"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_tap_on_a_line_says_what_comes_next(home_open: Home, held: str, size: tuple[int, int]) -> None:
    """The line says `tap to write`, and a tap alone only chooses it."""
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowWrapUp(held))
        screen = cards(app)
        said = "Chosen: now Do it, or enter."
        assert said not in glass(app)
        screen.first = 10_000
        screen.draw()
        board = body(app)
        region = next(region for region, act in board.targets if act == "write:glow")
        press_at(app, board.region.x + region.x, board.region.y + region.y)
        await settle(pilot)
        assert screen.typing is None
        assert said in glass(app)


async def test_a_time_outside_of_the_visit_is_refused_before_a_reason_is_asked_for(home_open: Home, held: str) -> None:
    """The question stood there with an error that no reason could mend."""
    start = logged(home_open, held).visit.started_at or 0
    Recorder(home_open, held).observe("role", "model", at=start + 2 * MINUTE)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 45)) as pilot:
        await pick(app, pilot, home_open, held, "model")
        tap(app, "shift:-5")
        await settle(pilot)
        assert cards(app).typing is None
        assert "outside of the visit, it lasted from" in " ".join(glass(app).split())
        tap(app, "shift:-1")
        await settle(pilot)
        assert cards(app).typing is not None


async def test_a_look_is_at_one_child_and_is_offered_no_everyone(home_open: Home) -> None:
    """It was, and the answer was `student: missing, a look of a sweep is at one student`."""
    held = visits.start_visit(home_open, section_id(home_open, ROOM)).id
    log, people = Recorder(home_open, held), logged(home_open, held).students
    log.observe("engagement", "active", student=people[0].id)
    log.sweep_start(1, students=[people[0].id, people[2].id])
    log.observe("engagement", "deep", student=people[0].id, method="sweep", sweep=1)
    log.observe("engagement", "off", student=people[2].id, method="sweep", sweep=1)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 45)) as pilot:
        await pick(app, pilot, home_open, held, "deep")
        offered = {act for act, _, _ in cards(app).sheet.acts}
        assert f"student:{people[1].id}" in offered
        assert "student:" not in offered
        assert f"student:{people[2].id}" not in offered  # has one in this pass: two would count this child twice
        await pilot.press("escape")
        tap(app, f"pick:{logged(home_open, held).observations[0].id}")
        await settle(pilot)
        assert "student:" in {act for act, _, _ in cards(app).sheet.acts}


async def test_a_time_is_written_and_one_outside_of_the_visit_is_refused(home_open: Home, held: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 45)) as pilot:
        id = await pick(app, pilot, home_open, held, "off")
        tap(app, "time")
        await settle(pilot)
        typing = cards(app).typing
        assert typing is not None
        typing.text = "half past"
        await pilot.press("enter")
        assert "is no time" in glass(app)
        assert typing.text == "half past"
        typing.text = "00:01"
        await pilot.press("enter")  # said at once: no reason would change it
        assert "outside of the visit" in glass(app)
        assert typing.text == "00:01"
        await pilot.press("escape")
        assert next(o for o in logged(home_open, held).observations if o.id == id).code == "off"
        assert not cards(app).typing


async def test_a_wrap_up_of_three_short_lines_is_96_keys(home_open: Home) -> None:
    """At 40 words a minute, which is slow, that is 29 seconds: docs/performance.md says so."""
    visit = twelve_taps(home_open)
    words = ("two of them argued to the end.", "ask first and then wait longer", "open task for those done early")
    keys = [key for field, line in zip("grn", words, strict=True) for key in (field, *line, "enter")]
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        await pilot.press(*({" ": "space", ".": "full_stop"}.get(key, key) for key in keys))
        await settle(pilot)
    assert len(keys) == 96
    assert len(keys) / (40 * 5) * 60 <= 30
    assert {field: len(text) for field, text in queries.reflection(home_open.conn, visit).items()} == {
        "glow": 30,
        "try_next": 30,
        "next_visit": 30,
    }
