"""The system's clock is set in mid-visit: the visit's own clock goes on, and the strip says so for a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.ui.live.clockwatch import SAID_MS, SAID_TAPS
from observe.ui.live.controller import Controller

from .school import CLASS, school, section_id
from .test_live_screen import SIZES, app_on, glass, keys

HOUR = 3_600_000


class SetClock(Platform):
    """This machine, with a clock that the test sets."""

    off = 0
    passed = 0

    def wall_ms(self) -> int:
        return super().wall_ms() + self.off + self.passed

    def monotonic_ms(self) -> int:
        return super().monotonic_ms() + self.passed


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("off", [-HOUR, 10_000], ids=["back", "on"])
async def test_a_clock_that_is_set_is_said_for_some_taps_and_moves_no_time(
    home: Path, size: tuple[int, int], off: int
) -> None:
    school(home, {"Gr 4 Rm 12": CLASS}).close()
    machine = SetClock()
    opened = open_home(home, machine)
    visits.start_visit(opened, section_id(opened, "Gr 4 Rm 12"))
    async with app_on(opened, size) as (pilot, screen):
        await keys(pilot, "A", "4")
        screen.tick()
        await pilot.pause()
        assert "! clock" not in glass(screen)
        machine.off = off
        screen.tick()
        await pilot.pause()
        assert "! clock changed" in glass(screen)
        assert "logged Thinking" in glass(screen)
        for n in range(SAID_TAPS):
            assert "! clock changed" in glass(screen), n
            await keys(pilot, "3")
            await pilot.pause(0.05)
        assert "! clock" not in glass(screen)
        times = [o.at for o in screen.controller.log.observations]
        assert times == sorted(times)
        assert times[-1] - times[0] < 60_000
        machine.off = 0  # put right again: another change
        screen.tick()
        await pilot.pause()
        assert "! clock changed" in glass(screen)
        machine.passed += SAID_MS
        screen.tick()
        await pilot.pause()
        assert "! clock" not in glass(screen)
    opened.close()


async def test_what_is_asked_on_the_strip_comes_before_the_clock(home: Path) -> None:
    school(home, {"Gr 4 Rm 12": CLASS}).close()
    machine = SetClock()
    opened = open_home(home, machine)
    visits.start_visit(opened, section_id(opened, "Gr 4 Rm 12"))
    async with app_on(opened) as (pilot, screen):
        machine.off = HOUR
        await keys(pilot, "t")
        await pilot.pause()
        assert "which kind?" in glass(screen)
        assert "! clock" not in glass(screen)
        await keys(pilot, "escape")
        await pilot.pause()
        assert "! clock changed" in glass(screen)
    opened.close()


def test_a_small_step_is_no_news(home: Path) -> None:
    school(home, {"Gr 4 Rm 12": CLASS}).close()
    machine = SetClock()
    opened = open_home(home, machine)
    live = Controller(opened, visits.start_visit(opened, section_id(opened, "Gr 4 Rm 12")).id)
    machine.off = 1_500
    live.refresh()
    assert not live.watch.says(live.now())
    opened.close()


async def test_a_look_at_everyone_goes_on_after_the_app_was_killed(home: Path) -> None:
    first = school(home, {"Gr 4 Rm 12": CLASS})
    visits.start_visit(first, section_id(first, "Gr 4 Rm 12"))
    async with app_on(first, (80, 24)) as (pilot, _):
        await keys(pilot, "comma", "4", ".", "2")
        await pilot.pause()
        # Killed here: nothing is closed, nothing is told.
    second = open_home(home, Platform())
    async with app_on(second, (80, 24)) as (pilot, screen):
        await keys(pilot, "comma")
        await pilot.pause()
        text = glass(screen)
        assert "LOOK AT EVERYONE 4 of 25" in text
        assert "look 4 of 25" in text
        seats = screen.controller.view.seats
        ticks = [cell.tick for cell in screen.shown["tiles"][1] if hasattr(cell, "tick")]
        assert ticks == [False, True, False, True] + [False] * 22
        assert text.count("✓") == 2
        assert screen.controller.session.selected == seats[3].student.id
        await keys(pilot, "3")
        await pilot.pause(0.05)
        assert glass(screen).count("✓") == 3
        assert [o.sweep for o in screen.controller.log.observations] == [1, 1, 1]
    second.close()
    first.close()
