"""Whom nobody observed this month is marked first, and said so on the tile, until somebody looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from observe.domain.codec import day_bounds, local
from observe.services import seen, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui.live.controller import Controller
from observe.ui.live.tiles import NOT_THIS_MONTH
from observe.ui.pads import Tile

from .finger import SIZES
from .school import CLASS, section_id
from .test_live_screen import app_on, glass

ROOM = "Gr 4 Rm 12"
BACK = ("Amara", "Grace", "Zoe")


def looked_at(home: Home, at: int) -> list[str]:
    """A visit then in which all but three were looked at; ids of those three, in seat order."""
    visit = visits.start_visit(home, section_id(home, ROOM), at=at).id
    recorder = Recorder(home, visit)
    people = visits.students(home, section_id(home, ROOM))
    left = [s.id for s in people if not s.name.startswith(BACK)]
    for student in left:
        recorder.observe("engagement", "active", student=student)
    visits.end_visit(home, visit)
    return [s.id for s in people if s.id not in left]


def month(home: Home) -> int:
    """The ms at which this month began."""
    today = local(home.clock.now(), home.zone).date()
    return day_bounds(today.replace(day=1), home.zone)[0]


def test_the_class_has_those_three() -> None:
    assert sum(name.startswith(BACK) for name in CLASS) == 3


def test_they_are_marked_before_all_others_and_only_until_a_look(home_open: Home) -> None:
    three = looked_at(home_open, max(month(home_open), home_open.clock.now() - 3_600_000))
    live = Controller(home_open, visits.start_visit(home_open, section_id(home_open, ROOM)).id)
    assert [s.student.id for s in live.view.seats if s.marked] == three
    assert [s.student.id for s in live.view.seats if s.not_this_month] == three
    assert live.view.unseen[:3] == tuple(three)
    live.press(f"student.{three[0]}")
    live.press("code.engagement.active")
    assert [s.student.id for s in live.view.seats if s.not_this_month] == three[1:]
    assert live.view.unseen[0] == three[1]


def test_a_visit_of_last_month_says_nothing_and_nor_does_none(home_open: Home) -> None:
    first = visits.start_visit(home_open, section_id(home_open, ROOM)).id
    assert not seen.not_this_month(home_open, visits.read(home_open, first))
    visits.end_visit(home_open, first)
    day = timedelta(days=1) // timedelta(milliseconds=1)
    looked_at(home_open, month(home_open) - day)
    second = visits.start_visit(home_open, section_id(home_open, ROOM)).id
    assert not seen.not_this_month(home_open, visits.read(home_open, second))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_tile_says_so_at_each_size(home_open: Home, size: tuple[int, int]) -> None:
    looked_at(home_open, max(month(home_open), home_open.clock.now() - 3_600_000))
    visits.start_visit(home_open, section_id(home_open, ROOM))
    async with app_on(home_open, size) as (_, screen):
        tiles = [cell for _, cells in screen.shown.values() for cell in cells if isinstance(cell, Tile) and cell.stale]
        assert tiles
        assert all(tile.words == NOT_THIS_MONTH for tile in tiles)
        assert sum(glass(screen).count(word) for word in NOT_THIS_MONTH) >= len(tiles)  # and it is not cut
