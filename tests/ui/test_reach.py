"""Every action there is can be done with a finger alone and with keys alone, computed from what is declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from observe.app import ObserveApp
from observe.services import classroom, visits
from observe.services.home import Home
from observe.ui.base import BoardScreen
from observe.ui.cardpage import CardPage
from observe.ui.commands import TODAY, WRAP
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import Away
from observe.ui.page import PageScreen
from observe.ui.screens.roster import RosterScreen
from observe.ui.screens.sharing import SharingScreen
from observe.ui.screens.week import WeekScreen

from .finger import SIZES, key, targets, touch
from .school import section_id
from .test_ergonomics import ROOM, calm, settle, tour
from .test_live_screen import app_on
from .test_wrapup import twelve_taps

TILES = "student."
BY_OTHER_TARGETS = {
    "letter": TILES, "left": TILES, "right": TILES, "up": TILES, "down": TILES,
    "cursor_left": TILES, "cursor_right": TILES, "cursor_up": TILES, "cursor_down": TILES,
    "again": "code.", "page": TILES, "more": "note",
}  # fmt: skip
"""What only the keyboard needs a command for, and the targets with which a finger does the same."""
DEALT = ("more", "group_move", "group_none", "group_new")
"""Leads to pads that all have keys of their own, so it needs none; groups are typed in `test_live_groups`."""
OPENERS = ("menu", "more", "page", "look", "unseen_list", "groups", "group_move", "plan")


def ways(screen: LiveScreen) -> dict[str, tuple[str, ...]]:
    """Every target that taps lead to, and the taps before it, found by tapping whatever opens something."""
    found: dict[str, tuple[str, ...]] = {}
    ahead: list[tuple[str, ...]] = [()]
    while ahead:
        path = ahead.pop(0)
        calm(screen)
        for id in path:
            touch(screen, id)
        for _, _, id in targets(screen):
            if id not in found:
                found[id] = path
                if id.startswith("open.") or id in OPENERS:
                    ahead.append((*path, id))
    calm(screen)
    return found


def spied(screen: BoardScreen) -> list[str]:
    """Ids that the screen is asked to do from now on."""
    pressed: list[str] = []
    press = screen.press

    def noted(id: str, touch: bool = False) -> None:
        pressed.append(id)
        if not quiet(id):
            press(id, touch)

    screen.press = noted
    return pressed


def quiet(id: str) -> bool:
    """What would lead to another screen is only noted here: where it leads has tests of its own."""
    return id in ("wrap", "so_far", "last_twenty", "leave", "help", "privacy", "demo", "quit", "today", "back")


def type_(screen: LiveScreen, strokes: str) -> None:
    for stroke in strokes.split(" "):
        screen.on_key(key(stroke))


@pytest.mark.parametrize("protocol", ["push_in", "copus", "dcos"])
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_action_and_code_of_a_visit_by_finger_alone_and_by_keys_alone(
    home_open: Home, protocol: str, size: tuple[int, int]
) -> None:
    visits.start_visit(home_open, section_id(home_open, ROOM), protocol=protocol)
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller
        found = ways(screen)
        tiles = {f"student.{seat.student.id}" for seat in c.view.seats} if c.places.tiles else set()
        asked = {"asker"} if c.places.asker is not None else set()
        useless = {"asker_on"} if c.places.answered is None else set()
        looks = {"look", "skip", "back", "look_order", "unseen_list", "look_unseen"}
        useless |= {"group_more", "plan_more"}  # there where there are many groups, or much is planned
        useless |= {"focal"} | (looks if c.places.left is None else set())  # focal looks are switched on first
        # Each command is a target, or one that is named above does the same; each tile is a target.
        for id in [*screen.commands, *tiles, *asked]:
            same = BY_OTHER_TARGETS.get(id)
            if id.startswith("choose."):
                channel, modifier = id.split(".")[1:3]
                first = c.places.asker is not None and c.places.bottom is not None
                same = f"step.{channel}.{modifier}"
                if first and (channel, modifier) == (c.places.bottom.name, c.places.asker.name):
                    same = "asker"
            elif id.startswith("step.") and "asker" in asked and id.endswith(f".{c.places.asker.name}"):
                same = "asker"
            if not c.places.tiles and id not in found and not id.startswith(("code.", "step.", "choose.", "flag.")):
                continue  # this protocol is not about students: nothing to choose, to look at or to mark
            if same is not None and id not in found:
                assert any(one.startswith(same) for one in found), id
            elif id in useless:
                continue
            else:
                assert id in found, id
        # Really tapped, each of them is what is done.
        pressed = spied(screen)
        for id, path in found.items():
            calm(screen)
            for step in (*path, id):
                touch(screen, step)
            assert pressed[-1] == id
        # Really pressed, likewise: by keys with neither ctrl nor a function key, or by those of the open menu.
        dealt = []
        for id in screen.commands:
            strokes = screen.scene.keys.get(id, "")
            calm(screen)
            pressed.clear()
            if strokes:
                assert not any("ctrl" in one or (one[0] == "f" and one[1:].isdigit()) for one in strokes.split(" "))
                type_(screen, strokes)
                assert pressed[-1:] == [id] or id == "letter", id
                if id == "letter":
                    assert screen.controller.session.prefix == strokes
            elif id in found and id not in DEALT:
                assert "menu" in found[id], id
                type_(screen, "_" if "unseen_list" in found[id] else "escape")
                key_of = {cell.id: cell.key for cell in screen.shown["tiles"][1] if cell.id}
                type_(screen, key_of[id])
                assert pressed[-1] == id
                dealt.append(id)
        assert {"wrap", "so_far", "pause", "leave"} <= set(dealt)
        for seat in c.view.seats if c.places.tiles else ():
            calm(screen)
            type_(screen, seat.letter if len(seat.letter) == 1 else f"/ {seat.letter[0]} {seat.letter[1]}".lower())
            assert c.session.selected == seat.student.id


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_code_tapped_and_the_same_code_typed_leave_the_same_in_the_log(
    home_open: Home, visit: str, size: tuple[int, int]
) -> None:
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller
        first = f"student.{c.view.seats[0].student.id}"
        for id, path in ways(screen).items():
            if not id.startswith("code."):
                continue
            logged = []
            by_finger = (*((first,) if first not in path else ()), *path, id)
            for way in (lambda taps=by_finger: [touch(screen, one) for one in taps], None):
                calm(screen)
                before = len(c.log.observations)
                if way is not None:
                    way()
                else:
                    type_(screen, c.view.seats[0].letter)
                    type_(screen, screen.scene.keys[id])
                new = c.log.observations[before:]
                assert [(o.channel, o.code) for o in new] == [tuple(id.split(".")[1:])], id
                logged.append([(o.channel, o.code, o.student, o.on, o.method) for o in new])
                screen.press("undo")
            assert logged[0] == logged[1], id


SAME: dict[str, Callable[[set[str]], bool]] = {
    # The cursor of the keyboard; where lines are chosen by it there are pads for it, too.
    "line_up": lambda found: "choose" not in found,
    "line_down": lambda found: "choose" not in found,
    "scroll_up": lambda found: True, "scroll_down": lambda found: True,  # not there where all fits
    "choose": lambda found: True,  # a pad acts when it is tapped; lines have this pad, tested with the lines
    "more_pads": lambda found: True,  # there where it is needed
}  # fmt: skip
LATER = {
    "end_last", "end_plan", "end_now", "began_plan", "partial", "rename", "letter", "identified", "absent", "gone",
    "move", "section", "write", "words", "earlier", "later", "back_in", "observer", "spell", "over_time", "named",
    "results", "second", "their_line", "kept", "dropped", "family",
    "reason_1", "reason_2", "reason_3", "reason_4", "reason_5", "reason_own",
}  # fmt: skip
"""There when there is something for it; those that a screen has in some state are tapped with that state."""
IN_A_TEAM = {
    "sync_now", "conflicts", "name", "new_code", "leave", "yes", "keep_1", "keep_2", "keep_both", "before", "next",
}  # fmt: skip
"""Of the Sharing screen, where there is a folder; `test_sharing` taps them."""

OF_THE_WEEK = {
    "start", "plan", "held", "long", "why_1", "why_2", "why_3", "why_4", "why_own", "move", "take_back", "change",
    "end", "remove", "typed",
}  # fmt: skip
"""Of the Week screen, where something is chosen or asked; `test_week` taps them."""


def pads_of(screen: PageScreen) -> set[str]:
    """Every pad of a page that a finger can bring onto the glass by More, Up and Down."""
    found: set[str] = set()
    if isinstance(screen, CardPage):
        screen.first = screen.pads_from = 0
        screen.draw()
    for _ in range(12):
        for id in ("more_pads", "scroll_down"):
            here = {one for _, _, one in targets(screen)}
            found |= here
            if id in here:
                touch(screen, id)
    return found


def stays(screen: BoardScreen) -> None:
    """What would lead to another screen does not: which command a key presses is looked at, one after the other."""
    post = screen.post_message
    screen.post_message = lambda message: isinstance(message, Away) or post(message)  # type: ignore[method-assign]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_command_of_every_other_screen_is_a_pad_and_a_key(home_open: Home, size: tuple[int, int]) -> None:
    held = twelve_taps(home_open)
    visits.start_visit(home_open, section_id(home_open, ROOM))
    classroom.seats(home_open, "Room 5", 4)  # another class to go to while a visit goes on
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        for screen in reversed(await tour(home_open, held, app, pilot)):
            assert isinstance(screen, PageScreen)
            if isinstance(screen, CardPage):
                screen.typing = None
            found = pads_of(screen)
            later = LATER | (IN_A_TEAM if isinstance(screen, SharingScreen) else set())
            later |= OF_THE_WEEK if isinstance(screen, WeekScreen) else set()
            for id, command in screen.commands.items():
                assert id in found or id in later or (id in SAME and SAME[id](found)), (screen, id)
                assert command.key or id == "more_pads", (screen, id)
                assert "ctrl" not in command.key
            pressed = spied(screen)
            stays(screen)
            for command in screen.commands.values():
                if command.key and not (isinstance(screen, CardPage) and command.id == "choose"):
                    pressed.clear()
                    screen.on_key(key(command.key))
                    assert pressed[-1:] == [command.id] or "resume" in pressed, (screen, command.id)
                    if isinstance(screen, CardPage):
                        screen.typing = None
                    if isinstance(screen, WeekScreen):
                        screen.asked = None  # its answers have keys of their own
                    if isinstance(screen, RosterScreen):
                        screen.spelled = None  # the next letter would be a student's
                    if app.screen is not screen:
                        break
            while app.screen is not screen and screen in app.screen_stack:
                await app.pop_screen()
            if app.screen is screen and len(app.screen_stack) > 2:
                await app.pop_screen()
            await settle(pilot)


def test_what_is_not_always_there_is_declared_somewhere() -> None:
    assert {command.id for command in TODAY} & LATER >= {"end_last", "end_now", "began_plan"}
    assert {command.id for command in WRAP} & LATER >= {"write", "words", "earlier", "later", "back_in"}
