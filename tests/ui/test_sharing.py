"""The shared folder in the app: the mark, the screen, the conflicts, and a sync that nothing ever waits for."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.errors import NotSaved
from observe.platform import Platform
from observe.services import settings, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.services.sharing import beside, conflicts
from observe.services.sharing.mark import mark
from observe.services.sharing.run import sync
from observe.services.sharing.status import keep_outcome, shares
from observe.services.sharing.team import LAST, team_of
from observe.sync.keys import Secret
from observe.ui.base import BoardScreen
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import SettingChanged, ShowCorrect, ShowHelp, ShowSharing
from observe.ui.screens.correct import CorrectScreen
from observe.ui.screens.sharing import SharingScreen, picture
from observe.ui.screens.today import TodayScreen

from ..services.test_conflicts import amended_twice, code_of
from ..services.two import ROOM, Two, two_devices
from .finger import SIZES
from .school import CLASS, ids, school
from .test_reach import IN_A_TEAM, pads_of
from .test_today import glass, settle, tap
from .test_welcome import write


class Still(Platform):
    """A system without processes: what is shown is what a test made."""

    async def start(self, home: Path, arguments: Sequence[str]) -> Any:
        raise NotImplementedError


class Hanging(Platform):
    """The process beside the app never answers, as before a folder that hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[Any] = []

    async def start(self, home: Path, arguments: Sequence[str]) -> Any:
        pipe = asyncio.subprocess.PIPE
        line = [sys.executable, "-c", "import time; time.sleep(600)"]
        self.started.append(await asyncio.create_subprocess_exec(*line, stdin=pipe, stdout=pipe, stderr=pipe))
        return self.started[-1]


class Locked(Still):
    """The team's keys are in a keyring that waits for its password; `opened` is when somebody has typed it."""

    def __init__(self) -> None:
        super().__init__()
        self.opened, self.asked = threading.Event(), 0

    def secret(self, path: Path) -> bytes:
        self.asked += 1
        self.opened.wait()
        return super().secret(path)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with two_devices(tmp_path) as made:
        yield made


def still(home: Home) -> ObserveApp:
    home.platform = Still()
    return ObserveApp(home)


async def until(pilot: Pilot[int], so: Callable[[], object], seconds: float = 20) -> None:
    """Wait until this is so."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, glass(pilot.app)  # type: ignore[arg-type]  # reason: the app under test
        await pilot.pause(0.05)


async def paste(pilot: Pilot[int], words: str) -> None:
    """As from a clipboard, and Enter."""
    pilot.app.screen.post_message(Paste(words))
    await settle(pilot)
    await pilot.press("enter")


def title(app: ObserveApp) -> str:
    return glass(app).splitlines()[0].rstrip()


def tap_for(home: Home, two: Two) -> None:
    Recorder(home, two.visit).observe("engagement", "deep", student=ids(home, ROOM)["Mei Lin"])


# -- the mark ---------------------------------------------------------------------------------------------


def test_the_mark_says_where_it_is_step_by_step(two: Two) -> None:
    def words(home: Home) -> str:
        found = mark(home)
        assert found is not None
        return found.words[0]

    def sync_(home: Home) -> None:
        sync(home)
        keep_outcome(home, well=True, said="")

    assert words(two.tablet) == "seen by 1"
    tap_for(two.tablet, two)
    assert words(two.tablet) == "saved here"
    sync_(two.tablet)
    assert words(two.tablet) == "in the folder"
    sync_(two.laptop)
    assert words(two.tablet) == "in the folder"  # it does not know yet
    sync_(two.tablet)
    assert words(two.tablet) == "seen by 1"
    sync_(two.tablet)  # a quiet one
    assert words(two.tablet) == "seen by 1"
    keep_outcome(two.tablet, well=False, said="nothing was shared, the folder is not there")
    found = mark(two.tablet)
    assert found is not None
    assert (found.words[0], found.troubled) == ("seen by 1", True)
    assert "the folder is not there" in found.said


def test_a_tap_made_while_a_sync_was_at_work_is_not_said_to_be_in_the_folder(two: Two) -> None:
    tap_for(two.tablet, two)
    sync(two.tablet)
    tap_for(two.tablet, two)  # after the sync had written, before its outcome was noted
    keep_outcome(two.tablet, well=True, said="")
    found = mark(two.tablet)
    assert found is not None
    assert found.only_here


def test_another_folder_begins_without_a_mark_of_the_old_one(two: Two, tmp_path: Path) -> None:
    from observe.services.sharing.team import leave, set_up

    leave(two.tablet)
    assert mark(two.tablet) is None
    (tmp_path / "other").mkdir()
    set_up(two.tablet, tmp_path / "other")
    found = mark(two.tablet)
    assert found is not None
    assert found.only_here


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_title_ends_with_the_mark_and_nothing_moves_when_it_changes(
    two: Two, size: tuple[int, int]
) -> None:
    app = still(two.tablet)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert title(app).endswith("seen by 1")
        await pilot.press("enter")
        await settle(pilot)
        live = app.screen
        assert isinstance(live, LiveScreen)
        large = live.scene.layout.form == "large"
        before = dict(live.scene.layout.faces)
        assert title(app).endswith("seen by 1") is not large
        await pilot.press("A", "4")
        live.draw()
        await settle(pilot)
        assert title(app).endswith(("saved here", "not sent")) is not large
        keep_outcome(two.tablet, well=False, said="nothing was shared")
        live.draw()
        await settle(pilot)
        assert title(app).endswith(("! saved here", "! not sent")) is not large
        assert live.scene.layout.faces == before
        app.post_message(ShowHelp())
        await settle(pilot)
        assert title(app).endswith(("! saved here", "! not sent"))
        assert "The last sync" in " ".join(glass(app).split())


async def test_a_home_that_does_not_share_has_no_mark(home_open: Home, visit: str) -> None:
    app = still(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        assert not title(app).endswith(("saved here", "folder"))
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert title(app).endswith("? help")


# -- the screen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_screen_says_what_is_where(two: Two, size: tuple[int, int]) -> None:
    amended_twice(two)
    tap_for(two.tablet, two)
    app = still(two.tablet)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert isinstance(app.screen, SharingScreen)
        said = ""
        for _ in range(8):
            said += " " + " ".join(glass(app).replace("│", " ").split())
            await pilot.press("pagedown")
            await settle(pilot)
        for words in (
            "1 goes with",
            "laptop",
            "Changed on two devices at once: 1",
            "Goes:",
            "Stays here:",
            "encrypted",
        ):
            assert words in said, said
        assert isinstance(app.screen, BoardScreen)
        for board in app.screen.boards.values():
            if board.id != "title":
                assert all(r.width >= 5 and r.height >= 3 for r, cell in board.cells if cell.id)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_the_code_is_another_picture_in_other_colours(two: Two) -> None:
    app = still(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, SharingScreen)
        screen.code, screen.mode = Secret(bytes(16)).code, "code"
        screen.fresh()
        for colours, bright in (("light", False), ("dark", True)):
            settings.put(two.tablet, "colours", colours)
            screen.post_message(SettingChanged())
            await settle(pilot)
            assert all(row.strip() in glass(app) for row in picture(screen.code, bright=bright))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_finger_reaches_every_pad_of_a_team(two: Two, size: tuple[int, int]) -> None:
    for line in ("glow", "try_next"):
        Afterwards(two.tablet, two.visit).reflect(line, "here")
        Afterwards(two.laptop, two.visit).reflect(line, "there")
    two.meet()
    app = still(two.tablet)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, SharingScreen)
        found = pads_of(screen)
        for mode in ("conflicts", "leave"):
            screen.press(mode)
            found |= pads_of(screen)
            screen.press("back")
        assert found >= IN_A_TEAM | {"back", "privacy", "help"}


async def test_set_up_join_and_a_tap_seen_on_the_other_by_touch_alone(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    tablet, laptop = school(tmp_path / "tablet", {ROOM: CLASS}), open_home(tmp_path / "laptop", Platform())
    for home in (tablet, laptop):
        home.set_setting("observer", "Marta")
        home.set_setting("channels", "all")
    try:
        app = ObserveApp(tablet)
        async with app.run_test(size=(100, 32)) as pilot:
            await settle(pilot)
            tap(app, "sharing")
            await settle(pilot)
            tap(app, "set_up")
            await settle(pilot)
            await paste(pilot, str(tmp_path / "nowhere"))
            await until(pilot, lambda: "is not there" in " ".join(glass(app).split()))  # said; the line can be mended
            await pilot.press(*["backspace"] * len("nowhere"))
            await pilot.press("f", "tab", "enter")
            await until(pilot, lambda: "The join code, shown this once" in glass(app))
            code = app.screen.code  # type: ignore[attr-defined]  # reason: this screen's
            assert Secret.from_code(code).team
            assert glass(app).count(code) == 2
            tap(app, "back")
            await until(pilot, lambda: "Devices of the team" in glass(app))
            assert code not in glass(app)
            assert code not in repr(vars(app.screen))
            await until(pilot, lambda: title(app).endswith("in the folder"))
        app = ObserveApp(laptop)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press("s")  # from Welcome
            await settle(pilot)
            tap(app, "join")
            await settle(pilot)
            await paste(pilot, str(folder))
            await settle(pilot)
            await write(pilot, "ABCD")
            await until(pilot, lambda: "4 letters and digits" in glass(app))
            await pilot.press(*["backspace"] * 4)
            await paste(pilot, code.lower())
            await until(pilot, lambda: "called" in glass(app))
            await write(pilot, "laptop")
            await until(pilot, lambda: visits.sections(laptop))
            await until(pilot, lambda: "Marta" in glass(app))  # the other one, by its observer's name
        assert settings.get(laptop, "device_name") == "laptop"
        assert {s.name for s in visits.students(laptop)} == set(CLASS)
    finally:
        tablet.close()
        laptop.close()


async def test_a_new_code_and_leaving_ask_once(two: Two) -> None:
    app = ObserveApp(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        team = team_of(two.tablet)
        assert team is not None
        old = team.ring.newest
        await pilot.press("n")
        await settle(pilot)
        assert "shut out" in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        team = team_of(two.tablet)
        assert team is not None
        assert team.ring.newest == old
        await pilot.press("n", "y")
        await until(pilot, lambda: "The join code, shown this once" in glass(app))
        team = team_of(two.tablet)
        assert team is not None
        assert team.ring.newest == Secret.from_code(app.screen.code) != old  # type: ignore[attr-defined]  # reason: this screen's
        await pilot.press("escape")
        await settle(pilot)
        await until(pilot, lambda: "shut out by the new code" in glass(app))
        await pilot.press("l")
        await settle(pilot)
        assert shares(two.tablet)
        await pilot.press("y")
        await until(pilot, lambda: "No shared folder yet" in glass(app))
        assert not shares(two.tablet)
        assert not title(app).endswith(("saved here", "folder", "seen by 1"))


@pytest.mark.parametrize("bright", [True, False])
def test_the_picture_is_the_code_with_dark_modules_on_light_ones(bright: bool) -> None:
    import segno

    rows = picture("ABCD-EFGH-JKMN-PQRS-TVWX-YZ23-4567", bright=bright)
    assert len({len(row) for row in rows}) == 1
    halves = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}
    seen: list[list[bool]] = []
    for row in rows:
        seen += [[halves[c][half] != bright for c in row] for half in (0, 1)]
    code = segno.make("ABCD-EFGH-JKMN-PQRS-TVWX-YZ23-4567", error="m")
    wanted = [[bool(dark) for dark in row] for row in code.matrix_iter(border=2)]
    assert seen[: len(wanted)] == wanted
    assert not any(map(any, seen[len(wanted) :]))


# -- conflicts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "code"), [("1", "passive"), ("2", "off")])
async def test_one_key_away_stand_both_and_a_digit_chooses(two: Two, key: str, code: str) -> None:
    amended = amended_twice(two)
    app = still(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("s", "c")
        await settle(pilot)
        said = glass(app)
        assert "1: laptop" in said
        assert "2: this device" in said
        assert "Listening / Amara" in said
        assert "Off task / Amara" in said
        await pilot.press("p")
        await settle(pilot)
        assert "Amara" not in glass(app)
        await pilot.press(key)
        await settle(pilot)
        assert code_of(two.tablet, two.visit, amended) == code
        assert conflicts.count(two.tablet) == 0
        assert "What is where" in glass(app)


async def test_both_of_something_logged_can_be_so_and_of_a_name_not(two: Two) -> None:
    amended_twice(two)
    app = still(two.tablet)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("s", "c", "b")
        await settle(pilot)
        log = visits.visit_log(two.tablet, two.visit)
        assert sorted(str(o.code) for o in log.observations) == ["off", "passive"]
        assert conflicts.count(two.tablet) == 0


async def test_the_last_twenty_say_what_the_other_device_made_of_it(two: Two) -> None:
    key = amended_twice(two)
    app = still(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        app.post_message(ShowCorrect(two.visit))
        await settle(pilot)
        assert isinstance(app.screen, CorrectScreen)
        assert "also changed on this device:" in " ".join(glass(app).split())
        app.screen.press(f"pick:{key}")
        await settle(pilot)
        act = next(act for act, _, _ in app.screen.sheet.acts if act.startswith("restore:"))
        app.screen.press(act)
        await settle(pilot)
        assert code_of(two.tablet, two.visit, key) == "off"
        assert conflicts.count(two.tablet) == 0


# -- beside the app ----------------------------------------------------------------------------------------


async def test_the_app_syncs_by_itself_and_shows_what_came_in(two: Two) -> None:
    app = ObserveApp(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        await until(pilot, lambda: not app.beside.busy and not app.beside.due())  # the one at the start
        tap_for(two.laptop, two)
        sync(two.laptop)
        app.beside.soon()
        await until(pilot, lambda: any(o.student for o in app.screen.controller.log.observations))  # type: ignore[attr-defined]  # reason: live
        await pilot.press("A", "4")
        await until(pilot, lambda: "saved here" in title(app))
        app.beside.soon()
        await until(pilot, lambda: title(app).endswith("in the folder"))
    sync(two.laptop)
    assert len(visits.visit_log(two.laptop, two.visit).observations) == 2


async def test_it_is_a_minute_from_one_to_the_next_and_one_at_a_time(two: Two) -> None:
    class Counted(Hanging):
        moved = 0

        def monotonic_ms(self) -> int:
            return super().monotonic_ms() + self.moved

    platform = Counted()
    two.tablet.platform = platform
    found = beside.Beside(two.tablet, deadline_s=0.3)
    assert found.due()  # at the start
    running = asyncio.ensure_future(found.sync())
    await asyncio.sleep(0)
    found.soon()
    assert not found.due()
    await running
    assert found.due()  # asked for meanwhile
    await found.sync()
    assert not found.due()
    platform.moved += beside.EVERY_MS
    assert found.due()
    assert len(platform.started) == 2
    for process in platform.started:
        await process.wait()


async def test_a_folder_that_hangs_delays_nothing_is_ended_and_said(two: Two) -> None:
    platform = Hanging()
    two.tablet.platform = platform
    app = ObserveApp(two.tablet)
    app.beside.deadline_s = 2.5
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.beside.busy)
        live = app.screen
        assert isinstance(live, LiveScreen)
        slowest = 0.0
        for _ in range(20):
            began = time.perf_counter()
            live.press("code.engagement.active")
            slowest = max(slowest, time.perf_counter() - began)
        assert app.beside.busy
        assert len(live.controller.log.observations) == 20
        assert not live.controller.saver.waiting
        assert slowest < 2  # the folder's deadline is later
        await until(pilot, lambda: "! saved here" in title(app))
        found = mark(two.tablet)
        assert found is not None
        assert "did not answer" in found.said
        await until(pilot, lambda: platform.started[0].returncode is not None)


async def test_leaving_ends_the_process_that_hangs(two: Two) -> None:
    platform = Hanging()
    two.tablet.platform = platform
    app = ObserveApp(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await until(pilot, lambda: platform.started)
        began = time.monotonic()
        await pilot.press("q")
        await pilot.pause()
    await asyncio.wait_for(platform.started[0].wait(), 60)
    assert time.monotonic() - began < 60  # long before the folder's deadline


def test_the_last_sync_at_quit_is_for_what_is_only_here_and_ends_in_time(two: Two) -> None:
    asked: list[tuple[list[str], float]] = []

    class Asked(Platform):
        def run_briefly(self, home: Path, arguments: Sequence[str], seconds: float) -> None:
            asked.append((list(arguments), seconds))

    two.tablet.platform = Asked()
    beside.at_quit(two.tablet)
    assert asked == []
    tap_for(two.tablet, two)
    beside.at_quit(two.tablet)
    assert asked == [(["sync", "--json"], beside.QUIT_S)]
    two.tablet.platform = Platform()
    beside.at_quit(two.tablet, 0.01)  # no process is as fast as that
    found = mark(two.tablet)
    assert found is not None
    assert found.only_here
    beside.at_quit(two.tablet, 30)
    found = mark(two.tablet)
    assert found is not None
    assert not found.only_here


async def test_where_there_are_no_processes_the_app_goes_on_without(two: Two) -> None:
    app = still(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await until(pilot, lambda: not app.beside.able)
        assert title(app).endswith("seen by 1")
        await pilot.press("s", "s")
        await settle(pilot)
        assert isinstance(app.screen, SharingScreen)
        assert "run `observe sync`" in " ".join(glass(app).split())


async def test_a_sync_that_another_window_is_at_is_no_failure(two: Two) -> None:
    with two.tablet.platform.one_sync(two.tablet.path) as alone:  # type: ignore[attr-defined]  # reason: the real one
        assert alone
        await beside.Beside(two.tablet).sync()
    found = mark(two.tablet)
    assert found is not None
    assert not found.troubled


@pytest.mark.parametrize("way", ["help", "typing"])
async def test_the_mark_is_true_also_where_nothing_else_is_read_anew(two: Two, way: str) -> None:
    app = still(two.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        if way == "help":
            await pilot.press("?")
        else:
            await pilot.press("y", "M", "a")
        await settle(pilot)
        assert title(app).endswith("seen by 1")
        await until(pilot, lambda: not app.beside.able)  # the sync of the start, which shows things anew, is over
        await settle(pilot)
        tap_for(two.tablet, two)
        await until(pilot, lambda: title(app).endswith("saved here"))
        assert way == "help" or "Ma█" in glass(app)


async def test_a_process_that_dies_is_said_too(two: Two) -> None:
    class Broken(Platform):
        async def start(self, home: Path, arguments: Sequence[str]) -> Any:
            pipe = asyncio.subprocess.PIPE
            line = [sys.executable, "-c", "import sys; sys.exit('observe: no room, for anything')"]
            return await asyncio.create_subprocess_exec(*line, stdin=pipe, stdout=pipe, stderr=pipe)

    two.tablet.platform = Broken()
    await beside.Beside(two.tablet).sync()
    found = mark(two.tablet)
    assert found is not None
    assert found.troubled
    assert "no room, for anything" in found.said


async def test_in_a_copied_home_the_next_tap_is_written_under_the_new_id(two: Two, tmp_path: Path) -> None:
    two.tablet.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "copy"
    shutil.copytree(two.tablet.path, copy)
    tap_for(two.tablet, two)
    sync(two.tablet)
    twin = open_home(copy, Platform())
    try:
        old = twin.journal.device
        app = ObserveApp(twin)
        async with app.run_test(size=(100, 32)) as pilot:
            await settle(pilot)
            await pilot.press("enter")
            await settle(pilot)
            live = app.screen
            assert isinstance(live, LiveScreen)
            await pilot.press("A", "3")  # numbered as the other one's tap
            await until(pilot, lambda: twin.setting("device") != old)
            await until(pilot, lambda: not app.beside.busy)
            assert twin.journal.device == twin.setting("device")
            # What the other one tapped may come with the sync after the one that gave the new id.
            await until(pilot, lambda: len(visits.visit_log(twin, two.visit).observations) == 2)
            await pilot.press("B", "4")
            await settle(pilot)
            sql = "SELECT device FROM entry WHERE kind = 'observation' ORDER BY pos DESC LIMIT 1"
            assert twin.conn.execute(sql).fetchone() == (twin.setting("device"),)
            await pilot.press("u")  # and undo knows it for its own
            await settle(pilot)
            codes = sorted(str(o.code) for o in visits.visit_log(twin, two.visit).observations)
            assert codes == ["active", "deep"]
    finally:
        twin.close()


def test_a_tap_right_after_another_process_gave_the_home_a_new_id_is_under_it(two: Two, tmp_path: Path) -> None:
    two.tablet.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "copy"
    shutil.copytree(two.tablet.path, copy)
    tap_for(two.tablet, two)
    sync(two.tablet)
    app, child = open_home(copy, Platform()), open_home(copy, Platform())
    try:
        old = app.journal.device
        assert sync(child).pulled.new_life
        tap_for(app, two)
        sql = "SELECT device, seq FROM entry WHERE kind = 'observation' ORDER BY pos DESC LIMIT 1"
        device, seq = app.conn.execute(sql).fetchone()
        assert (device, seq) == (app.setting("device"), 1)
        assert device != old
    finally:
        app.close()
        child.close()


def test_the_mark_of_a_home_whose_disk_is_full_is_still_true(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    tap_for(two.tablet, two)
    before = two.tablet.setting("shared_last")

    def full(*_: object) -> None:
        raise NotSaved("not saved", "the disk is full")

    monkeypatch.setattr(two.tablet, "set_setting", full)
    with pytest.raises(NotSaved):
        keep_outcome(two.tablet, well=True, said="")
    found = mark(two.tablet)
    assert found is not None
    assert found.only_here
    assert json.loads(before or "{}")["through"] < two.tablet.conn.execute("SELECT count(*) FROM entry").fetchone()[0]


async def test_a_keyring_that_is_locked_holds_up_nothing_and_its_answer_shows(two: Two) -> None:
    home = two.tablet
    home.platform = locked = Locked()
    app = ObserveApp(home)
    try:
        async with app.run_test(size=(100, 32)) as pilot:
            await settle(pilot)
            app.screen.post_message(ShowSharing())
            await settle(pilot)
            assert isinstance(app.screen, SharingScreen)
            assert "its keys are not here yet" in glass(app)
            assert "may be locked" in glass(app)
            assert not {"set_up", "new_code"} & set(app.screen.foot())
            await pilot.press("pagedown", "pageup")
            await pilot.press("escape")
            await settle(pilot)
            assert isinstance(app.screen, TodayScreen)
            app.screen.post_message(ShowSharing())
            await settle(pilot)
            locked.opened.set()
            await until(pilot, lambda: "Devices of the team" in glass(app))
            assert locked.asked == 2  # once for each screen, however often it was drawn
            assert "its keys are not here yet" not in glass(app)
    finally:
        locked.opened.set()


def test_the_app_notes_that_a_sync_died_without_asking_for_the_keys(two: Two) -> None:
    home = two.tablet
    before = json.loads(home.setting(LAST) or "{}")
    home.platform = locked = Locked()
    keep_outcome(home, well=False, said="it ended without a word", look=False)
    home.set_setting(LAST, None)
    keep_outcome(home, well=False, said="it ended without a word", look=False)
    assert locked.asked == 0
    found = mark(home)
    assert found is not None
    assert found.troubled
    assert found.words[0] == "saved here"  # what nobody has looked at is claimed of nothing
    assert before["through"] >= 0
