"""Groups and the plan in a live visit: by finger and by keys, in every form, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.events import MouseDown
from textual.geometry import Region

from observe.domain.cards import page_text
from observe.services import compacting, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.today import today
from observe.services.wrapup import wrap_up
from observe.store import rosters
from observe.ui.layout import GROUPS, PLAN
from observe.ui.live import mending
from observe.ui.live.controller import Controller
from observe.ui.live.screen import LiveScreen
from observe.ui.live.undoing import undo_words
from observe.ui.pads import Pad, Panel

from .finger import SIZES, mouse, targets, touch
from .school import section_id
from .test_ergonomics import calm, small
from .test_live_screen import app_on, glass, keys
from .test_reach import type_

ROOM = "Gr 4 Rm 12"
SOME = (SIZES[0], SIZES[3], SIZES[5])
"""Where the row and the card are in other places: a band, a row beside the plan, large text."""
ASK = {"channel": "questioning", "code": "analyze"}


def planned(home: Home, **more: list[tuple[str, dict[str, Any]]]) -> str:
    """A visit that began with a plan: three groups of eight in two tiers, three questions, two segments."""
    ids = [student.id for student in visits.students(home, section_id(home, ROOM))]
    rows: list[tuple[str, dict[str, Any]]] = [
        ("objective", {"text": "Compare fractions"}),
        ("group", {"name": "Arrays", "tier": "core", "students": ids[:8]}),
        ("group", {"name": "Stories", "tier": "core", "students": ids[8:16]}),
        ("group", {"name": "Inventors", "tier": "top", "students": ids[16:24]}),
        ("tier", {"name": "core", "text": "page 41"}),
        ("question", {"text": "How do you know?", **ASK}),
        ("question", {"text": "What would change if both were equal to one half?", **ASK, "code": "evaluate"}),
        ("question", {"text": "No level"}),
        ("segment", {"minutes": 10, "me": "mini-lesson", "teacher": "circulates"}),
        ("segment", {"minutes": 20, "me": "Inventors", "teacher": "Arrays"}),
        *more.get("more", []),
    ]
    visit = home.new_key()
    facts = {"section": section_id(home, ROOM), "planned_at": visits.iso(home.clock.now()), "zone": "UTC"}

    def change(act: Any) -> None:
        act.put("visit", visit, facts, new=True)
        for place, (part, data) in enumerate(rows):
            act.put("plan", f"{visit}/l{place}", {"visit": visit, "part": part, "place": place, **data})

    home.write(change)
    return visits.start_visit(home, section_id(home, ROOM), visit=visit).id


def who(c: Controller, name: str) -> str:
    return next(seat.student.id for seat in c.view.seats if seat.student.name.startswith(name))


def standing(home: Home, student: str) -> str:
    return next(s.group for s in rosters.students(home.conn, section_id(home, ROOM)) if s.id == student)


def pads(screen: LiveScreen, face: str) -> dict[str, Pad]:
    cells = next(cells for found, cells in screen.shown.values() if found == face)
    return {cell.id: cell for cell in cells if isinstance(cell, Pad)}


def on_card(screen: LiveScreen) -> str:
    cells = next(cells for found, cells in screen.shown.values() if found == PLAN)
    return "\n".join(row.text for cell in cells if isinstance(cell, Panel) for row in cell.rows)


# -- a group, as a student is chosen ------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_group_is_chosen_logged_about_and_let_go_by_a_tile(home_open: Home, size: tuple[int, int]) -> None:
    planned(home_open)
    async with app_on(home_open, size) as (pilot, screen):
        c = screen.controller
        screen.press("groups", touch=True)
        assert set(pads(screen, GROUPS)) == {"group_move", "group.Arrays", "group.Stories", "group.Inventors"}
        touch(screen, "group.Stories")
        assert c.session.open == ""
        await pilot.pause()
        assert "▶ Stories" in glass(screen)
        touch(screen, "code.engagement.active")
        touch(screen, "code.engagement.passive")
        found = [(o.code, o.student, o.group) for o in c.log.observations]
        assert found == [("active", None, "Stories"), ("passive", None, "Stories")]
        assert c.view.never == 25  # nobody in it was seen
        await pilot.pause()
        assert "Stories" in glass(screen).split("Thinking")[0]
        first = c.view.seats[0].student.id
        touch(screen, f"student.{first}")
        touch(screen, "code.engagement.deep")
        assert (c.log.observations[-1].student, c.log.observations[-1].group) == (first, "")


async def test_a_note_while_a_group_is_chosen_is_about_the_group(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (pilot, screen):
        c = screen.controller
        type_(screen, "A 4 [ [ 2")
        touch(screen, "note")
        await pilot.pause()
        assert "flag / Stories" in glass(screen)
        await keys(pilot, "i", *"took turns")
        assert "on Stories" in glass(screen)
        await keys(pilot, "enter")  # not said of Amara's tap, the last one
        assert [(n.student, n.group, n.body) for n in c.log.notes] == [
            (None, "Stories", ""),
            (None, "Stories", "took turns"),
        ]
        assert [o.note for o in c.log.observations] == [""]
        type_(screen, "3")
        await keys(pilot, "i", *"then alone", "enter")
        assert [(o.group, o.note) for o in c.log.observations] == [("", ""), ("Stories", "then alone")]
    page = page_text(wrap_up(home_open, c.recorder.visit_id))
    assert "Stories: took turns" in page
    assert "Stories: what you saw" in page or "Stories: (no words yet)" in page
    assert [one.group for one in today(home_open).unfinished if one.what == "note"] == ["Stories"]


async def test_a_note_on_a_child_nothing_is_logged_of_is_not_put_on_anothers_tap(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        c = screen.controller
        await keys(pilot, "A", "4", "B", "i", *"hums", "enter")
        assert [o.note for o in c.log.observations] == [""]
        assert [(n.student, n.body) for n in c.log.notes] == [(c.session.selected, "hums")]
        await keys(pilot, "0", "i", *"rain", "enter")
        assert [o.note for o in c.log.observations] == ["rain"]


@pytest.mark.parametrize("size", SOME, ids=str)
async def test_small_group_is_with_the_group_that_is_chosen(home_open: Home, size: tuple[int, int]) -> None:
    planned(home_open)
    async with app_on(home_open, size) as (pilot, screen):
        c = screen.controller
        type_(screen, "[ 2 c")
        members = tuple(s for s in c.view.present if c.log.grouping.at().get(s) == "Stories")
        assert len(members) == 8
        assert (c.log.observations[-1].code, c.log.observations[-1].with_whom) == ("group", members)
        await pilot.pause()
        assert "whom?" not in glass(screen)
        assert mending.offer(c) == "since"  # what the strip offers of any role
        type_(screen, "0 z c")
        assert c.log.observations[-1].with_whom == ()
        assert mending.offer(c) == "with"


async def test_a_group_by_keys_alone_and_taken_back(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        type_(screen, "A")
        chosen = c.session.selected
        type_(screen, "[ [ 2")  # with a child chosen the first of the two keys moves the child
        assert c.session.target == (None, "Stories")
        type_(screen, "3")
        assert c.log.observations[-1].group == "Stories"
        type_(screen, "[ 1 u")  # choosing one is taken back like choosing a child
        assert c.session.target == (None, "Stories")
        type_(screen, "y")
        assert c.session.target == (None, "Arrays")
        type_(screen, "0")
        assert c.session.target == (None, "")
        type_(screen, "3")
        assert (c.log.observations[-1].student, c.log.observations[-1].group) == (None, "")
        assert chosen is not None
        type_(screen, "[ escape")
        assert c.session.open == ""


async def test_a_spark_is_a_childs_and_a_state_is_nobodys_whatever_group_is_chosen(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        type_(screen, "[ 1 t 1")
        assert not c.log.observations
        assert "choose one student" in c.session.message
        type_(screen, "z h")
        assert [(o.code, o.group) for o in c.log.observations] == [("teach", ""), ("apply", "Arrays")]
        type_(screen, "d h")  # one of the group asked it
        assert [(o.student, o.group, o.modifiers["asker"]) for o in c.log.observations[-1:]] == [
            (None, "Arrays", "student")
        ]


async def test_what_was_said_of_a_group_was_said_of_a_child_after_all(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        type_(screen, "[ 1 3 backspace")
        kofi = who(c, "Kofi")
        touch(screen, f"student.{kofi}")
        assert [(o.code, o.student, o.group) for o in c.log.observations] == [("active", kofi, "")]
        type_(screen, "u")
        assert [(o.code, o.student, o.group) for o in c.log.observations] == [("active", None, "Arrays")]
        type_(screen, "backspace 0")
        assert [(o.code, o.student, o.group) for o in c.log.observations] == [("active", None, "")]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_was_said_of_a_child_was_said_of_a_group_after_all(home_open: Home, size: tuple[int, int]) -> None:
    visit = planned(home_open)
    async with app_on(home_open, size) as (pilot, screen):
        c = screen.controller

        def logged() -> list[tuple[str | None, str | None, str]]:
            return [(o.code, o.student, o.group) for o in visits.visit_log(home_open, visit).observations]

        amara = who(c, "Amara")
        touch(screen, f"student.{amara}")
        touch(screen, "code.engagement.active")
        touch(screen, "strip")  # one
        assert set(pads(screen, GROUPS)) == {"strip", "group.Arrays", "group.Stories", "group.Inventors"}
        assert not small(screen)
        touch(screen, "group.Stories")  # two
        assert logged() == [("active", None, "Stories")]  # one observation about a group, and about nobody in it
        assert c.view.never == 25
        assert c.session.target == (None, "Stories")
        assert (c.session.open, c.session.moving) == ("", None)
        await pilot.pause()
        assert undo_words(c)[0] == "moved"
        touch(screen, "strip")  # and from a group to another one: where it is now is lit
        assert [pad.on for id, pad in pads(screen, GROUPS).items() if id == "group.Stories"] == [True]
        touch(screen, "group.Arrays")
        assert logged() == [("active", None, "Arrays")]
        touch(screen, "undo")
        assert logged() == [("active", None, "Stories")]
        touch(screen, "undo")
        assert logged() == [("active", amara, "")]
        touch(screen, "redo")
        assert logged() == [("active", None, "Stories")]
        for id in ("strip", "strip"):  # kept as it is
            touch(screen, id)
        assert (logged(), c.session.open, c.session.moving) == ([("active", None, "Stories")], "", None)
        assert not c.log.grouping.moves


async def test_a_log_goes_to_a_group_by_keys_and_a_spark_or_an_answer_never_does(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        type_(screen, "A 3 backspace 2")
        assert [(o.student, o.group) for o in c.log.observations] == [(None, "Stories")]
        type_(screen, "A t 1 backspace")
        assert c.session.moving is not None
        assert c.session.open == ""  # a spark is a child's
        kofi = who(c, "Kofi")
        touch(screen, f"student.{kofi}")
        assert c.log.observations[-1].student == kofi
        screen.press("groups", touch=True)  # with a finger the row stays open
        touch(screen, "group.Inventors")
        touch(screen, "strip")
        assert c.session.open == ""
        type_(screen, "escape h")
        screen.press("groups", touch=True)
        screen.press("strip", touch=True)  # who answered: one child does
        assert c.session.moving is not None
        assert c.session.open == ""


# -- a move -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_child_whom_the_taps_are_about_moves_in_two_taps_from_the_plain_screen(
    home_open: Home, size: tuple[int, int]
) -> None:
    planned(home_open)
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller
        first, second = c.view.seats[0].student.id, c.view.seats[1].student.id
        touch(screen, f"student.{first}")
        touch(screen, "code.engagement.active")
        large = screen.scene.layout.form == "large"  # there the pad is behind More, and it is one tap more

        def open_groups() -> None:
            if large:
                touch(screen, "more")
            touch(screen, "groups")

        open_groups()
        assert {"group_move", "group.Stories", "group_none", "group_new"} <= set(pads(screen, GROUPS))
        touch(screen, "group.Stories")
        assert c.log.grouping.at()[first] == "Stories"
        touch(screen, f"student.{second}")  # the row is still there for the next one
        touch(screen, "group.Inventors")
        assert c.log.grouping.at()[second] == "Inventors"
        touch(screen, "code.engagement.active")  # and gone with the next log
        assert (c.session.open, c.log.observations[-1].student) == ("", second)
        screen.draw()  # what is not the strip follows a frame later
        open_groups()
        touch(screen, "group_move")  # to choose one although a child is chosen: once more on Move
        touch(screen, "group.Arrays")
        assert c.session.target == (None, "Arrays")
        assert c.session.open == ""
        open_groups()
        assert "group_none" not in pads(screen, GROUPS)  # nobody is chosen, so it is for a choice
        assert len(c.log.grouping.moves) == 2


@pytest.mark.parametrize("size", [(100, 32), (160, 45), (60, 40)], ids=str)
async def test_a_second_tap_where_the_row_was_opened_closes_it_and_moves_nobody(
    home_open: Home, size: tuple[int, int]
) -> None:
    planned(home_open)
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller
        touch(screen, f"student.{c.view.seats[0].student.id}")
        x, y = next((w.x + 2, w.y + 1) for _, w, id in targets(screen) if id == "groups")
        for opened in (GROUPS, "", GROUPS):
            down = mouse(MouseDown, x, y)
            assert isinstance(down, MouseDown)
            screen.on_mouse_down(down)
            assert c.session.open == opened
        assert not c.log.grouping.moves


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_pad_of_the_groups_keeps_its_place_and_is_dim_until_there_are_some(
    home_open: Home, visit: str, size: tuple[int, int]
) -> None:
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller

        def pad() -> tuple[Region, Pad]:
            calm(screen)
            if screen.scene.layout.form == "large":
                touch(screen, "more")
            where = next(where for _, where, id in targets(screen) if id == "groups")
            found = (cell for _, cells in screen.shown.values() for cell in cells if cell.id == "groups")
            return where, next(cell for cell in found if isinstance(cell, Pad))

        before, dim = pad()
        assert dim.low
        data = {"visit": visit, "part": "group", "place": 0, "name": "Arrays", "students": [who(c, "Kofi")]}
        home_open.write(lambda act: act.put("plan", f"{visit}/g", data))
        screen.tick()
        after, lit = pad()
        assert not lit.low
        assert before == after


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_child_moves_in_two_taps_and_undo_moves_back(home_open: Home, size: tuple[int, int]) -> None:
    visit = planned(home_open)
    async with app_on(home_open, size) as (pilot, screen):
        c = screen.controller
        screen.press("groups", touch=True)
        touch(screen, "group_move")
        places = targets(screen)
        first, second = c.view.seats[0].student.id, c.view.seats[1].student.id
        touch(screen, f"student.{first}")  # one
        touch(screen, "group.Inventors")  # two
        assert c.log.grouping.at()[first] == "Inventors"
        assert standing(home_open, first) == "Inventors"
        touch(screen, f"student.{second}")  # and the next child, likewise
        touch(screen, "group_none")
        assert second not in c.log.grouping.at()
        assert [(region, id) for _, region, id in targets(screen)] == [(region, id) for _, region, id in places]
        assert not c.log.observations
        await pilot.pause()
        assert "moved Am" in glass(screen) or "moved Ai" in glass(screen) or "moved" in glass(screen)
        touch(screen, "undo")
        assert c.log.grouping.at()[second] == "Arrays"
        touch(screen, "undo")
        assert c.log.grouping.at()[first] == "Arrays"
        assert standing(home_open, first) == ""
        touch(screen, "redo")
        assert c.log.grouping.at()[first] == "Inventors"
        assert len(visits.visit_log(home_open, visit).grouping.moves) == 1


async def test_a_move_by_keys_gives_the_digits_back_to_the_codes(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        kofi = who(c, "Kofi")
        type_(screen, "K [ 3")
        assert c.log.grouping.at()[kofi] == "Inventors"
        assert c.session.open == ""
        type_(screen, "3")
        assert [(o.code, o.student) for o in c.log.observations] == [("active", kofi)]
        type_(screen, "[ 6")
        assert kofi not in c.log.grouping.at()
        type_(screen, "[ 7")
        assert c.log.grouping.at()[kofi] == "Group 1"
        type_(screen, "[ [ [ [")  # to moving, to choosing, to moving, and back
        assert list(pads(screen, GROUPS)) == ["group_move", "group.Arrays", "group.Stories", "group.Inventors",
                                              "group.Group 1"]  # fmt: skip


async def test_the_first_group_of_a_class_is_made_in_the_visit(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        type_(screen, "[")
        assert list(pads(screen, GROUPS)) == ["group_move", "group_none", "group_new"]
        new = pads(screen, GROUPS)["group_new"].key
        type_(screen, new)
        assert c.session.message == "tap a child first"
        type_(screen, f"K [ {new}")
        assert c.log.grouping.at() == {who(c, "Kofi"): "Group 1"}
        type_(screen, "u [")
        assert "group.Group 1" in pads(screen, GROUPS)  # it keeps its place, empty as it is


async def test_groups_that_are_planned_while_the_visit_goes_on_are_there_a_second_later(
    home_open: Home, visit: str
) -> None:
    async with app_on(home_open) as (_, screen):
        kofi = who(screen.controller, "Kofi")
        data = {"visit": visit, "part": "group", "place": 0, "name": "Arrays", "students": [kofi]}
        home_open.write(lambda act: act.put("plan", f"{visit}/g", data))
        screen.tick()
        assert screen.controller.log.grouping.at() == {kofi: "Arrays"}


async def test_help_on_a_group_and_on_a_planned_question_says_what_a_tap_does(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (pilot, screen):
        for strokes, id, words in (("[", "group.Arrays", "chosen child goes to another"), ("]", "ask.l5", "asks it")):
            type_(screen, strokes)
            screen.controller.session.cursor = id
            type_(screen, "?")
            await pilot.pause()
            await pilot.pause()
            shown = " ".join("\n".join(s.text for s in screen.app.screen._compositor.render_strips()).split())
            assert words in shown
            screen.app.pop_screen()
            await pilot.pause()


async def test_many_groups_come_in_pages_and_each_keeps_its_place(home_open: Home) -> None:
    extra = [("group", {"name": f"Table {n}"}) for n in range(9)]
    planned(home_open, more=extra)
    async with app_on(home_open, (60, 40)) as (_, screen):
        screen.press("groups", touch=True)
        seen: list[str] = []
        for _ in range(4):
            seen += [id for id in pads(screen, GROUPS) if id.startswith("group.")]
            touch(screen, "group_more")
        assert len(seen) == len(set(seen)) == 12
        before = list(pads(screen, GROUPS))
        touch(screen, "group_move")
        assert list(pads(screen, GROUPS)) == [*before, "group_none", "group_new"]


async def test_a_move_that_is_not_saved_says_so_and_is_not_shown(home_open: Home) -> None:
    import sqlite3

    planned(home_open)
    other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        other.execute("BEGIN IMMEDIATE")
        type_(screen, "K [ 3")
        assert "not saved" in c.session.message
        other.execute("ROLLBACK")
        screen.tick()
        assert c.log.grouping.at()[who(c, "Kofi")] == "Stories"
    other.close()


# -- with whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SOME, ids=str)
async def test_a_small_group_is_with_a_group_in_one_tap_or_with_tiles(home_open: Home, size: tuple[int, int]) -> None:
    planned(home_open)
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller
        members = [seat.student.id for seat in c.view.seats if c.log.grouping.at().get(seat.student.id) == "Stories"]
        away = members.pop()
        Recorder(home_open, c.recorder.visit_id).attendance(absent=[away])
        c.press("code.role.group")
        screen.draw()
        touch(screen, "strip")
        assert c.session.marking is not None
        assert {"strip", "group.Arrays", "group.Stories"} <= set(pads(screen, GROUPS))
        assert not small(screen)
        touch(screen, "group.Stories")
        assert c.session.marking is None
        assert c.session.open == ""
        assert c.log.observations[-1].with_whom == tuple(members)
        c.press("code.role.teach")
        c.press("code.role.group")
        screen.draw()
        touch(screen, "strip")
        first = c.view.seats[0].student.id
        touch(screen, f"student.{first}")
        touch(screen, "strip")
        assert set(c.log.observations[-1].with_whom) == {*members, first}  # the last group, and one more
        assert c.session.open == ""


async def test_a_group_of_whom_nobody_is_here_is_no_with_whom(home_open: Home) -> None:
    planned(home_open, more=[("group", {"name": "Empty"})])
    async with app_on(home_open) as (_, screen):
        type_(screen, "c backspace 4")
        assert "nobody of this group" in screen.controller.session.message
        assert screen.controller.session.marking is not None


# -- the plan -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SOME, ids=str)
async def test_a_planned_question_is_a_tap_that_ticks_it_and_undo_takes_the_tick_away(
    home_open: Home, size: tuple[int, int]
) -> None:
    planned(home_open)
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller
        type_(screen, "]")
        assert not small(screen)
        touch(screen, "ask.l5")
        (asked,) = c.log.observations
        assert (asked.channel, asked.code, asked.student, asked.plan) == ("questioning", "analyze", None, "l5")
        assert asked.modifiers == {"asker": "me"}
        assert c.session.open == ""
        type_(screen, "]")
        assert pads(screen, PLAN)["ask.l5"].subs[0] == "✓ Analyze"
        assert pads(screen, PLAN)["ask.l6"].subs[0] == "Evaluate"
        type_(screen, "escape u ]")
        assert not c.log.observations
        assert pads(screen, PLAN)["ask.l5"].subs[0] == "Analyze"
        type_(screen, "escape j ]")  # another one of the same level is not the planned one
        assert pads(screen, PLAN)["ask.l5"].subs[0] == "Analyze"
        type_(screen, "escape u ] 1 backspace")
        kofi = who(c, "Kofi")
        touch(screen, f"student.{kofi}")  # who answered is offered as after any question
        assert [(o.plan, o.modifiers) for o in c.log.observations] == [("l5", {"asker": "me", "answered_by": kofi})]


async def test_a_question_without_a_level_and_one_for_a_group(home_open: Home) -> None:
    planned(home_open)
    async with app_on(home_open) as (_, screen):
        c = screen.controller
        type_(screen, "] 3")
        assert "no level yet" in c.session.message
        assert not c.log.observations
        type_(screen, "[ 3 ] 2")
        assert [(o.code, o.group, o.plan) for o in c.log.observations] == [("evaluate", "Inventors", "l6")]


async def test_the_card_says_who_does_what_at_this_minute(home_open: Home, later: Callable[[float], None]) -> None:
    planned(home_open)
    async with app_on(home_open) as (_, screen):
        type_(screen, "]")
        text = on_card(screen)
        assert "now 0-10 me: mini-lesson; T: circulates" in text
        assert "then me: Inventors; T: Arrays" in text
        assert "for Compare fractions" in text
        assert "Arrays (core) Amara, Aiden, Beatriz" in text
        assert "core page 41" in text
        later(12)
        screen.tick()
        assert "now 10-30 me: Inventors; T: Arrays" in on_card(screen)
        later(30)
        screen.tick()
        assert "now" not in on_card(screen)
        screen.hide_names(True)
        assert "Amara" not in on_card(screen)


async def test_the_side_of_a_wide_screen_has_the_plan_and_its_questions_always(home_open: Home) -> None:
    visit = planned(home_open)
    async with app_on(home_open, (160, 45)) as (pilot, screen):
        c = screen.controller
        touch(screen, "ask.l6")
        assert [o.plan for o in c.log.observations] == ["l6"]
        await pilot.pause()
        assert "✓ Evaluate" in glass(screen)
        calm(screen)
        before = {id: region for _, region, id in targets(screen)}
        data = {"visit": visit, "part": "question", "place": 40, "text": "One more?", **ASK}
        home_open.write(lambda act: act.put("plan", f"{visit}/l40", data))  # a colleague, on the other device
        screen.tick()
        after = {id: region for _, region, id in targets(screen)}
        assert set(after) - set(before) == {"ask.l40"}
        assert {id: after[id] for id in before if not id.startswith("ask.")} == {
            id: before[id] for id in before if not id.startswith("ask.")
        }


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_takes_the_place_of_what_a_child_has_mastered_is_on_the_card_until_it_is_closed(
    home_open: Home, size: tuple[int, int]
) -> None:
    planned(home_open)
    section = section_id(home_open, ROOM)
    async with app_on(home_open, size) as (_, screen):
        amara = who(screen.controller, "Amara")
        one = compacting.add(home_open, section, amara, shown="times tables", instead="number talks")

        def card() -> str:
            screen.tick()
            type_(screen, "]")
            text = " ".join(on_card(screen).split())
            if "plan_more" in pads(screen, PLAN):
                touch(screen, "plan_more")
                text += " ".join(on_card(screen).split())
            type_(screen, "]")
            return text

        assert "compact Amara: number talks" in card()
        compacting.close(home_open, one.id)
        assert "number talks" not in card()


async def test_much_that_is_planned_comes_in_pages(home_open: Home) -> None:
    planned(home_open, more=[("question", {"text": f"And {n}?", **ASK}) for n in range(8)])
    async with app_on(home_open, (66, 21)) as (_, screen):
        type_(screen, "]")
        seen: list[str] = []
        for _ in range(4):
            seen += [id for id in pads(screen, PLAN) if id.startswith("ask.")]
            touch(screen, "plan_more")
        assert set(seen) >= {f"ask.l{n}" for n in (5, 6, 7, *range(10, 18))}
        assert "ask.l5" in pads(screen, PLAN)


async def test_without_a_plan_the_card_says_that_all_the_same(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (_, screen):
        type_(screen, "]")
        assert "No plan; log freely" in on_card(screen)
        type_(screen, "]")
        assert screen.controller.session.open == ""
