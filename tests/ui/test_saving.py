"""A disk that does not take a tap: nothing shows as logged, nothing is lost, nothing changes order."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from observe.app import ObserveApp
from observe.services.home import Home
from observe.ui.commands import live_commands
from observe.ui.keymap import keymap
from observe.ui.layout import lay_out
from observe.ui.live import mending, undoing
from observe.ui.live.controller import Controller
from observe.ui.live.scene import Scene, shape_of
from observe.ui.live.strip import strip
from observe.ui.messages import OpenVisit
from observe.ui.pads import Panel
from observe.ui.screens.leaving import LeavingScreen
from observe.ui.screens.trouble import STANDS_S

from .test_wrapup import glass, settle


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Another process writes and does not let go."""
    other = sqlite3.connect(home.path / "observe.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def tear(home: Home) -> None:
    """The pages of the log's own tables are overwritten, under the eyes of whoever has the database open."""
    home.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = home.conn.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'entry' AND rootpage > 0").fetchall()
    with (home.path / "observe.db").open("r+b") as file:
        for (page,) in pages:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
    other = sqlite3.connect(home.path / "observe.db", isolation_level=None)
    other.execute("CREATE TABLE lately (a)")  # what another process writes is read anew
    other.close()


def words(live: Controller) -> str:
    commands = {command.id: command for command in live_commands(live.protocol)}
    keys = {id: key for key, id in keymap(commands.values()).items()}
    shape = shape_of(live, commands, keys)
    panel = strip(Scene(live, lay_out(100, 32, shape), shape, commands, keys))[1]
    assert isinstance(panel, Panel)
    return f"{panel.ground}: " + " / ".join(row.text.strip() for row in panel.rows)


def first(live: Controller) -> str:
    return live.view.seats[0].student.id


def test_what_is_not_saved_waits_in_order_and_does_not_count(home_open: Home, live: Controller) -> None:
    live.press(f"student.{first(live)}")
    with held(home_open):
        live.press("code.engagement.deep")
        live.press("code.role.teach")
        assert live.log.observations == ()
        assert live.view.last is None
        assert "role" not in live.view.states
        assert len(live.saver.waiting) == 2
        assert words(live).startswith("bad: ! not saved, 2 waiting")
        live.retry()
        assert len(live.saver.waiting) == 2
    live.retry()
    assert [o.code for o in live.log.observations] == ["deep", "teach"]
    assert not live.saver.waiting
    assert words(live).startswith("pad: logged Teach")


async def test_undo_and_redo_name_what_waits_on_a_narrow_glass_too(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.post_message(OpenVisit(visit))
        await settle(pilot)
        with held(home_open):
            await pilot.press("2")
            await settle(pilot)
            assert " u Lis" in glass(app)
            await pilot.press("u")
            await settle(pilot)
            assert " y Lis" in glass(app)


def test_a_tap_that_waited_keeps_the_time_of_the_tap(
    home_open: Home, live: Controller, later: Callable[[float], None]
) -> None:
    with held(home_open):
        before = live.now()
        live.press("code.engagement.active")
        after = live.now()
    later(3)
    live.retry()
    assert before <= live.log.observations[0].at <= after


def test_a_tap_after_the_disk_came_back_still_waits_for_those_before_it(home_open: Home, live: Controller) -> None:
    with held(home_open):
        live.press("code.role.teach")
    live.press("code.role.coach")
    assert live.log.observations == ()
    live.retry()
    assert [o.code for o in live.log.observations] == ["teach", "coach"]
    assert live.view.states["role"].code == "coach"


def test_undo_takes_back_what_waits_and_redo_lets_it_wait_again(home_open: Home, live: Controller) -> None:
    with held(home_open):
        live.press("code.role.teach")
        live.press("code.role.coach")
        assert undoing.undo_words(live) == ("Coach",)
        live.press("undo")
        assert undoing.redo_words(live) == ("Coach",)
        live.press("undo")
        live.press("redo")
    live.retry()
    assert [o.code for o in live.log.observations] == ["teach"]


def test_toggles_that_wait_are_switched_against_each_other(home_open: Home, live: Controller) -> None:
    with held(home_open):
        live.press("code.strategy.tiered")
        live.press("code.strategy.tiered")
    live.retry()
    assert [o.on for o in live.log.observations] == [True, False]


def test_what_changes_the_log_does_not_jump_the_queue(home_open: Home, live: Controller) -> None:
    live.press(f"student.{first(live)}")
    live.press("code.engagement.deep")
    with held(home_open):
        live.press("code.engagement.off")
        live.press("strip")
        live.press(f"student.{live.view.seats[1].student.id}")
        live.press("note", touch=True)
        assert live.session.message == "not until the waiting taps are saved"
        live.press("pause")
        assert live.session.message == "not until the waiting taps are saved"
    live.retry()
    assert [(o.code, o.student, o.note) for o in live.log.observations] == [
        ("deep", first(live), ""), ("off", first(live), ""),
    ]  # fmt: skip
    assert not live.view.paused


def test_whom_a_small_group_is_with_is_asked_again_when_it_was_not_saved(home_open: Home, live: Controller) -> None:
    amara = live.view.seats[0].student.id
    for id in ("code.role.group", "strip", f"student.{amara}"):
        live.press(id)
    with held(home_open):
        live.press("strip")
        assert live.session.message.startswith("not saved")
        live.press("menu")
    assert live.log.observations[-1].with_whom == ()
    assert mending.offer(live) == "with"
    for id in ("strip", f"student.{amara}", "strip"):
        live.press(id)
    assert live.log.observations[-1].with_whom == (amara,)
    assert mending.offer(live) != "with"


def test_undo_that_is_not_saved_says_so_and_changes_nothing(home_open: Home, live: Controller) -> None:
    live.press("code.engagement.deep")
    with held(home_open):
        live.press("undo")
        assert live.session.message.startswith("not undone")
    live.refresh()
    assert len(live.log.observations) == 1


@pytest.mark.parametrize("taps", [1, 3])
def test_a_look_at_everyone_goes_on_while_its_ratings_wait(home_open: Home, live: Controller, taps: int) -> None:
    live.press("look")
    with held(home_open):
        for _ in range(taps):
            live.press("code.engagement.active")
        assert live.session.selected == live.view.seats[taps].student.id
    live.retry()
    assert [o.student for o in live.log.observations] == [seat.student.id for seat in live.view.seats[:taps]]


def test_a_look_at_everyone_ends_although_its_ratings_wait(home_open: Home, live: Controller) -> None:
    live.press("look")
    with held(home_open):
        for _ in live.view.seats:
            live.press("code.engagement.active")
        assert live.session.looking is None
    live.retry()
    assert [o.student for o in live.log.observations] == [seat.student.id for seat in live.view.seats]


@pytest.mark.parametrize("saved", [True, False], ids=["the first is saved", "the first waits"])
def test_a_second_look_while_the_disk_takes_nothing_takes_the_place_of_the_first(
    home_open: Home, live: Controller, saved: bool
) -> None:
    live.press("look")
    if saved:
        live.press("code.engagement.active")
    with held(home_open):
        if not saved:
            live.press("code.engagement.active")
        live.press("code.role.teach")
        live.press("back")
        live.press("code.engagement.deep")
        assert live.session.selected == live.view.seats[1].student.id
        assert live.saver.waiting[-1].words == "Thinking"
    live.retry()
    assert [(o.code, o.student) for o in live.log.observations if o.sweep] == [("deep", first(live))]


def test_no_tap_that_waits_is_thrown_away_because_the_log_turns_out_to_be_damaged(
    home_open: Home, live: Controller
) -> None:
    with held(home_open):
        live.press("code.engagement.deep")
    tear(home_open)
    live.retry()
    live.press("code.engagement.active")
    assert [tap.words for tap in live.saver.waiting] == ["Thinking", "Active"]
    assert "malformed" in live.saver.reason


async def test_mending_asks_first_while_taps_are_not_saved(
    home_open: Home, visit: str, stands: Callable[[float], None]
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        with held(home_open):
            await pilot.press("A", "4")
            for answer in ("escape", "q"):
                app._say("The log is damaged", (f"{answer}: a check found damage.",), mend=True)
                await settle(pilot)
                stands(STANDS_S)
                await pilot.press("m")
                await settle(pilot)
                assert isinstance(app.screen, LeavingScreen)
                assert "Thinking" in glass(app)
                await pilot.press(answer)
                await settle(pilot)
                assert (app.mend, app.return_value) == ((False, None) if answer == "escape" else (True, 0))
